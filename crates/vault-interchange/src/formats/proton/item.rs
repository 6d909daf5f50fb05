//! An item: `{data: {metadata: {name, note}, type, content, extraFields}, state, aliasEmail, createTime, modifyTime, pinned, files}`.

use std::collections::HashMap;

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, host};

use super::files::Files;
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    syntax::{
        date,
        json::{Json, Object},
    },
};

/// The folders of a vault.
pub(super) struct Folders {
    /// The name of the vault, which is the folder of items in none.
    pub(super) vault: String,
    /// Paths by id.
    pub(super) paths: HashMap<String, String>,
}

/// Members about the storage of Proton.
const BOOKKEEPING: [&str; 4] = ["itemId", "shareId", "contentFormatVersion", "shareCount"];

/// The members of an identity: name, role or none, label and kind of the custom field.
const IDENTITY: &[(&str, Option<Role>, &str, FieldKind)] = &[
    ("fullName", None, "Full name", FieldKind::Text),
    ("email", Some(Role::Email), "Email", FieldKind::Email),
    ("phoneNumber", Some(Role::Phone), "Phone", FieldKind::Phone),
    ("firstName", Some(Role::FirstName), "First name", FieldKind::Text),
    ("middleName", Some(Role::MiddleName), "Middle name", FieldKind::Text),
    ("lastName", Some(Role::LastName), "Last name", FieldKind::Text),
    ("birthdate", Some(Role::BirthDate), "Birth date", FieldKind::Text),
    ("gender", None, "Gender", FieldKind::Text),
    ("organization", Some(Role::Company), "Organization", FieldKind::Text),
    ("streetAddress", Some(Role::Street), "Street", FieldKind::Text),
    ("floor", None, "Floor", FieldKind::Text),
    ("zipOrPostalCode", Some(Role::PostalCode), "Postal code", FieldKind::Text),
    ("city", Some(Role::City), "City", FieldKind::Text),
    ("county", None, "County", FieldKind::Text),
    ("stateOrProvince", Some(Role::Region), "State", FieldKind::Text),
    ("countryOrRegion", Some(Role::Country), "Country", FieldKind::Text),
    ("socialSecurityNumber", Some(Role::NationalId), "Social security number", FieldKind::Concealed),
    ("passportNumber", Some(Role::Passport), "Passport number", FieldKind::Concealed),
    ("licenseNumber", Some(Role::DrivingLicence), "Licence number", FieldKind::Concealed),
    ("website", None, "Website", FieldKind::Url),
    ("xHandle", None, "X", FieldKind::Text),
    ("secondPhoneNumber", None, "Second phone", FieldKind::Phone),
    ("linkedin", None, "LinkedIn", FieldKind::Text),
    ("reddit", None, "Reddit", FieldKind::Text),
    ("facebook", None, "Facebook", FieldKind::Text),
    ("yahoo", None, "Yahoo", FieldKind::Text),
    ("instagram", None, "Instagram", FieldKind::Text),
    ("company", None, "Company", FieldKind::Text),
    ("jobTitle", None, "Job title", FieldKind::Text),
    ("personalWebsite", None, "Personal website", FieldKind::Url),
    ("workPhoneNumber", None, "Work phone", FieldKind::Phone),
    ("workEmail", None, "Work email", FieldKind::Email),
];

/// Reads an item.
pub(super) fn read(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut members: Object,
    folders: &Folders,
    files: &mut Files<'_>,
) -> Result<(), ImportError> {
    let mut data = members.take_object("data").unwrap_or_default();
    let mut metadata = data.take_object("metadata").unwrap_or_default();
    let mut content = data.take_object("content").unwrap_or_default();
    let type_name = data.take_text("type");
    let item_type = match type_name.expose() {
        "login" | "alias" => ItemType::Login,
        "creditCard" => ItemType::Card,
        "identity" => ItemType::Identity,
        "sshKey" => ItemType::SshKey,
        "wifi" => ItemType::Wifi,
        _ => ItemType::Note,
    };
    let mut item = ItemBuilder::new(import, position, item_type);
    item.title("name", metadata.take_text("name"));
    let urls: Vec<SecretText> = texts(content.take_list("urls")).collect();
    item.default_title(&urls.first().and_then(|url| host(url.expose())).unwrap_or_default());
    let alias = members.take_text("aliasEmail");
    match type_name.expose() {
        "login" => read_login(&mut item, &mut content),
        "alias" => {
            let reason = "Coffer has no aliases; the address is kept as the user name of a login.";
            item.keep("type", FieldKind::Text, type_name, reason);
        }
        "creditCard" => read_card(&mut item, &mut content),
        "identity" => read_members(&mut item, &mut content, IDENTITY),
        "sshKey" => {
            item.built_in("privateKey", Role::PrivateKey, content.take_text("privateKey"));
            item.built_in("publicKey", Role::PublicKey, content.take_text("publicKey"));
        }
        "wifi" => read_wifi(&mut item, &mut content),
        "note" | "custom" => {}
        _ => {
            let reason = "An item of this type is not known; it is kept as a note with custom fields.";
            item.keep("type", FieldKind::Text, type_name, reason);
        }
    }
    item.role_or_custom("aliasEmail", Some(Role::Username), "Alias", FieldKind::Email, alias);
    for (at, url) in urls.into_iter().enumerate() {
        item.url(&format!("urls[{at}]"), url);
    }
    item.notes("note", metadata.take_text("note"));
    for name in ["extraPersonalDetails", "extraAddressDetails", "extraContactDetails", "extraWorkDetails"] {
        read_fields(&mut item, name, content.take_list(name));
    }
    for name in ["extraSections", "sections"] {
        read_sections(&mut item, name, content.take_list(name));
    }
    read_fields(&mut item, "extraFields", data.take_list("extraFields"));
    for id in texts(members.take_list("files")) {
        files.add(&mut item, id.expose());
    }
    item.folder("vault", folders.paths.get(members.take_text("folderId").expose()).unwrap_or(&folders.vault));
    read_state(&mut item, &mut members);
    if !metadata.take("itemUuid").is_blank() | BOOKKEEPING.iter().any(|name| !members.take(name).is_blank()) {
        item.count_dropped("itemId", "Coffer gives folders and items ids of their own.");
    }
    BOOKKEEPING.iter().for_each(|name| drop(members.take(name)));
    item.unknown_members("metadata", metadata);
    item.unknown_members("content", content);
    item.unknown_members("data", data);
    item.unknown_members("", members);
    item.finish()
}

fn read_state(item: &mut ItemBuilder<'_, '_>, members: &mut Object) {
    let mut seconds = |name: &str| members.take(name).as_i64().and_then(date::from_seconds);
    let (created, changed) = (seconds("createTime"), seconds("modifyTime"));
    item.dates(created, changed);
    if members.take("state").as_i64() == Some(2) {
        let at = changed.unwrap_or_else(|| item.now());
        item.trash(at);
    }
    if members.take_bool("pinned") == Some(true) {
        item.favourite();
    }
}

fn read_login(item: &mut ItemBuilder<'_, '_>, content: &mut Object) {
    let email = content.take_text("itemEmail");
    // Before version 1.18 there was one member.
    for name in ["itemUsername", "username"] {
        item.role_or_custom(name, Some(Role::Username), "Username", FieldKind::Text, content.take_text(name));
    }
    item.role_or_custom("itemEmail", Some(Role::Username), "Email", FieldKind::Email, email);
    item.built_in("password", Role::Password, content.take_text("password"));
    item.code("totpUri", "One-time code", content.take_text("totpUri"));
    for (at, passkey) in content.take_list("passkeys").into_iter().enumerate() {
        if !passkey.is_blank() {
            let reason =
                "The encoding of passkeys is Proton's own; it is kept whole as a concealed custom field.";
            let path = format!("passkeys[{at}]");
            item.keep_as(&path, "Passkey", FieldKind::Concealed, passkey.into_text(), reason);
        }
    }
}

fn read_card(item: &mut ItemBuilder<'_, '_>, content: &mut Object) {
    item.built_in("cardholderName", Role::CardHolder, content.take_text("cardholderName"));
    item.built_in("number", Role::CardNumber, content.take_text("number"));
    item.built_in("verificationNumber", Role::CardVerification, content.take_text("verificationNumber"));
    item.built_in("pin", Role::CardPin, content.take_text("pin"));
    if content.take("cardType").as_i64().is_some_and(|kind| kind != 0) {
        item.count_dropped("cardType", "The number of a card says of which kind it is.");
    }
    // `2029-06`, before that `062029`.
    let expiry = content.take_text("expirationDate");
    let text = expiry.expose();
    let parts = text.split_once('-').map(|(year, month)| (month, year)).or_else(|| text.split_at_checked(2));
    match parts.and_then(|(month, year)| date::month(month, year)) {
        Some(month) => item.built_in("expirationDate", Role::CardExpiry, SecretText::new(month)),
        None => {
            let reason = "This is not a month; it is kept as a custom field.";
            item.keep("expirationDate", FieldKind::Text, expiry, reason);
        }
    }
}

fn read_wifi(item: &mut ItemBuilder<'_, '_>, content: &mut Object) {
    item.built_in("ssid", Role::WifiName, content.take_text("ssid"));
    item.built_in("password", Role::Password, content.take_text("password"));
    let security = match content.take("security").as_i64() {
        Some(1) => "WPA",
        Some(2) => "WPA2",
        Some(3) => "WPA3",
        Some(4) => "WEP",
        _ => "",
    };
    item.built_in("security", Role::WifiSecurity, SecretText::from(security));
}

fn read_members(
    item: &mut ItemBuilder<'_, '_>,
    content: &mut Object,
    members: &[(&str, Option<Role>, &str, FieldKind)],
) {
    for (name, role, label, kind) in members {
        item.role_or_custom(name, *role, label, *kind, content.take_text(name));
    }
}

fn read_sections(item: &mut ItemBuilder<'_, '_>, name: &str, sections: Vec<Json>) {
    for (at, section) in sections.into_iter().enumerate() {
        let path = format!("{name}[{at}]");
        match section {
            Json::Object(mut section) => {
                item.section(section.take_text("sectionName").expose());
                read_fields(item, &path, section.take_list("sectionFields"));
                item.unknown_members(&path, section);
            }
            other => item.unknown_value(&path, other),
        }
    }
    item.section("");
}

/// Reads custom fields: `{fieldName, type, data: {content | totpUri | timestamp}}`.
fn read_fields(item: &mut ItemBuilder<'_, '_>, name: &str, fields: Vec<Json>) {
    for (at, field) in fields.into_iter().enumerate() {
        let path = format!("{name}[{at}]");
        let Json::Object(mut field) = field else {
            item.unknown_value(&path, field);
            continue;
        };
        let label = field.take_text("fieldName");
        let kind = field.take_text("type");
        let mut data = field.take_object("data").unwrap_or_default();
        match kind.expose() {
            "totp" => item.code(&path, label.expose(), data.take_text("totpUri")),
            "text" => item.custom(&path, label.expose(), FieldKind::Text, data.take_text("content")),
            "hidden" => item.custom(&path, label.expose(), FieldKind::Concealed, data.take_text("content")),
            "timestamp" => {
                let text = data.take_text("timestamp");
                let day = text.expose().split('T').next().unwrap_or_default();
                item.custom(&path, label.expose(), FieldKind::Date, SecretText::from(day));
            }
            _ => {
                let reason = "A field of this kind is not known; it is kept as a concealed one.";
                let text = data.take_text("content");
                item.keep_as(&path, label.expose(), FieldKind::Concealed, text, reason);
            }
        }
        item.unknown_members(&path, data);
        item.unknown_members(&path, field);
    }
}

/// Returns the texts in a list.
fn texts(values: Vec<Json>) -> impl Iterator<Item = SecretText> {
    values.into_iter().map(Json::into_text)
}
