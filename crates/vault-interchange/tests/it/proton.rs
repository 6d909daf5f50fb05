//! Proton Pass: JSON, and the archive with files.

use std::io::Read;

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role};
use vault_interchange::{ImportError, Options, Outcome, detect};

use crate::support::{NOW, custom, import, kind_and_value, path, remarks_on, rng, titled, value};

#[test]
fn items_of_proton_keep_everything() {
    for file in ["proton.json", "proton.zip"] {
        let parsed = import(file).unwrap();
        let shop = titled(&parsed, "Shop");
        assert_eq!((value(shop, Role::Username), value(shop, Role::Password)), ("anna", "proton-secret"));
        assert!(value(shop, Role::Code).contains("JBSWY3DPEHPK3PXP"));
        assert_eq!(shop.urls, ["https://shop.example", "https://b.example"]);
        assert_eq!(shop.folder.as_deref(), Some("Pri vate/Outer/Inner"));
        assert!(shop.flags.favourite);
        assert_eq!(shop.notes.expose(), "Line 1\nLine 2");
        assert_eq!((shop.created_at.0, shop.modified_at.0), (1_600_000_000_000, 1_600_000_100_000));
        for (label, kind, value) in [
            ("Email", FieldKind::Email, "anna@example.com"),
            ("plain", FieldKind::Text, "plain-value"),
            ("secret", FieldKind::Concealed, "hidden-value"),
            ("day", FieldKind::Date, "2025-03-04"),
            ("new", FieldKind::Concealed, "new-value"),
            ("extraFields[4].more", FieldKind::Concealed, "more-value"),
        ] {
            assert_eq!(kind_and_value(shop, label), (kind, value), "{label}");
        }
        assert!(custom(shop, "second").value.expose().contains("KRSXG5CTMVRXEZLU"));
        assert!(custom(shop, "Passkey").value.expose().contains("AQID"));
    }
}

#[test]
fn each_type_of_proton_becomes_its_own() {
    let parsed = import("proton.json").unwrap();
    let types: Vec<ItemType> = parsed.items.iter().map(|parsed| parsed.item.item_type).collect();
    let expected = [
        ItemType::Login,
        ItemType::Login,
        ItemType::Card,
        ItemType::Identity,
        ItemType::Wifi,
        ItemType::SshKey,
        ItemType::Note,
        ItemType::Note,
        ItemType::Login,
    ];
    assert_eq!(types, expected);
    assert_eq!(value(titled(&parsed, "Alias"), Role::Username), "x.1@alias.example");
    assert_eq!(value(titled(&parsed, "Card"), Role::CardExpiry), "2029-06");
    let person = titled(&parsed, "Person");
    assert_eq!(custom(person, "Member").section.as_deref(), Some("Club"));
    assert_eq!(value(person, Role::NationalId), "123-45");
    assert_eq!(value(titled(&parsed, "Home"), Role::WifiSecurity), "WPA2");
    assert_eq!(titled(&parsed, "Gone").trashed_at, Some(Timestamp(1_600_000_100_000)));
    assert_eq!(custom(titled(&parsed, "New"), "content.beam").value.expose(), "beam-value");
    assert_eq!(value(titled(&parsed, "Before"), Role::Username), "old-user");
    assert_eq!(remarks_on(&parsed, 9), [("", Outcome::RowSkipped)]);
    assert!(remarks_on(&parsed, 0).contains(&("surprise", Outcome::NotKept)));
}

#[test]
fn files_of_proton_belong_to_their_items() {
    let parsed = import("proton.zip").unwrap();
    let [file] = parsed.items[0].files.as_slice() else { panic!("not one file") };
    let mut text = String::new();
    file.reader().read_to_string(&mut text).unwrap();
    assert_eq!((file.name.as_str(), text.as_str()), ("contract.txt", "contract text\n"));
    let lost = |parsed, position| {
        let remarks = remarks_on(parsed, position).into_iter();
        remarks.filter(|(_, outcome)| *outcome == Outcome::NotKept).count()
    };
    // One file is not in the archive; without the archive neither is.
    assert_eq!(lost(&parsed, 1), 1);
    assert_eq!(lost(&import("proton.json").unwrap(), 1), 2);
    assert!(remarks_on(&parsed, 0).contains(&("stray.txt", Outcome::NotKept)));
}

#[test]
fn a_message_of_pgp_opens_with_its_password() {
    for file in ["proton.pgp", "proton-zip.pgp", "proton-128.pgp"] {
        let parsed = import(file).unwrap();
        assert_eq!(parsed.format.id, "proton_pgp");
        assert_eq!(value(titled(&parsed, "Shop"), Role::Password), "proton-secret", "{file}");
        let bytes = std::fs::read(path(file)).unwrap();
        let open = |password: Option<&str>| {
            let options = Options { password: password.map(SecretText::from), ..Options::default() };
            detect(&bytes).unwrap().read(&bytes, &options, NOW, &mut rng()).err()
        };
        assert_eq!(open(None), Some(ImportError::SecretNeeded), "{file}");
        assert_eq!(open(Some("wrong")), Some(ImportError::WrongSecret), "{file}");
    }
}

#[test]
fn damage_to_a_message_of_pgp_is_found() {
    let whole = std::fs::read(path("proton-128.pgp")).unwrap();
    let first = whole.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    for at in (first..whole.len() - 40).step_by(29) {
        let mut damaged = whole.clone();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        let read = detect(&damaged).unwrap().read(&damaged, &crate::support::options(), NOW, &mut rng());
        assert!(whole[at] == b'\n' || read.is_err(), "byte {at}");
    }
}
