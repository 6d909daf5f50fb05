//! The tables that are described by layouts, one test file each.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, Item, ItemType, Role};
use vault_interchange::{Options, Outcome, ParsedFile, ParsedItem, detect, fingerprint, import_file};

use crate::support::{NOW, custom, import, kind_and_value, path, read, remarks_on, rng, titled, value};

const KEPT: Outcome = Outcome::KeptAsCustomField;
const LOST: Outcome = Outcome::NotKept;
const NOISE: Outcome = Outcome::NotNeeded;
const CODE: &str = "otpauth://totp/?secret=JBSWY3DPEHPK3PXP";

/// Reads a test file of a format.
fn of(id: &str, name: &str) -> ParsedFile {
    let parsed = import(name).unwrap();
    assert_eq!(parsed.format.id, id);
    parsed
}

/// Checks the login that most of the test files have.
fn check_post(item: &Item) {
    assert_eq!((item.item_type, item.title.as_str()), (ItemType::Login, "Post"));
    assert_eq!(value(item, Role::Username), "marguerite");
    assert_eq!(value(item, Role::Password), "kettle-1");
    assert_eq!(item.urls, ["https://post.example"]);
    assert_eq!(item.notes.expose(), "Ask first.");
}

#[test]
fn lastpass_logins_and_notes() {
    let parsed = of("lastpass_csv", "lastpass.csv");
    let post = titled(&parsed, "Post");
    assert_eq!(value(post, Role::Password), "kettle &amp; pan-1");
    assert_eq!(value(post, Role::Code), CODE);
    assert_eq!((post.folder.as_deref(), post.flags.favourite), (Some("Work/Mail"), true));
    let router = titled(&parsed, "Router");
    assert!(router.urls.is_empty() && value(router, Role::Username) == "offline");
    let note = titled(&parsed, "Plain note");
    assert_eq!((note.item_type, note.notes.expose()), (ItemType::Note, "Just a text: with a colon"));
    assert!(note.urls.is_empty());
}

#[test]
fn lastpass_forms_become_items_of_their_type() {
    let parsed = of("lastpass_csv", "lastpass.csv");
    let card = titled(&parsed, "Visa");
    assert_eq!(card.item_type, ItemType::Card);
    assert_eq!(value(card, Role::CardNumber), "4111111111111111");
    assert_eq!(value(card, Role::CardExpiry), "2028-05");
    assert_eq!(card.notes.expose(), "Primary card\nNumber:not a field");
    let key = titled(&parsed, "Key");
    assert_eq!(key.item_type, ItemType::SshKey);
    let whole = "-----BEGIN TEST KEY-----\nProc-Type: none\nAAAA\n-----END TEST KEY-----";
    assert_eq!(value(key, Role::PrivateKey), whole);
    assert_eq!(value(key, Role::PublicKey), "ssh-ed25519 AAAA me");
    assert_eq!(value(key, Role::KeyPassphrase), "keypass-7");
    let person = titled(&parsed, "Zoë");
    assert_eq!(value(person, Role::BirthDate), "1990-08-23");
    assert_eq!(value(person, Role::Street), "12 Rue\nSecond floor");
    assert_eq!(value(person, Role::Phone), "+48404505606 ext. 11");
    assert_eq!(custom(person, "Timezone").value.expose(), "+01:00,1");
    let own = titled(&parsed, "Own form");
    assert_eq!(own.item_type, ItemType::Note);
    assert_eq!(kind_and_value(own, "my secret"), (FieldKind::Concealed, "custompass-9"));
    assert_eq!(own.notes.expose(), "Line\nand: line");
    let licence = titled(&parsed, "Editor");
    assert_eq!(value(licence, Role::LicenceKey), "AAAA-BBBB");
    assert_eq!(custom(licence, "Purchase Date").value.expose(), "April,123,123123");
    assert_eq!(remarks_on(&parsed, 8), [("Purchase Date", KEPT)]);
    assert_eq!(remarks_on(&parsed, 0), [("Language", NOISE), ("cc3l", NOISE)]);
}

#[test]
fn lastpass_escapes_are_removed_only_on_request() {
    let options = Options { unescape: true, ..Options::default() };
    let parsed = import_file(&path("lastpass.csv"), &options, NOW, &mut rng()).unwrap();
    assert_eq!(value(titled(&parsed, "Post"), Role::Password), "kettle & pan-1");
}

#[test]
fn onepassword_8_and_7() {
    let parsed = of("onepassword_csv", "onepassword-8.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert!(post.flags.favourite && post.flags.archived && post.tags.contains("mail"));
    assert!(value(post, Role::Code).starts_with("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"));
    assert_eq!(titled(&parsed, "Only a note").item_type, ItemType::Note);

    let parsed = of("onepassword_csv", "onepassword-7-mac.csv");
    let card = titled(&parsed, "Visa");
    assert_eq!(card.item_type, ItemType::Card);
    assert_eq!(value(card, Role::CardExpiry), "2030-01");
    assert_eq!(value(card, Role::CardVerification), "987123");
    assert_eq!(card.tags.iter().collect::<Vec<_>>(), ["Starter Kit"]);
    assert_eq!(card.created_at, Timestamp(1_606_923_869_000));
    let post = titled(&parsed, "Post");
    assert_eq!(custom(post, "reminder question").value.expose(), "blue?");
    assert!(post.tags.is_empty());
}

#[test]
fn proton_logins_cards_and_identities() {
    let parsed = of("proton_csv", "proton.csv");
    assert_eq!(parsed.folders, ["Personal", "Second"]);
    let post = titled(&parsed, "Post");
    assert_eq!(post.urls, ["https://post.example/", "https://mail.example"]);
    assert_eq!(value(post, Role::Username), "marguerite");
    assert_eq!(custom(post, "email").value.expose(), "m@post.example");
    assert_eq!(value(titled(&parsed, "Alias"), Role::Username), "skip.it@alias.example");
    let card = titled(&parsed, "Visa");
    assert_eq!(value(card, Role::CardExpiry), "2029-02");
    assert_eq!((value(card, Role::CardPin), card.notes.expose()), ("123456", "card note"));
    let me = titled(&parsed, "Me");
    assert_eq!((value(me, Role::FirstName), value(me, Role::LastName)), ("Marguerite", "Example"));
    assert_eq!(kind_and_value(me, "Club: number"), (FieldKind::Concealed, "member-77"));
    assert_eq!(me.urls, ["https://me.example"]);
    assert_eq!(remarks_on(&parsed, 4), [("note.newThing", KEPT)]);
    assert_eq!(remarks_on(&parsed, 5), [("type", KEPT)]);
}

#[test]
fn dashlane_tables_of_each_kind() {
    let parsed = of("dashlane_csv", "dashlane-credentials.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert_eq!(custom(post, "username2").value.expose(), "second@post.example");
    assert_eq!(post.folder.as_deref(), Some("Mail"));
    let parsed = of("dashlane_csv", "dashlane-payments.csv");
    let bank = titled(&parsed, "Savings");
    assert_eq!(bank.item_type, ItemType::BankAccount);
    assert_eq!(value(bank, Role::AccountHolder), "M. Example");
    assert_eq!(value(bank, Role::AccountNumber), "account-12345");
    assert_eq!(value(titled(&parsed, "Visa"), Role::CardExpiry), "2029-01");
    let parsed = of("dashlane_csv", "dashlane-personalInfo.csv");
    assert_eq!(value(titled(&parsed, "John Doe"), Role::BirthDate), "2001-01-30");
    assert_eq!(value(titled(&parsed, "John's number"), Role::Phone), "+49123123123");
    let parsed = of("dashlane_csv", "dashlane-wifi.csv");
    let home = titled(&parsed, "Home");
    assert_eq!(home.item_type, ItemType::Wifi);
    assert_eq!((value(home, Role::WifiName), value(home, Role::Password)), ("home-net", "kettle-1"));
    let ids = read(
        b"type,number,name,issue_date,expiration_date,place_of_issue,state\npassport,C01X00T47,Ann Example,2020-01-01,2030-01-01,Rome,\n",
    )
    .unwrap();
    let passport = titled(&ids, "Ann Example");
    assert_eq!(value(passport, Role::Passport), "C01X00T47");
    assert_eq!(passport.expires.map(|day| day.to_string()).as_deref(), Some("2030-01-01"));
}

#[test]
fn nordpass_kinds_and_folders() {
    let parsed = of("nordpass_csv", "nordpass.csv");
    assert_eq!(parsed.folders, ["Empty", "Work"]);
    assert_eq!(remarks_on(&parsed, 0), [("Empty", LOST)]);
    let post = titled(&parsed, "Post");
    assert_eq!(post.urls, ["https://post.example", "https://mail.example"]);
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(value(titled(&parsed, "Visa"), Role::CardExpiry), "2029-04");
    let me = titled(&parsed, "Me");
    assert_eq!((value(me, Role::PostalCode), value(me, Role::Region)), ("12345", "NRW"));
    assert_eq!(value(me, Role::Street), "12 Rue\nSecond floor");
    assert_eq!(titled(&parsed, "Papers").item_type, ItemType::Note);
    assert_eq!(remarks_on(&parsed, 6), [("type", LOST)]);
    let old = "name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,folder\n\
               Work,,,,,,,,,\nPost,,m,,,,,,,Work\nalone,,,,,,,,,Work\n";
    let parsed = read(old.as_bytes()).unwrap();
    assert_eq!((parsed.items.len(), parsed.folders.len()), (2, 1));
}

#[test]
fn keeper_rows_have_further_fields_and_no_header() {
    let parsed = of("keeper_csv", "keeper.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert_eq!(post.folder.as_deref(), Some("Shared/Mail/Sub"));
    assert_eq!(value(post, Role::Code), CODE);
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(titled(&parsed, "Only a note").item_type, ItemType::Note);
    assert_eq!(remarks_on(&parsed, 0), [("shared folder", NOISE)]);
    let headed =
        "Folder,Title,Login,Password,Website Address,Notes,Shared Folder,Custom Fields\nA,t,m,p,,,,x\n";
    let parsed = read(headed.as_bytes()).unwrap();
    assert_eq!((parsed.format.id, parsed.items.len()), ("keeper_csv", 1));
    assert_eq!(remarks_on(&parsed, 1), [("field without a value", KEPT)]);
}

#[test]
fn roboform_fields_run_on_beyond_the_header() {
    let parsed = of("roboform_csv", "roboform.csv");
    let post = titled(&parsed, "Post");
    assert_eq!(value(post, Role::Password), ":kettle-1");
    assert_eq!(post.urls, ["https://post.example"]);
    assert_eq!(post.folder.as_deref(), Some("Work/Mail"));
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(post.fields.len(), 3);
    assert_eq!(titled(&parsed, "Safe note").item_type, ItemType::Note);
    let older = "Name,Url,Login,Pwd,Note,Folder,Rf_fields\na,,m,p,,/X,User$:txt:m,Sex$:rad:f:x,odd\n";
    let parsed = read(older.as_bytes()).unwrap();
    let item = &parsed.items[0].item;
    assert_eq!(custom(item, "Sex").value.expose(), "f:x");
    assert_eq!(remarks_on(&parsed, 1), [("column 9", KEPT)]);
}

#[test]
fn keepass_tables() {
    let parsed = of("keepassxc_csv", "keepassxc.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert_eq!(post.folder.as_deref(), Some("Work/Mail"));
    assert_eq!(
        (post.created_at, post.modified_at),
        (Timestamp(1_711_736_956_000), Timestamp(1_743_272_956_000))
    );
    assert_eq!(titled(&parsed, "Top").folder, None);
    let parsed = of("keepass_csv", "keepass-1.csv");
    let post = titled(&parsed, "Post");
    assert_eq!(value(post, Role::Password), "kettle\"-\\1");
    assert_eq!(post.notes.expose(), "Say \"please\", then try.");
}

#[test]
fn apple_code_that_is_none_is_kept() {
    let parsed = of("apple_csv", "apple.csv");
    let post = titled(&parsed, "post.example (marguerite)");
    assert_eq!(post.notes.expose(), "Ask first.\nThen try.");
    assert_eq!(remarks_on(&parsed, 1), [("otpauth", KEPT)]);
    let others = "Title,URL,Username,Password,Owner\na,,b,c,d\n";
    assert!(detect(others.as_bytes()).is_err(), "a table with another column is not of this format");
}

#[test]
fn enpass_labels_and_values_alternate() {
    let parsed = of("enpass_csv", "enpass.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(custom(post, "Further").value.expose(), "", "a heading");
    let card = titled(&parsed, "Visa");
    assert_eq!((card.item_type, value(card, Role::CardExpiry)), (ItemType::Card, "2029-04"));
    let note = titled(&parsed, "Only a note");
    assert_eq!((note.item_type, note.notes.expose()), (ItemType::Note, "A text"));
}

#[test]
fn buttercup_groups_nest_and_never_end_in_a_circle() {
    let parsed = of("buttercup_csv", "buttercup.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert_eq!(post.folder.as_deref(), Some("Work/Mail"));
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert!(parsed.folders.contains(&"Work/Mail".to_owned()));
    assert_eq!(parsed.items.len(), 1);
}

#[test]
fn zoho_fields_are_lines() {
    let parsed = of("zoho_csv", "zoho.csv");
    let post = titled(&parsed, "Post");
    assert_eq!(value(post, Role::Username), "marguerite");
    assert_eq!(value(post, Role::Password), "kettle:1");
    assert_eq!(post.notes.expose(), "Ask first.");
    assert_eq!(custom(post, "description").value.expose(), "Described");
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(post.folder.as_deref(), Some("Work"));
    assert!(post.flags.favourite && post.tags.contains("Second") && post.tags.contains("mail"));
}

#[test]
fn passpack_lists_are_json_within_json() {
    let parsed = of("passpack_csv", "passpack.csv");
    let post = titled(&parsed, "Post");
    check_post(post);
    assert!(post.tags.contains("work"));
    assert_eq!(custom(post, "PIN").value.expose(), "462916");
    assert_eq!(custom(post, "shared notes").value.expose(), "Shared.");
    assert_eq!(custom(post, "email").value.expose(), "m@post.example");
}

#[test]
fn tables_with_nothing_but_columns() {
    for (id, name) in [
        ("safeincloud_csv", "safeincloud.csv"),
        ("padlock_csv", "padlock.csv"),
        ("synology_csv", "synology.csv"),
        ("gorilla_csv", "gorilla.csv"),
        ("upm_csv", "upm.csv"),
    ] {
        check_post(titled(&of(id, name), "Post"));
    }
    assert_eq!(value(titled(&of("safeincloud_csv", "safeincloud.csv"), "Post"), Role::Code), CODE);
    assert!(titled(&of("padlock_csv", "padlock.csv"), "Post").tags.contains("mail"));
    let parsed = of("gorilla_csv", "gorilla.csv");
    assert_eq!(titled(&parsed, "Post").folder.as_deref(), Some("Work/Mail"));
    assert_eq!(titled(&of("upm_csv", "upm.csv"), "Only a note").item_type, ItemType::Note);
    let parsed = of("blur_csv", "blur.csv");
    assert_eq!(value(titled(&parsed, "Post"), Role::Password), "kettle-1");
    let empty = titled(&parsed, "only a label");
    assert!(empty.fields.is_empty() && empty.urls.is_empty());
    let parsed = of("ff_password_exporter_csv", "ff_password_exporter.csv");
    assert_eq!(custom(titled(&parsed, "post.example"), "httprealm").value.expose(), "Realm");
}

#[test]
fn the_own_table_comes_back_with_its_fields() {
    let parsed = of("coffer_csv", "coffer.csv");
    let post = titled(&parsed, "Post");
    assert_eq!(post.urls, ["https://post.example/?a,https://b", "https://mail.example"]);
    assert_eq!(post.tags.iter().collect::<Vec<_>>(), ["one; two", "three"]);
    assert!(post.flags.favourite && post.flags.archived && post.flags.reprompt);
    assert_eq!(value(post, Role::Code), "steam://JBSWY3DPEHPK3PXP");
    assert_eq!(kind_and_value(post, "PIN"), (FieldKind::Concealed, "462916"));
    assert_eq!(custom(post, "Lines").value.expose(), "first\nsecond");
    assert_eq!(post.created_at, Timestamp(1_714_566_600_000));
    let home = titled(&parsed, "Home");
    assert_eq!(home.item_type, ItemType::Wifi);
    assert_eq!((value(home, Role::WifiName), value(home, Role::WifiSecurity)), ("home-net", "WPA2"));
    assert_eq!(parsed.remarks, []);
}

#[test]
fn archive_of_dashlane_has_all_of_its_tables() {
    let parsed = import("dashlane.zip").unwrap();
    assert_eq!(parsed.format.id, "dashlane_zip");
    let types: Vec<ItemType> = parsed.items.iter().map(|one| one.item.item_type).collect();
    let count = |of| types.iter().filter(|one| **one == of).count();
    assert_eq!(
        (count(ItemType::Login), count(ItemType::Note), count(ItemType::Wifi)),
        (1, 1, 1),
        "{types:?}"
    );
    let note = parsed.items.iter().find(|one| one.item.title == "Zip note").unwrap();
    assert_eq!((note.item.notes.expose(), note.position), ("zip-secret", 2));
    // Each table read on its own gives the same items.
    for name in ["credentials", "payments", "personalInfo", "wifi"] {
        for alone in import(&format!("dashlane-{name}.csv")).unwrap().items {
            let same =
                |one: &ParsedItem| fingerprint(&one.item, &[1; 32]) == fingerprint(&alone.item, &[1; 32]);
            assert!(parsed.items.iter().any(same), "{name}");
        }
    }
    assert!(remarks_on(&parsed, 0).contains(&("other.txt", Outcome::NotKept)));
}
