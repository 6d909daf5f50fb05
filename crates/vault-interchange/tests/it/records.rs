//! Programs whose items are flat records.

use std::io::Read;

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role};
use vault_interchange::Outcome;

use crate::support::{custom, import, kind_and_value, remarks_on, titled, value};

/// Files with a login “Shop” and its password, notes and folder.
const LOGINS: &[(&str, &str, &str, Option<&str>)] = &[
    ("dashlane.json", "dash-secret", "a note", Some("Work")),
    ("enpass.json", "enpass-secret", "a note", Some("Outer/Inner")),
    ("keeper.json", "keeper-secret", "a note", Some("Team/Sub/Deep")),
    ("passman.json", "pass-secret", "a note", Some("Social")),
    ("psono.json", "psono-secret", "a note", None),
    ("fpm.xml", "fpm-<secret>", "a note", Some("Work/Sub")),
    ("pwsafe.xml", "pwsafe-secret", "line 1\nline 2", Some("Work/Sub")),
    ("kaspersky.txt", "kasp-secret", "line 1\nPassword: not one", None),
    ("keychain.txt", "chain-secret", "a note", None),
    ("cxf.json", "cxf-secret", "a note", Some("Work")),
    ("cxf-account.json", "cxf-secret", "a note", None),
];

#[test]
fn a_login_of_each_program_is_whole() {
    for (file, password, notes, folder) in LOGINS {
        let parsed = import(file).unwrap();
        let shop = titled(&parsed, "Shop");
        assert_eq!(shop.item_type, ItemType::Login, "{file}");
        assert_eq!((value(shop, Role::Username), value(shop, Role::Password)), ("anna", *password), "{file}");
        assert_eq!((shop.notes.expose(), shop.folder.as_deref()), (*notes, *folder), "{file}");
        assert!(shop.urls[0].starts_with("https://shop.example"), "{file}");
    }
}

/// Custom fields: file, item, label, kind, value.
const CUSTOM: &[(&str, &str, &str, FieldKind, &str)] = &[
    ("dashlane.json", "Shop", "newThing", FieldKind::Concealed, "new-value"),
    ("dashlane.json", "HOLOGRAM", "beam", FieldKind::Concealed, "beam-value"),
    ("enpass.json", "Shop", "Pet", FieldKind::Concealed, "pet-value"),
    ("enpass.json", "Shop", "Old", FieldKind::Concealed, "deleted-value"),
    ("enpass.json", "Shop", "newThing", FieldKind::Concealed, "new-value"),
    ("enpass.json", "New", "Beam", FieldKind::Text, "beam-value"),
    ("keeper.json", "Shop", "Colour", FieldKind::Text, "blue"),
    ("keeper.json", "Shop", "Hidden", FieldKind::Concealed, "hidden-value"),
    ("keeper.json", "Shop", "Pet?", FieldKind::Concealed, "pet-value"),
    ("keeper.json", "Shop", "Since", FieldKind::Date, "2020-09-13"),
    ("keeper.json", "Shop", "Mobile number", FieldKind::Phone, "123"),
    ("keeper.json", "New", "beam", FieldKind::Concealed, "beam-value"),
    ("passman.json", "Shop", "PIN", FieldKind::Concealed, "0042"),
    ("passman.json", "Gone", "newThing.a", FieldKind::Concealed, "new-value"),
    ("psono.json", "Shop", "Callback password", FieldKind::Concealed, "callback-secret"),
    ("psono.json", "Env", "Key1", FieldKind::Concealed, "env-secret"),
    ("psono.json", "New", "beam", FieldKind::Concealed, "beam-value"),
    ("fpm.xml", "Shop", "newThing", FieldKind::Concealed, "new-value"),
    ("pwsafe.xml", "Shop", "autotype", FieldKind::Concealed, "type-value"),
    ("kaspersky.txt", "Shop", "Login name", FieldKind::Text, "Mine"),
    ("keychain.txt", "Shop", "zzzz", FieldKind::Concealed, "new-value"),
    ("cxf.json", "Shop", "Hidden", FieldKind::Concealed, "hidden-value"),
    ("cxf.json", "Shop", "Subtitle", FieldKind::Text, "mine"),
    ("cxf.json", "Shop", "credentials[7].beam", FieldKind::Concealed, "beam-value"),
    ("cxf.json", "Passport", "Full name", FieldKind::Text, "Anna Example"),
];

#[test]
fn what_has_no_field_becomes_one() {
    for (file, title, label, kind, value) in CUSTOM {
        let parsed = import(file).unwrap();
        assert_eq!(kind_and_value(titled(&parsed, title), label), (*kind, *value), "{file}: {label}");
    }
}

#[test]
fn cards_and_keys_are_of_their_type() {
    for (file, title) in [
        ("enpass.json", "Card"),
        ("keeper.json", "Card"),
        ("psono.json", "Card"),
        ("cxf.json", "credit-card"),
    ] {
        let parsed = import(file).unwrap();
        let card = titled(&parsed, title);
        assert_eq!(card.item_type, ItemType::Card, "{file}");
        let expected = ("4111111111111111", "2028-07");
        assert_eq!((value(card, Role::CardNumber), value(card, Role::CardExpiry)), expected, "{file}");
    }
    for file in ["psono.json", "cxf.json"] {
        let parsed = import(file).unwrap();
        let key = titled(&parsed, "Key");
        assert_eq!(key.item_type, ItemType::SshKey, "{file}");
        assert!(value(key, Role::PrivateKey).starts_with("-----BEGIN "), "{file}");
    }
}

#[test]
fn history_files_and_trash_survive() {
    let enpass = import("enpass.json").unwrap();
    let password = |item: &vault_engine::item::Item| {
        let field = item.fields.iter().find(|field| field.role == Some(Role::Password)).unwrap();
        field.history.iter().map(|past| past.value.expose().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(password(titled(&enpass, "Shop")), ["older-secret"]);
    let mut text = String::new();
    enpass.items[0].files[0].reader().read_to_string(&mut text).unwrap();
    assert_eq!((enpass.items[0].files[0].name.as_str(), text.as_str()), ("a.txt", "attached"));
    assert!(remarks_on(&enpass, 1).contains(&("attachments[1]", Outcome::NotKept)));
    assert!(titled(&enpass, "Shop").flags.archived);
    assert_eq!(titled(&enpass, "Card").trashed_at, Some(Timestamp(1_600_000_200_000)));
    let pwsafe = import("pwsafe.xml").unwrap();
    assert_eq!(password(titled(&pwsafe, "Shop")), ["older-secret", "oldest-secret"]);
    assert!(titled(&import("passman.json").unwrap(), "Gone").trashed_at.is_some());
}

#[test]
fn notes_end_where_they_end() {
    let parsed = import("kaspersky.txt").unwrap();
    assert_eq!(titled(&parsed, "Note").notes.expose(), "text\n---\nmore text");
    let parsed = import("keychain.txt").unwrap();
    assert_eq!(titled(&parsed, "Note").notes.expose(), "text of a note");
    assert_eq!(titled(&parsed, "Shop").urls, ["https://shop.example:443/login"]);
    assert_eq!(titled(&parsed, "Shop").created_at, Timestamp(1_555_612_972_000));
}

#[test]
fn passkeys_of_cxf_are_read_or_kept() {
    let parsed = import("cxf.json").unwrap();
    let shop = titled(&parsed, "Shop");
    assert_eq!(shop.passkeys.len(), 1);
    assert_eq!(
        (shop.passkeys[0].rp_id.as_str(), shop.passkeys[0].user_name.as_str()),
        ("shop.example", "anna")
    );
    assert!(custom(shop, "Passkey").value.expose().contains("AAAA"));
    assert!(value(shop, Role::Code).contains("algorithm=SHA256&digits=8&period=60"));
    assert_eq!(shop.urls, ["https://shop.example", "androidapp://com.shop.app"]);
    // Dates of another epoch or far in the future cost themselves.
    assert_eq!(shop.created_at, Timestamp(1_600_000_100_000));
    assert!(remarks_on(&parsed, 0).contains(&("creationAt", Outcome::NotKept)));
    assert!(remarks_on(&parsed, 1).contains(&("credentials[6]", Outcome::NotKept)));
    assert_eq!(titled(&parsed, "credit-card").folder.as_deref(), Some("Work/Deep"));
    assert!(titled(&parsed, "Passport").expires.is_some());
}

#[test]
fn codes_of_records_are_whole() {
    let parsed = import("psono.json").unwrap();
    assert!(value(titled(&parsed, "Code"), Role::Code).contains("algorithm=SHA256&digits=8&period=60"));
    assert!(value(titled(&parsed, "Shop"), Role::Code).contains("digits=8"));
    let parsed = import("keeper.json").unwrap();
    assert!(value(titled(&parsed, "Shop"), Role::Code).contains("JBSWY3DPEHPK3PXP"));
    assert!(custom(titled(&parsed, "Shop"), "oneTimeCode").value.expose().contains("KRSXG5CTMVRXEZLU"));
}
