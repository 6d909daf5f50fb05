use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role, UrlMatch};
use vault_interchange::{Cost, ImportError, Options, Outcome, detect};
use vault_otp::{Algorithm, Code, Scheme};

use crate::support::{NOW, import, kind_and_value, path, read, remarks_on, rng, titled, value};

const KEPT: Outcome = Outcome::KeptAsCustomField;
const LOST: Outcome = Outcome::NotKept;
const NOISE: Outcome = Outcome::NotNeeded;

#[test]
fn individual_export_has_all_items_and_folders() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(parsed.format.id, "bitwarden_json");
    let count = |of| parsed.items.iter().filter(|parsed| parsed.item.item_type == of).count();
    assert_eq!(parsed.items.len(), 11);
    assert_eq!(count(ItemType::Login), 5);
    assert_eq!(count(ItemType::Note), 1);
    assert_eq!(count(ItemType::BankAccount), 1);
    assert_eq!(count(ItemType::Card), 2);
    assert_eq!(count(ItemType::Identity), 1);
    assert_eq!(count(ItemType::SshKey), 1);
    assert_eq!(parsed.folders, ["Nothing in here", "Work", "Work/Mail servers"]);
    let positions: Vec<u32> = parsed.items.iter().map(|parsed| parsed.position).collect();
    assert_eq!(positions, (1..=11).collect::<Vec<_>>());
    assert_eq!(remarks_on(&parsed, 12), [("", Outcome::RowSkipped)]);
}

#[test]
fn login_maps_every_member() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Post office");
    assert_eq!(item.item_type, ItemType::Login);
    assert_eq!(value(item, Role::Username), "marguerite");
    assert_eq!(value(item, Role::Password), "current-Tulip-13 \"quoted\" ü");
    assert_eq!(item.notes.expose(), "Ask Marguerite first.\nThen try again.");
    assert_eq!(
        item.urls,
        ["https://www.post.example/login", "https://post.example", "androidapp://example.post"]
    );
    assert_eq!(item.folder.as_deref(), Some("Work/Mail servers"));
    assert!(item.flags.favourite && !item.flags.archived);
    assert_eq!(item.created_at, Timestamp(1_577_934_245_678));
    assert_eq!(item.modified_at, Timestamp(1_706_955_630_456));
    assert_eq!(item.trashed_at, None);

    let history = &item.field(Role::Password).unwrap().history;
    let past: Vec<_> = history.iter().map(|past| (past.value.expose(), past.replaced_at.0)).collect();
    assert_eq!(past, [("newer-Tulip-12", 1_686_821_400_250), ("older-Tulip-11", 1_614_585_600_000)]);

    assert_eq!(item.field(Role::Code).unwrap().kind, FieldKind::Code);
    let code = Code::parse(value(item, Role::Code)).unwrap();
    assert_eq!(code.scheme(), Scheme::Totp { algorithm: Algorithm::Sha256, digits: 8, period: 60 });

    assert_eq!(kind_and_value(item, "Customer number"), (FieldKind::Text, "K-20417"));
    assert_eq!(kind_and_value(item, "Recovery word"), (FieldKind::Concealed, "wheelbarrow-9"));
    assert_eq!(kind_and_value(item, "Two devices"), (FieldKind::Switch, "true"));
    assert_eq!(kind_and_value(item, "Sign-in name"), (FieldKind::Text, "Username"));
    assert_eq!(kind_and_value(item, "Still empty"), (FieldKind::Text, ""));
    let (kind, passkey) = kind_and_value(item, "Passkey");
    assert_eq!(kind, FieldKind::Concealed);
    assert!(passkey.starts_with(r#"{"credentialId":"b64.q83vEjRWeJA","keyType":"#));
    assert!(passkey.contains(r#""keyValue":"cGFzc2tleS1wcml2YXRlLWtleQ""#));
    assert!(passkey.ends_with(r#""creationDate":"2024-01-01T00:00:00.000Z"}"#));

    assert_eq!(remarks_on(&parsed, 1), [("login.fido2Credentials[0]", KEPT), ("fields[3]", KEPT),]);
    assert!(
        parsed
            .remarks
            .iter()
            .filter(|remark| remark.position == 1)
            .all(|remark| remark.title == "Post office")
    );
}

#[test]
fn code_keys_become_uris_or_custom_fields() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let scheme = |title| Code::parse(value(titled(&parsed, title), Role::Code)).unwrap().scheme();
    assert!(value(titled(&parsed, "Bare code"), Role::Code).starts_with("otpauth://totp/"));
    assert_eq!(scheme("Bare code"), Scheme::Totp { algorithm: Algorithm::Sha1, digits: 6, period: 30 });
    assert_eq!(value(titled(&parsed, "Games"), Role::Code), "steam://GEZDGNBVGY3TQOJQ");
    assert_eq!(scheme("Games"), Scheme::Steam);
    let counted = Scheme::Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 4 };
    assert_eq!(scheme("Counter token"), counted);
    assert_eq!(remarks_on(&parsed, 4), []);

    // A counter-based key without its counter is not usable.
    let file = std::fs::read_to_string(path("bitwarden-individual.json")).unwrap();
    let parsed = read(file.replace("&counter=4", "").as_bytes()).unwrap();
    let counter = titled(&parsed, "Counter token");
    assert!(counter.field(Role::Code).is_none());
    let hotp = "otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ";
    assert_eq!(kind_and_value(counter, "login.totp"), (FieldKind::Concealed, hotp));
    assert_eq!(remarks_on(&parsed, 4), [("login.totp", KEPT)]);
}

#[test]
fn deleted_secure_note_is_a_note_in_the_trash() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Attic");
    assert_eq!(item.item_type, ItemType::Note);
    assert_eq!(item.notes.expose(), "The key hangs behind the clock.");
    assert_eq!(item.trashed_at, Some(Timestamp(1_712_297_228_009)));
    assert_eq!((item.created_at, item.modified_at), (NOW, NOW));
    assert!(item.fields.is_empty());
    assert!(remarks_on(&parsed, 5).is_empty());
}

#[test]
fn card_maps_every_member() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Credit card");
    let values: Vec<_> =
        item.fields.iter().map(|field| (field.role.unwrap(), field.kind, field.value.expose())).collect();
    assert_eq!(
        values,
        [
            (Role::CardHolder, FieldKind::Text, "Marguerite Duval"),
            (Role::CardNumber, FieldKind::Concealed, "4000123412341234"),
            (Role::CardExpiry, FieldKind::Month, "2029-03"),
            (Role::CardVerification, FieldKind::Concealed, "917"),
            (Role::CardBrand, FieldKind::Text, "Visa"),
        ]
    );
    let gift = titled(&parsed, "Gift card");
    assert_eq!(value(gift, Role::CardNumber), "77 1234");
    assert!(gift.field(Role::CardExpiry).is_none());
    assert_eq!(kind_and_value(gift, "card.expYear"), (FieldKind::Text, "2030"));
    assert_eq!(remarks_on(&parsed, 7), [("card.expYear", KEPT)]);
}

#[test]
fn identity_maps_every_member() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Me");
    for (role, expected) in [
        (Role::Salutation, "Dr"),
        (Role::FirstName, "Marguerite"),
        (Role::MiddleName, "Jeanne"),
        (Role::LastName, "Duval"),
        (Role::Email, "marguerite@atelier.example"),
        (Role::Phone, "+33 2 00 00 00 00"),
        (Role::Company, "Atelier Duval"),
        (Role::Street, "12 Rue des Lilas\nStaircase C"),
        (Role::PostalCode, "76000"),
        (Role::City, "Rouen"),
        (Role::Region, "Normandie"),
        (Role::Country, "France"),
        (Role::NationalId, "2 80 01 76 000 001"),
        (Role::Passport, "09AB12345"),
        (Role::DrivingLicence, "LIC-880076"),
    ] {
        assert_eq!(value(item, role), expected, "{role:?}");
    }
    assert_eq!(item.field(Role::Email).unwrap().kind, FieldKind::Email);
    assert_eq!(kind_and_value(item, "Username"), (FieldKind::Text, "mduval"));
    assert_eq!(item.fields.len(), 16);
    assert_eq!(remarks_on(&parsed, 8), [("identity.username", KEPT)]);
}

#[test]
fn ssh_key_becomes_an_ssh_key_item() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Build machine");
    assert_eq!(item.item_type, ItemType::SshKey);
    assert!(item.flags.archived);
    assert_eq!(item.field(Role::PrivateKey).unwrap().kind, FieldKind::SecretLines);
    assert!(value(item, Role::PrivateKey).contains("\nbm90IGEga2V5\n"));
    assert_eq!(value(item, Role::PublicKey), "ssh-ed25519 AAAAbm90IGEga2V5 build");
    assert_eq!(value(item, Role::Fingerprint), "SHA256:bm90IGEgZmluZ2VycHJpbnQ");
    assert_eq!(remarks_on(&parsed, 9), []);
}

/// A P-256 private key in PKCS#8 with a public scalar, in base64url.
const KEY: &str =
    "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ";

fn login(parts: &str) -> String {
    format!(r#"{{"items":[{{"type":1,"name":"x","login":{{{parts}}}}}]}}"#)
}

#[test]
fn valid_passkeys_are_imported_and_others_kept_as_json() {
    let passkey = format!(
        r#"{{"credentialId":"00112233-4455-6677-8899-aabbccddeeff","keyType":"public-key","keyAlgorithm":"ECDSA",
            "keyCurve":"P-256","keyValue":"{KEY}","rpId":"post.example","userHandle":"AQID","userName":"ann",
            "counter":"7","rpName":"Post","userDisplayName":"Ann","discoverable":"true",
            "creationDate":"2024-01-01T00:00:00.000Z","newThing":"kept"}}"#
    );
    let parsed = read(login(&format!(r#""fido2Credentials":[{passkey}]"#)).as_bytes()).unwrap();
    let item = &parsed.items[0].item;
    let [made] = item.passkeys.as_slice() else { panic!("one passkey") };
    assert_eq!(made.credential_id, *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
    assert_eq!(
        (made.rp_id.as_str(), made.rp_name.as_str(), made.user_handle.as_slice()),
        ("post.example", "Post", &[1, 2, 3][..])
    );
    assert_eq!((made.user_name.as_str(), made.display_name.as_str()), ("ann", "Ann"));
    assert_eq!(
        (made.sign_counter, made.discoverable, made.created_at),
        (7, true, Timestamp(1_704_067_200_000))
    );
    assert!(!made.looks_wrong() && made.private_key.expose().len() == 67);
    assert_eq!(remarks_on(&parsed, 1), [("login.fido2Credentials[0].newThing", KEPT)]);

    // Some programs write numbers and truth values.
    let typed = passkey.replace("\"7\"", "7").replace("\"true\"", "true");
    let parsed = read(login(&format!(r#""fido2Credentials":[{typed}]"#)).as_bytes()).unwrap();
    let [made] = parsed.items[0].item.passkeys.as_slice() else { panic!("one passkey") };
    assert_eq!((made.sign_counter, made.discoverable), (7, true));

    // An unsupported or invalid passkey is kept as JSON.
    for (part, other) in [
        ("P-256", "P-384"),
        ("\"7\"", "\"many\""),
        ("\"7\"", "[7]"),
        ("\"true\"", "{}"),
        ("post.example", "https://post.example/"),
    ] {
        let parsed =
            read(login(&format!(r#""fido2Credentials":[{}]"#, passkey.replace(part, other))).as_bytes())
                .unwrap();
        assert!(parsed.items[0].item.passkeys.is_empty());
        assert!(kind_and_value(&parsed.items[0].item, "Passkey").1.contains(KEY), "{other}");
    }
}

#[test]
fn match_rules_and_reprompt_are_kept() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Post office");
    assert!(item.flags.reprompt);
    assert_ne!(item.url_rule(&item.urls[1]), UrlMatch::Domain);
    let uris = r#""uris":[{"uri":"a.example","match":3},{"uri":"b.example","match":5},{"uri":"c.example","match":null},
        {"uri":"d.example","match":99},{"uri":"a.example","match":1},{"uri":"","match":2}]"#;
    let parsed = read(login(uris).as_bytes()).unwrap();
    let rules: Vec<UrlMatch> = ["a.example", "b.example", "c.example", "d.example"]
        .map(|url| parsed.items[0].item.url_rule(url))
        .into();
    assert_eq!(rules, [UrlMatch::Exact, UrlMatch::Never, UrlMatch::Domain, UrlMatch::Domain]);
    let lost = [3, 4, 5].map(|at| (format!("login.uris[{at}].match"), LOST));
    let remarks = remarks_on(&parsed, 1);
    assert_eq!(remarks.iter().map(|(field, how)| ((*field).to_owned(), *how)).collect::<Vec<_>>(), lost);
}

#[test]
fn unknown_item_type_is_kept_value_by_value() {
    let file = r#"{"encrypted":false,"items":[{"type":99,"name":"n","robot":{"legs":4,"names":["R","2"]}}]}"#;
    let parsed = read(file.as_bytes()).unwrap();
    let item = titled(&parsed, "n");
    assert_eq!(item.item_type, ItemType::Note);
    for (label, expected) in [("robot.legs", "4"), ("robot.names[0]", "R"), ("robot.names[1]", "2")] {
        assert_eq!(kind_and_value(item, label), (FieldKind::Concealed, expected));
    }
    assert_eq!(kind_and_value(item, "type"), (FieldKind::Text, "99"));
    assert_eq!(remarks_on(&parsed, 1).len(), item.fields.len());
}

#[test]
fn unknown_members_are_kept_value_by_value() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Savings");
    assert_eq!([value(item, Role::BankName), value(item, Role::AccountPin)], ["Caisse", "1234"]);
    for (label, expected) in [
        ("bankAccount.owners[0]", "Marguerite"),
        ("bankAccount.owners[1]", "Anatole"),
        ("bankAccount.closed", "false"),
    ] {
        assert_eq!(kind_and_value(item, label), (FieldKind::Concealed, expected));
    }
    assert_eq!(kind_and_value(item, "creationDate"), (FieldKind::Text, "the day before yesterday"));
    let lost: Vec<_> = remarks_on(&parsed, 10).into_iter().filter(|(_, outcome)| *outcome == LOST).collect();
    assert_eq!(lost, [("folderId", LOST)]);
    assert_eq!(remarks_on(&parsed, 10).len(), item.fields.len() - 2 + lost.len());
}

#[test]
fn login_without_a_title_gets_its_host() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(value(titled(&parsed, "untitled.example"), Role::Password), "kettle-3");
}

#[test]
fn remarks_on_the_file_are_listed_once() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(remarks_on(&parsed, 0), [("Nothing in here", LOST), ("archivedDate", LOST), ("id", NOISE)]);
    let id = parsed.remarks.iter().find(|remark| remark.field == "id").unwrap();
    assert!(id.reason.ends_with("(14 times in this file)"), "{}", id.reason);
}

#[test]
fn collections_of_an_organisation_become_folder_and_tags() {
    let parsed = import("bitwarden-organisation.json").unwrap();
    let item = titled(&parsed, "Router");
    assert_eq!(item.folder.as_deref(), Some("Office/Network"));
    assert_eq!(item.tags.iter().collect::<Vec<_>>(), ["Office"]);
    assert_eq!(remarks_on(&parsed, 1), [("collectionIds", LOST)]);
    assert_eq!(parsed.folders, ["Office", "Office/Network"]);
}

#[test]
fn a_collection_that_becomes_a_tag_is_not_reported_as_lost() {
    let file = r#"{"encrypted":false,"collections":[{"id":"c1","name":"Team"},{"id":"c2","name":"Ops"},
        {"id":"c3","name":"Unused"}],"items":[{"type":1,"name":"a","login":{"password":"p"},
        "collectionIds":["c1","c2"]}]}"#;
    let parsed = read(file.as_bytes()).unwrap();
    let item = titled(&parsed, "a");
    assert_eq!(item.folder.as_deref(), Some("Team"));
    assert_eq!(item.tags.iter().collect::<Vec<_>>(), ["Ops"]);
    assert_eq!(remarks_on(&parsed, 0), [("Unused", LOST), ("id", NOISE)]);
}

#[test]
fn encrypted_exports_are_refused_with_advice() {
    let account = import("bitwarden-account-encrypted.json").err().unwrap();
    assert_eq!(account, ImportError::AccountEncrypted);
    assert!(account.to_string().contains("export again"));
}

#[test]
fn an_export_with_a_password_opens_with_it_only() {
    let item = &import("bitwarden-password-protected.json").unwrap().items[0].item;
    assert_eq!((item.title.as_str(), value(item, Role::Password)), ("Sealed", "sealed-secret"));
    assert_eq!(item.folder.as_deref(), Some("Home"));
    let file = std::fs::read_to_string(path("bitwarden-password-protected.json")).unwrap();
    let open = |file: &str, password: Option<&str>| {
        let options = Options { password: password.map(SecretText::from), ..Options::default() };
        detect(file.as_bytes()).unwrap().read(file.as_bytes(), &options, NOW, &mut rng()).err()
    };
    assert_eq!(open(&file, None), Some(ImportError::SecretNeeded));
    assert_eq!(open(&file, Some("other")), Some(ImportError::WrongSecret));
    let iterations =
        |count: &str| file.replace("\"kdfIterations\": 1000", &format!("\"kdfIterations\": {count}"));
    let dear = Cost { memory_mib: 0, seconds: 60 };
    assert_eq!(open(&iterations("60000000"), Some("fuzz")), Some(ImportError::Costly(dear)));
    assert_eq!(open(&iterations("18446744073709551615"), Some("fuzz")), Some(ImportError::CostTooHigh));
    let damaged = file.replace("\"data\": \"2.E", "\"data\": \"2.F");
    assert_ne!(damaged, file);
    assert_eq!(open(&damaged, Some("fuzz")), Some(ImportError::Damaged));
    let other = file.replace("\"kdfType\": 0", "\"kdfType\": 9");
    assert!(matches!(open(&other, Some("fuzz")), Some(ImportError::UnknownMethod(_))));
}

#[test]
fn bank_accounts_licences_and_passports_keep_their_meaning() {
    let file = r#"{"encrypted":false,"folders":[],"items":[
        {"type":6,"name":"Giro","bankAccount":{"bankName":"Bank","nameOnAccount":"Eva","accountType":"savings",
         "accountNumber":"123","routingNumber":"456","branchNumber":"7","pin":"8901","swiftCode":"BANKDEFF",
         "iban":"DE02120300000000202051","bankContactPhone":"+49 1"}},
        {"type":7,"name":"Licence","driversLicense":{"firstName":"Eva","middleName":"M","lastName":"Roth",
         "dateOfBirth":"1990-03-04T00:00:00.000Z","licenseNumber":"B072","issuingCountry":"DE","licenseClass":"B",
         "issueDate":"2015-06-07","expirationDate":"2030-06-07"}},
        {"type":8,"name":"Passport","passport":{"surname":"Roth","givenName":"Eva","dateOfBirth":"1990-03-04",
         "passportNumber":"C01","nationalIdentificationNumber":"N9","nationality":"German",
         "issueDate":"2020-01-02","expirationDate":"soon"}}]}"#;
    let parsed = read(file.as_bytes()).unwrap();
    let account = titled(&parsed, "Giro");
    assert_eq!(account.item_type, ItemType::BankAccount);
    for (role, expected) in [
        (Role::BankName, "Bank"),
        (Role::AccountHolder, "Eva"),
        (Role::AccountType, "savings"),
        (Role::AccountNumber, "123"),
        (Role::RoutingNumber, "456"),
        (Role::AccountPin, "8901"),
        (Role::Bic, "BANKDEFF"),
        (Role::Iban, "DE02120300000000202051"),
        (Role::Phone, "+49 1"),
    ] {
        assert_eq!(value(account, role), expected);
    }
    assert_eq!(kind_and_value(account, "Branch number"), (FieldKind::Text, "7"));
    let licence = titled(&parsed, "Licence");
    assert_eq!(licence.item_type, ItemType::Identity);
    let names = [Role::FirstName, Role::MiddleName, Role::LastName].map(|role| value(licence, role));
    assert_eq!(names, ["Eva", "M", "Roth"]);
    assert_eq!(value(licence, Role::BirthDate), "1990-03-04");
    assert_eq!(value(licence, Role::DrivingLicence), "B072");
    assert_eq!(licence.expires, "2030-06-07".parse().ok());
    assert_eq!(kind_and_value(licence, "License class"), (FieldKind::Text, "B"));
    assert_eq!(kind_and_value(licence, "Issue date"), (FieldKind::Date, "2015-06-07"));
    let passport = titled(&parsed, "Passport");
    assert_eq!(passport.item_type, ItemType::Identity);
    assert_eq!([value(passport, Role::FirstName), value(passport, Role::LastName)], ["Eva", "Roth"]);
    assert_eq!([value(passport, Role::Passport), value(passport, Role::NationalId)], ["C01", "N9"]);
    assert_eq!(passport.expires, None);
    assert_eq!(
        remarks_on(&parsed, 3),
        ["passport.nationality", "passport.issueDate", "passport.expirationDate"].map(|field| (field, KEPT))
    );
}

#[test]
fn an_earlier_password_without_a_date_is_of_unknown_date() {
    let past = r#","passwordHistory":[{"password":"undated"},{"password":"dated","lastUsedDate":"2024-05-01T12:30:00Z"},
        {"password":"never","lastUsedDate":null},{"password":"zero","lastUsedDate":"1970-01-01T00:00:00Z"}]"#;
    let file = format!(
        r#"{{"encrypted":false,"items":[{{"type":1,"name":"a","creationDate":"1970-01-01T00:00:00Z","login":{{"password":"now"}}{past}}}]}}"#
    );
    let parsed = read(file.as_bytes()).unwrap();
    let item = titled(&parsed, "a");
    let history = &item.field(Role::Password).unwrap().history;
    let past: Vec<_> =
        history.iter().map(|past| (past.value.expose(), past.replaced_at.known().map(|at| at.0))).collect();
    assert_eq!(
        past,
        [("dated", Some(1_714_566_600_000)), ("undated", None), ("never", None), ("zero", None)]
    );
    assert_eq!(item.created_at, NOW);
}

#[test]
fn half_an_emoji_costs_one_character() {
    let file = r#"{"encrypted":false,"folders":[{"id":"f","name":"Work\udE00"}],"items":[
        {"type":1,"name":"Cut \ud83d","notes":"\ud83d\ude00","folderId":"f","login":{"password":"s\ud83de"}}]}"#;
    let parsed = read(file.as_bytes()).unwrap();
    let item = titled(&parsed, "Cut \u{fffd}");
    assert_eq!(item.notes.expose(), "😀");
    assert_eq!(value(item, Role::Password), "s\u{fffd}e");
    assert_eq!(item.folder.as_deref(), Some("Work\u{fffd}"));
    let told: Vec<_> = parsed.remarks.iter().filter(|remark| remark.field.is_empty()).collect();
    assert_eq!((told.len(), told[0].position, told[0].outcome), (1, 0, LOST));
    assert!(told[0].reason.contains("3 times"), "{}", told[0].reason);
}

#[test]
fn a_file_that_only_looks_like_an_export_is_refused() {
    let refused = |file: &str| match read(file.as_bytes()) {
        Err(error) => assert!(matches!(error, ImportError::UnknownFormat { .. }), "{file}: {error}"),
        Ok(parsed) => panic!("{file}: {} items", parsed.items.len()),
    };
    refused(r#"{"items":[],"folders":[]}"#);
    refused(r#"{"items":[],"collections":[],"version":3}"#);
    refused(r#"{"encrypted":false,"items":[]}"#);
    refused(r#"{"encrypted":false,"items":[1,"two",null]}"#);
    refused(r#"{"encrypted":false,"items":[{"sku":"A-1","price":7}]}"#);
    let empty = read(br#"{"encrypted":false,"folders":[],"items":[]}"#).err();
    assert_eq!(empty, Some(ImportError::NoItems), "an account without items");
    // An item that is not one does not keep the others from being read.
    let mixed = read(br#"{"encrypted":false,"items":[1,{"type":2,"name":"n"}]}"#).unwrap();
    assert_eq!((mixed.items.len(), remarks_on(&mixed, 1)), (1, vec![("", Outcome::RowSkipped)]));
}
