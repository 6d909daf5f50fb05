//! 1Password's 1PUX, 1PIF and `OPVault`.

use std::{collections::BTreeSet, io::Read};

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role};
use vault_interchange::{ImportError, Options, Outcome, ParsedFile, detect};

use crate::support::{NOW, custom, import, kind_and_value, path, read, remarks_on, rng, titled, value};

/// Returns the fields of the remarks on an item with an outcome.
fn fields_with(parsed: &ParsedFile, position: u32, outcome: Outcome) -> Vec<&str> {
    let remarks = remarks_on(parsed, position).into_iter();
    remarks.filter(|(_, of)| *of == outcome).map(|(field, _)| field).collect()
}

fn files(parsed: &ParsedFile, at: usize) -> Vec<(String, String)> {
    let read = |file: &vault_interchange::ParsedFileContent| {
        let mut text = String::new();
        file.reader().read_to_string(&mut text).unwrap();
        (file.name.clone(), text)
    };
    parsed.items[at].files.iter().map(read).collect()
}

#[test]
fn login_of_1pux_keeps_everything() {
    let parsed = import("onepassword.1pux").unwrap();
    assert_eq!(parsed.format.id, "onepassword_1pux");
    let login = titled(&parsed, "shop.example.com");
    assert_eq!((value(login, Role::Username), value(login, Role::Password)), ("anna", "1pux-secret"));
    let password = login.fields.iter().find(|field| field.role == Some(Role::Password)).unwrap();
    assert_eq!(password.history[0].value.expose(), "older-secret");
    assert_eq!(password.history[0].replaced_at, Timestamp(1_590_000_000_000));
    assert_eq!(login.urls, ["https://shop.example.com/a", "https://admin.example.com"]);
    assert_eq!(login.tags, BTreeSet::from(["a".to_owned(), "b/c".to_owned()]));
    assert_eq!(login.folder.as_deref(), Some("Private"));
    assert!(login.flags.favourite && login.flags.archived);
    assert_eq!((login.created_at.0, login.modified_at.0), (1_600_000_000_000, 1_600_000_100_000));
    assert_eq!(files(&parsed, 0), [("contract.txt".to_owned(), "contract text\n".to_owned())]);
    for (label, kind, value) in [
        ("branch", FieldKind::Text, "4711-0815"),
        ("password", FieldKind::Concealed, "second-password"),
        ("since", FieldKind::Date, "1969-12-31"),
        ("valid", FieldKind::Month, "2025-12"),
        ("mail", FieldKind::Email, "anna@example.com"),
        ("lines", FieldKind::Lines, "one\ntwo"),
        ("words", FieldKind::Concealed, "no code: 1!"),
        ("never", FieldKind::Text, "soon"),
        ("wrong", FieldKind::Text, "202513"),
        ("new", FieldKind::Concealed, "3d-value"),
    ] {
        assert_eq!(kind_and_value(login, label), (kind, value), "{label}");
    }
    assert_eq!(custom(login, "lines").section.as_deref(), Some("More"));
    assert!(fields_with(&parsed, 1, Outcome::NotKept).contains(&"sections[0].fields[13]"));
}

#[test]
fn equal_codes_merge_and_unequal_stay() {
    let parsed = import("onepassword.1pux").unwrap();
    let login = titled(&parsed, "shop.example.com");
    assert!(value(login, Role::Code).contains("secret=JBSWY3DPEHPK3PXP"));
    assert!(!login.fields.iter().any(|field| field.label == "same"));
    let (kind, other) = kind_and_value(login, "other");
    assert_eq!(kind, FieldKind::Code);
    assert!(other.contains("digits=8"));
    assert!(fields_with(&parsed, 1, Outcome::KeptAsCustomField).contains(&"sections[0].fields[2]"));
}

#[test]
fn each_category_becomes_its_type() {
    let parsed = import("onepassword.1pux").unwrap();
    let types: Vec<ItemType> = parsed.items.iter().map(|parsed| parsed.item.item_type).collect();
    let expected = [
        ItemType::Login,
        ItemType::Card,
        ItemType::Identity,
        ItemType::SshKey,
        ItemType::Note,
        ItemType::Note,
        ItemType::Document,
        ItemType::Login,
    ];
    assert_eq!(types, expected);
    let card = titled(&parsed, "Card");
    assert_eq!((value(card, Role::CardExpiry), value(card, Role::CardPin)), ("2028-07", "2468"));
    assert_eq!(card.trashed_at, Some(Timestamp(1_600_000_100_000)));
    let person = titled(&parsed, "Person");
    assert_eq!((value(person, Role::City), value(person, Role::BirthDate)), ("Town", "1981-01-01"));
    assert_eq!(kind_and_value(person, "other"), (FieldKind::Lines, "Side 2\nTown"));
    let key = titled(&parsed, "Key");
    assert!(value(key, Role::PrivateKey).contains("OPENSSH"));
    assert!(custom(key, "private key").value.expose().contains("BEGIN PRIVATE KEY"));
    let club = titled(&parsed, "Club");
    assert_eq!(custom(club, "category").value.expose(), "Membership");
    assert!(club.expires.is_some());
    assert_eq!(value(titled(&parsed, "Bare"), Role::Password), "bare-secret");
    assert_eq!(files(&parsed, 6), [("paper.pdf".to_owned(), "paper".to_owned())]);
}

#[test]
fn unknown_categories_and_stray_files_are_named() {
    let parsed = import("onepassword.1pux").unwrap();
    let unknown = titled(&parsed, "New kind");
    assert_eq!(custom(unknown, "details.brandNew.deep").value.expose(), "deep-value");
    assert_eq!(custom(unknown, "extra").value.expose(), "top-value");
    assert_eq!(
        fields_with(&parsed, 6, Outcome::KeptAsCustomField),
        ["category", "details.brandNew.deep", "extra"]
    );
    assert!(remarks_on(&parsed, 0).contains(&("stray.txt", Outcome::NotKept)));
    // A picture of a vault is none of the user's files.
    assert!(remarks_on(&parsed, 0).contains(&("avatar", Outcome::NotNeeded)));
}

#[test]
fn several_accounts_become_folders() {
    let parsed = import("onepassword.json").unwrap();
    assert_eq!(parsed.folders, ["A/Private", "B/Work"]);
    assert_eq!(value(titled(&parsed, "Key of an API"), Role::ApiKey), "api-secret");
    assert_eq!(value(titled(&parsed, "Server"), Role::Host), "host.example");
    assert_eq!(remarks_on(&parsed, 2), [("", Outcome::RowSkipped)]);
    assert!(remarks_on(&parsed, 0).contains(&("surprise", Outcome::NotKept)));
}

#[test]
fn items_of_1pif_keep_folder_and_trash() {
    let parsed = import("onepassword.1pif").unwrap();
    let site = titled(&parsed, "Site");
    // The two folders are within each other.
    assert_eq!(site.folder.as_deref(), Some("Loop ed/Outer"));
    assert_eq!((value(site, Role::Username), value(site, Role::Password)), ("bob", "pif-secret"));
    assert!(value(site, Role::Code).contains("JBSWY3DPEHPK3PXP"));
    assert!(site.flags.favourite && site.tags.contains("t"));
    assert_eq!(site.urls, ["https://site.example"]);
    assert_eq!(kind_and_value(site, "born"), (FieldKind::Date, "1970-01-02"));
    assert_eq!(titled(&parsed, "Old card").trashed_at, Some(Timestamp(1_500_000_600_000)));
    assert_eq!(custom(titled(&parsed, "New"), "details.odd").value.expose(), "odd-value");
    assert_eq!(remarks_on(&parsed, 7), [("", Outcome::RowSkipped)]);
}

#[test]
fn a_vault_of_opvault_is_decrypted() {
    let parsed = import("onepassword.opvault").unwrap();
    let login = titled(&parsed, "Vault login");
    assert_eq!(value(login, Role::Password), "vault-secret");
    assert_eq!(login.folder.as_deref(), Some("Kept"));
    assert!(login.flags.favourite);
    let password = login.fields.iter().find(|field| field.role == Some(Role::Password)).unwrap();
    assert_eq!(password.history[0].value.expose(), "vault-older");
    assert_eq!(files(&parsed, 0), [("scan.txt".to_owned(), "scanned text".to_owned())]);
    assert!(titled(&parsed, "Vault note").trashed_at.is_some());
    // A damaged attachment and a damaged item cost themselves; the item that was permanently deleted is no loss.
    assert_eq!(remarks_on(&parsed, 1), [("attachment", Outcome::NotKept)]);
    assert_eq!(remarks_on(&parsed, 4), [("", Outcome::RowSkipped)]);
    assert!(remarks_on(&parsed, 0).contains(&("tombstone", Outcome::NotNeeded)));
}

#[test]
fn opvault_asks_for_its_password() {
    let bytes = std::fs::read(path("onepassword.opvault")).unwrap();
    let open = |password: Option<&str>| {
        let options = Options { password: password.map(SecretText::from), ..Options::default() };
        detect(&bytes).unwrap().read(&bytes, &options, NOW, &mut rng()).err()
    };
    assert_eq!(open(None), Some(ImportError::SecretNeeded));
    assert_eq!(open(Some("wrong")), Some(ImportError::WrongSecret));
}

#[test]
fn an_export_without_items_is_refused() {
    let empty = r#"{"accounts":[{"attrs":{},"vaults":[{"attrs":{"name":"P"},"items":[]}]}]}"#;
    assert_eq!(read(empty.as_bytes()).err(), Some(ImportError::NoItems));
}
