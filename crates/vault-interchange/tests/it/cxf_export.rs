//! Exports in the credential exchange format, read back.

use vault_engine::clock::Timestamp;
use vault_engine::item::{CoseAlgorithm, FieldKind, Item, ItemType, Role, SecretText, template};
use vault_interchange::export::ExportFormat;
use vault_interchange::{Outcome, fingerprint};

use crate::export_items::{Items, KEY, all_types, field, login, passkey, reasons, remarked};
use crate::support::{custom, kind_and_value, read, rng, titled, value};

/// An item of a type, with a value in each built-in field.
fn filled(item_type: ItemType, values: &[(Role, &str)]) -> Item {
    let mut item = Item::new(item_type, Timestamp(1_600_000_000_000));
    item.title = item_type.name().to_owned();
    for (number, (role, kind)) in (1..).zip(template(item_type)) {
        let given = values.iter().find(|(of, _)| of == role);
        let value = given.map_or_else(|| format!("{} <&>", role.name()), |(_, value)| (*value).to_owned());
        item.fields.push(field(number, Some(*role), "", *kind, &value));
    }
    item
}

const CODE: &str =
    "otpauth://totp/Bank:mara?secret=JBSWY3DPEHPK3PXP&issuer=Bank&algorithm=SHA512&digits=8&period=60";

fn key() -> (String, String, String) {
    let key = vault_ssh::PrivateKey::make(vault_ssh::NewKey::Ed25519, "ann@laptop", &mut rng(), &|| true);
    let Ok(key) = key else { panic!("no key was made") };
    (key.to_openssh().expose().to_owned(), key.public().to_line(), key.public().fingerprint())
}

#[test]
fn types_of_the_format_come_back_as_they_were() {
    let (private, public, fingerprint_of_key) = key();
    let mut bank = filled(ItemType::Login, &[(Role::Code, "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")]);
    bank.urls = vec!["https://a.example".into(), "androidapp://com.example.app".into()];
    bank.folder = Some("Money/Banks/Old".into());
    bank.tags = ["a,b".to_owned(), "c".to_owned()].into();
    bank.flags.favourite = true;
    bank.notes = SecretText::from("one\ntwo\t\u{1}\"<&>");
    let mut key = filled(
        ItemType::SshKey,
        &[(Role::PrivateKey, &private), (Role::PublicKey, &public), (Role::Fingerprint, &fingerprint_of_key)],
    );
    key.expires = "2031-05-06".parse().ok();
    key.fields.retain(|field| field.role != Some(Role::KeyPassphrase));
    let mut api = filled(ItemType::ApiCredential, &[(Role::ValidFrom, "2020-02-29")]);
    api.fields.retain(|field| field.role != Some(Role::ApiSecret));
    api.expires = "2030-01-02".parse().ok();
    let mut identity = filled(ItemType::Identity, &[(Role::BirthDate, "1990-01-02"), (Role::Country, "DE")]);
    identity.fields.retain(|field| !matches!(field.role, Some(Role::Email | Role::Company)));
    let items = [
        bank,
        filled(ItemType::Note, &[]),
        filled(ItemType::Card, &[(Role::CardExpiry, "2029-03")]),
        identity,
        key,
        api,
        filled(ItemType::Wifi, &[(Role::WifiHidden, "true")]),
        filled(
            ItemType::OneTimeCode,
            &[(Role::Code, CODE), (Role::Issuer, "Bank"), (Role::Username, "mara")],
        ),
    ];
    let expected: Vec<_> = items.iter().map(|item| item.title.clone()).collect();
    let mut sealed = Items::of(items);
    let originals: Vec<_> =
        sealed.sealed.iter().flatten().map(|one| vault_engine::item::decode(one).unwrap()).collect();
    let (file, report) = sealed.write(ExportFormat::Cxf);
    assert_eq!((report.items as usize, &report.remarks), (originals.len(), &vec![]));
    let parsed = read(&file).unwrap();
    let titles: Vec<_> = parsed.items.iter().map(|one| one.item.title.clone()).collect();
    assert_eq!(titles, expected);
    for original in &originals {
        let found = titled(&parsed, &original.title);
        for field in &original.fields {
            let role = field.role.unwrap();
            assert_eq!(value(found, role), field.value.expose(), "{} {role:?}", original.title);
        }
        assert_eq!(found.fields.len(), original.fields.len(), "{}", original.title);
        assert_eq!(
            (found.item_type, &found.urls, &found.tags, &found.folder, found.expires, found.flags),
            (
                original.item_type,
                &original.urls,
                &original.tags,
                &original.folder,
                original.expires,
                original.flags
            ),
        );
        assert_eq!((found.notes.expose(), found.created_at), (original.notes.expose(), original.created_at));
    }
    // Those whose fields stand in the same order are the same to the last part.
    for title in ["login", "note", "ssh_key", "one_time_code"] {
        let original = originals.iter().find(|one| one.title == title).unwrap();
        assert_eq!(fingerprint(titled(&parsed, title), &KEY), fingerprint(original, &KEY), "{title}");
    }
}

#[test]
fn what_has_no_place_is_a_custom_field_or_named() {
    let mut item = login();
    item.flags.archived = true;
    item.flags.reprompt = true;
    item.passkeys[1].sign_counter = 3;
    item.fields.push(field(7, None, "Empty", FieldKind::Text, ""));
    item.fields.push(field(8, None, "Steam", FieldKind::Code, "steam://JBSWY3DPEHPK3PXP"));
    for (number, (kind, label, value)) in (9..).zip([
        (FieldKind::Number, "Number", "12"),
        (FieldKind::Number, "No number", "twelve"),
        (FieldKind::Switch, "Switch", "true"),
        (FieldKind::Date, "Date", "2024-02-29"),
        (FieldKind::Month, "Month", "2024-02"),
        (FieldKind::Email, "Email", "a@example.com"),
        (FieldKind::Lines, "Lines", "a\nb"),
        (FieldKind::SecretLines, "Secret lines", "c\nd"),
        (FieldKind::Phone, "Phone", "+49 1"),
    ]) {
        item.fields.push(field(number, None, label, kind, value));
    }
    let (file, report) = Items::of([item].into_iter().chain(all_types())).write(ExportFormat::Cxf);
    let parsed = read(&file).unwrap();
    assert_eq!(parsed.items.len(), 8);
    let bank = titled(&parsed, &login().title);
    assert_eq!((bank.passkeys.len(), bank.passkeys[0].user_name.as_str()), (1, "mara"));
    assert!(bank.passkeys[0].private_key.expose() == passkey("mara").private_key.expose());
    assert_eq!(bank.passkeys[0].algorithm, CoseAlgorithm::ES256);
    let pin = custom(bank, "PIN");
    assert_eq!((pin.section.as_deref(), pin.kind), (Some("Telephone"), FieldKind::Concealed));
    for (label, expected) in [
        ("Empty", (FieldKind::Text, "")),
        ("Second", (FieldKind::Code, "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ")),
        ("Steam", (FieldKind::Code, "steam://JBSWY3DPEHPK3PXP")),
        ("Number", (FieldKind::Number, "12")),
        ("No number", (FieldKind::Text, "twelve")),
        ("Switch", (FieldKind::Switch, "true")),
        ("Date", (FieldKind::Date, "2024-02-29")),
        ("Month", (FieldKind::Month, "2024-02")),
        ("Email", (FieldKind::Email, "a@example.com")),
        ("Lines", (FieldKind::Lines, "a\nb")),
        ("Secret lines", (FieldKind::SecretLines, "c\nd")),
        ("Phone", (FieldKind::Text, "+49 1")),
        ("Expires", (FieldKind::Date, "2031-05-06")),
    ] {
        assert_eq!(kind_and_value(bank, label), expected, "{label}");
    }
    let lost = reasons(&report, Outcome::NotKept);
    for field in ["Password", "Telephone: PIN", "passkey", "archived", "reprompt", "title", "ä &.txt"] {
        assert!(lost.iter().any(|(name, _)| *name == field), "{field}: {lost:?}");
    }
    for field in ["phone", "code", "number", "expires", "bank_account", "server", "field"] {
        assert!(remarked(&report, field), "{field}");
    }
    // A private key that is none stays a text.
    assert!(custom(titled(&parsed, "Key"), "Private key").value.expose().contains("AAAA"));
    assert!(remarked(&report, "ssh_key"));
    let server = titled(&parsed, "Server");
    assert_eq!((server.item_type, value(server, Role::Password)), (ItemType::Login, "toor"));
    assert_eq!(custom(server, "Host").value.expose(), "10.0.0.1");
}

#[test]
fn file_has_the_header_and_folders_within_folders() {
    let mut items = Items::of([login()]);
    items.vault = Some("Family");
    let (file, _) = items.write(ExportFormat::Cxf);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(
        text.starts_with("{\"version\":{\"major\":1,\"minor\":0},\"exporterRpId\":\"app.coffer.desktop\","),
        "{text}"
    );
    for part in ["\"timestamp\":1750000000,", "\"username\":\"\",\"email\":\"\",", "\"subCollections\":[{"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(titled(&read(&file).unwrap(), &login().title).folder.as_deref(), Some("Family/Money/Banks"));
}
