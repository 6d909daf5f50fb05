use vault_engine::{
    code::{Algorithm, Code, Scheme},
    item::{FieldKind, ItemType, Role, Timestamp},
};
use vault_interchange::{Format, ImportError, Outcome};

use crate::support::{NOW, custom, import, kind_and_value, notes_on, path, read, titled, value};

const KEPT: Outcome = Outcome::KeptAsCustomField;
const LOST: Outcome = Outcome::NotKept;

#[test]
fn counts_of_the_individual_export() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(parsed.format, Format::BitwardenJson);
    let count = |of| parsed.items.iter().filter(|parsed| parsed.item.item_type == of).count();
    assert_eq!(parsed.items.len(), 11);
    assert_eq!(count(ItemType::Login), 5);
    assert_eq!(count(ItemType::Note), 3);
    assert_eq!(count(ItemType::Card), 2);
    assert_eq!(count(ItemType::Identity), 1);
    assert_eq!(parsed.folders, ["Nothing in here", "Work", "Work/Mail servers"]);
    let positions: Vec<u32> = parsed.items.iter().map(|parsed| parsed.position).collect();
    assert_eq!(positions, (1..=11).collect::<Vec<_>>());
    assert_eq!(notes_on(&parsed, 12), [("", Outcome::RowSkipped)]);
}

#[test]
fn a_login_with_everything() {
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
    assert_eq!(kind_and_value(item, "Two devices"), (FieldKind::Text, "true"));
    assert_eq!(kind_and_value(item, "Sign-in name"), (FieldKind::Text, "Username"));
    assert_eq!(kind_and_value(item, "Still empty"), (FieldKind::Text, ""));
    let (kind, passkey) = kind_and_value(item, "Passkey");
    assert_eq!(kind, FieldKind::Concealed);
    assert!(passkey.starts_with(r#"{"credentialId":"b64.q83vEjRWeJA","keyType":"#));
    assert!(passkey.contains(r#""keyValue":"cGFzc2tleS1wcml2YXRlLWtleQ""#));
    assert!(passkey.ends_with(r#""creationDate":"2024-01-01T00:00:00.000Z"}"#));

    assert_eq!(
        notes_on(&parsed, 1),
        [
            ("login.uris[1].match", LOST),
            ("login.fido2Credentials[0]", KEPT),
            ("fields[2]", KEPT),
            ("fields[3]", KEPT),
            ("reprompt", LOST),
        ]
    );
    assert!(parsed.notes.iter().filter(|note| note.position == 1).all(|note| note.title == "Post office"));
}

#[test]
fn codes_become_addresses_or_are_kept_aside() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let scheme = |title| Code::parse(value(titled(&parsed, title), Role::Code)).unwrap().scheme();
    assert!(value(titled(&parsed, "Bare code"), Role::Code).starts_with("otpauth://totp/"));
    assert_eq!(scheme("Bare code"), Scheme::Totp { algorithm: Algorithm::Sha1, digits: 6, period: 30 });
    assert_eq!(value(titled(&parsed, "Games"), Role::Code), "steam://GEZDGNBVGY3TQOJQ");
    assert_eq!(scheme("Games"), Scheme::Steam);
    let counted = Scheme::Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 4 };
    assert_eq!(scheme("Counter token"), counted);
    assert_eq!(notes_on(&parsed, 4), []);

    // Without its counter it is no code that anybody could make.
    let file = std::fs::read_to_string(path("bitwarden-individual.json")).unwrap();
    let parsed = read(file.replace("&counter=4", "").as_bytes()).unwrap();
    let counter = titled(&parsed, "Counter token");
    assert!(counter.field(Role::Code).is_none());
    let hotp = "otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ";
    assert_eq!(kind_and_value(counter, "login.totp"), (FieldKind::Concealed, hotp));
    assert_eq!(notes_on(&parsed, 4), [("login.totp", KEPT)]);
}

#[test]
fn notes_and_trash() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Attic");
    assert_eq!(item.item_type, ItemType::Note);
    assert_eq!(item.notes.expose(), "The key hangs behind the clock.");
    assert_eq!(item.trashed_at, Some(Timestamp(1_712_297_228_009)));
    assert_eq!((item.created_at, item.modified_at), (NOW, NOW));
    assert!(item.fields.is_empty());
    assert!(notes_on(&parsed, 5).is_empty());
}

#[test]
fn cards() {
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
    assert_eq!(notes_on(&parsed, 7), [("card.expYear", KEPT)]);
}

#[test]
fn identities() {
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
    assert_eq!(notes_on(&parsed, 8), [("identity.username", KEPT)]);
}

#[test]
fn ssh_keys_become_notes_with_a_concealed_key() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Build machine");
    assert_eq!(item.item_type, ItemType::Note);
    assert!(item.flags.archived);
    let key = custom(item, "Private key");
    assert_eq!(key.kind, FieldKind::Concealed);
    assert!(key.value.expose().contains("\nbm90IGEga2V5\n"));
    assert_eq!(kind_and_value(item, "Public key"), (FieldKind::Text, "ssh-ed25519 AAAAbm90IGEga2V5 build"));
    assert_eq!(kind_and_value(item, "Fingerprint"), (FieldKind::Text, "SHA256:bm90IGEgZmluZ2VycHJpbnQ"));
    let fields = ["sshKey.privateKey", "sshKey.publicKey", "sshKey.keyFingerprint"];
    assert_eq!(notes_on(&parsed, 9), fields.map(|field| (field, KEPT)));
}

#[test]
fn types_from_the_future_are_kept_value_by_value() {
    let parsed = import("bitwarden-individual.json").unwrap();
    let item = titled(&parsed, "Savings");
    assert_eq!(item.item_type, ItemType::Note);
    for (label, expected) in [
        ("bankAccount.bankName", "Caisse"),
        ("bankAccount.pin", "1234"),
        ("bankAccount.owners[0]", "Marguerite"),
        ("bankAccount.owners[1]", "Anatole"),
        ("bankAccount.closed", "false"),
    ] {
        assert_eq!(kind_and_value(item, label), (FieldKind::Concealed, expected));
    }
    assert_eq!(kind_and_value(item, "type"), (FieldKind::Text, "6"));
    assert_eq!(kind_and_value(item, "creationDate"), (FieldKind::Text, "the day before yesterday"));
    let lost: Vec<_> = notes_on(&parsed, 10).into_iter().filter(|(_, outcome)| *outcome == LOST).collect();
    assert_eq!(lost, [("folderId", LOST)]);
    assert_eq!(notes_on(&parsed, 10).len(), item.fields.len() + lost.len());
}

#[test]
fn an_item_without_a_title_is_called_after_its_host() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(value(titled(&parsed, "untitled.example"), Role::Password), "kettle-3");
}

#[test]
fn remarks_on_the_whole_file_come_once() {
    let parsed = import("bitwarden-individual.json").unwrap();
    assert_eq!(notes_on(&parsed, 0), [("Nothing in here", LOST), ("archivedDate", LOST), ("id", LOST)]);
    let id = parsed.notes.iter().find(|note| note.field == "id").unwrap();
    assert!(id.reason.ends_with("(14 times in this file)"), "{}", id.reason);
}

#[test]
fn collections_of_an_organisation_become_folder_and_tags() {
    let parsed = import("bitwarden-organisation.json").unwrap();
    let item = titled(&parsed, "Router");
    assert_eq!(item.folder.as_deref(), Some("Office/Network"));
    assert_eq!(item.tags.iter().collect::<Vec<_>>(), ["Office"]);
    assert_eq!(notes_on(&parsed, 1), [("collectionIds", LOST)]);
    assert_eq!(parsed.folders, ["Office", "Office/Network"]);
}

#[test]
fn encrypted_exports_are_refused_with_what_to_do() {
    let account = import("bitwarden-account-encrypted.json").err().unwrap();
    assert_eq!(account, ImportError::AccountEncrypted);
    assert!(account.to_string().contains("export again"));
    let password = import("bitwarden-password-protected.json").err().unwrap();
    assert_eq!(password, ImportError::PasswordProtected);
    assert!(password.to_string().contains("not supported yet"));
}
