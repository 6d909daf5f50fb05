//! The types of credentials.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::passkey;
use crate::{
    builder::ItemBuilder,
    syntax::{
        base32,
        json::{Json, Object},
    },
};

/// What a member means: a built-in field, or a custom one of a kind.
type Member = (&'static str, Option<Role>, &'static str, FieldKind);

/// A type of credentials: its name, the type of its items, its members.
type Type = (&'static str, ItemType, &'static [Member]);

const fn role(name: &'static str, role: Role, label: &'static str) -> Member {
    (name, Some(role), label, FieldKind::Text)
}

const fn text(name: &'static str, label: &'static str) -> Member {
    (name, None, label, FieldKind::Text)
}

const fn day(name: &'static str, label: &'static str) -> Member {
    (name, None, label, FieldKind::Date)
}

const DOCUMENT: &[Member] = &[
    role("documentNumber", Role::NationalId, "Document number"),
    role("passportNumber", Role::Passport, "Passport number"),
    role("licenseNumber", Role::DrivingLicence, "Licence number"),
    role("identificationNumber", Role::NationalId, "Identification number"),
    role("nationalIdentificationNumber", Role::NationalId, "National identification number"),
    role("birthDate", Role::BirthDate, "Birth date"),
    role("country", Role::Country, "Country"),
    text("fullName", "Full name"),
    text("passportType", "Passport type"),
    text("licenseClass", "Licence class"),
    text("nationality", "Nationality"),
    text("birthPlace", "Birth place"),
    text("sex", "Sex"),
    text("issuingCountry", "Issuing country"),
    text("issuingAuthority", "Issuing authority"),
    text("territory", "Territory"),
    day("issueDate", "Issue date"),
];

/// The first whose credential an item has says of which type the item is.
const TYPES: &[Type] = &[
    (
        "basic-auth",
        ItemType::Login,
        &[
            role("username", Role::Username, "Username"),
            ("password", Some(Role::Password), "Password", FieldKind::Concealed),
        ],
    ),
    ("passkey", ItemType::Login, &[]),
    (
        "generated-password",
        ItemType::Login,
        &[("password", Some(Role::Password), "Password", FieldKind::Concealed)],
    ),
    (
        "credit-card",
        ItemType::Card,
        &[
            role("number", Role::CardNumber, "Number"),
            role("fullName", Role::CardHolder, "Name"),
            role("cardType", Role::CardBrand, "Type"),
            role("verificationNumber", Role::CardVerification, "Verification number"),
            role("pin", Role::CardPin, "PIN"),
            role("expiryDate", Role::CardExpiry, "Expiry"),
            ("validFrom", None, "Valid from", FieldKind::Month),
        ],
    ),
    (
        "ssh-key",
        ItemType::SshKey,
        &[
            text("keyComment", "Comment"),
            text("keyType", "Type"),
            day("creationDate", "Creation date"),
            text("keyGenerationSource", "Source"),
        ],
    ),
    (
        "api-key",
        ItemType::ApiCredential,
        &[
            ("key", Some(Role::ApiKey), "Key", FieldKind::Concealed),
            role("username", Role::Username, "Username"),
            role("keyType", Role::ApiType, "Type"),
            role("url", Role::Host, "URL"),
            role("validFrom", Role::ValidFrom, "Valid from"),
        ],
    ),
    (
        "wifi",
        ItemType::Wifi,
        &[
            role("ssid", Role::WifiName, "Name"),
            ("passphrase", Some(Role::Password), "Password", FieldKind::Concealed),
            role("networkSecurityType", Role::WifiSecurity, "Security"),
            role("hidden", Role::WifiHidden, "Hidden"),
        ],
    ),
    ("passport", ItemType::Identity, DOCUMENT),
    ("drivers-license", ItemType::Identity, DOCUMENT),
    ("identity-document", ItemType::Identity, DOCUMENT),
    (
        "person-name",
        ItemType::Identity,
        &[
            role("title", Role::Salutation, "Title"),
            role("given", Role::FirstName, "Given name"),
            role("given2", Role::MiddleName, "Second given name"),
            role("surname", Role::LastName, "Surname"),
            text("givenInformal", "Informal given name"),
            text("surnamePrefix", "Surname prefix"),
            text("surname2", "Second surname"),
            text("credentials", "Credentials"),
            text("generation", "Generation"),
        ],
    ),
    (
        "address",
        ItemType::Identity,
        &[
            role("streetAddress", Role::Street, "Street"),
            role("postalCode", Role::PostalCode, "Postal code"),
            role("city", Role::City, "City"),
            role("territory", Role::Region, "Territory"),
            role("country", Role::Country, "Country"),
            role("tel", Role::Phone, "Telephone"),
        ],
    ),
    ("totp", ItemType::OneTimeCode, &[]),
    ("file", ItemType::Note, &[]),
    ("note", ItemType::Note, &[]),
];

/// Returns the name of the type of a credential, of which there were others in drafts.
pub(super) fn name(credential: &Json) -> String {
    let Json::Object(credential) = credential else { return String::new() };
    let name = credential.get_scalar("type").ok().flatten().unwrap_or_default();
    match &*name {
        "BasicAuth" | "basicAuth" => "basic-auth".to_owned(),
        "CreditCard" | "creditCard" => "credit-card".to_owned(),
        "SshKey" | "sshKey" => "ssh-key".to_owned(),
        name => name.to_ascii_lowercase(),
    }
}

/// Returns the type of an item with such credentials.
pub(super) fn item_type(types: &[String]) -> ItemType {
    let first = TYPES.iter().find(|(name, ..)| types.iter().any(|of| of == name));
    first.map_or(ItemType::Note, |(_, item_type, _)| *item_type)
}

/// Reads a credential. Its values may have a label of their own.
pub(super) fn read(item: &mut ItemBuilder<'_, '_>, path: &str, credential: Object) {
    let whole = Json::Object(credential);
    let kind = name(&whole);
    let Json::Object(mut credential) = whole else { return };
    let _ = credential.take("type");
    match kind.as_str() {
        "passkey" => return passkey::read(item, path, credential),
        "totp" => return read_code(item, path, credential),
        "file" => {
            item.drop_value(path, "The export does not contain this file.");
            for name in ["id", "name", "decryptedSize", "integrityHash"] {
                let _ = credential.take(name);
            }
            return item.unknown_members(path, credential);
        }
        _ => {}
    }
    let known = TYPES.iter().find(|(name, ..)| *name == kind);
    if known.is_none() && kind != "custom-fields" {
        let reason = "A credential of this type is not known; its values are kept as custom fields.";
        item.keep_as(path, "Type", FieldKind::Text, SecretText::from(kind.as_str()), reason);
    }
    if kind == "note" {
        let content = take(&mut credential, "content");
        item.add_notes(path, content);
    }
    if kind == "ssh-key" {
        let key = pem(take(&mut credential, "privateKey"));
        read_key(item, path, key, &mut credential);
    }
    let members = known.map_or(&[] as &[Member], |(.., members)| members);
    for (name, role, label, kind) in members {
        let value = take(&mut credential, name);
        item.role_or_custom(&format!("{path}.{name}"), *role, label, *kind, value);
    }
    let expiry = take(&mut credential, "expiryDate");
    if !expiry.is_empty() {
        item.expires(&format!("{path}.expiryDate"), expiry);
    }
    if kind == "custom-fields" {
        item.section(credential.take_text("label").expose());
        for (at, field) in credential.take_list("fields").into_iter().enumerate() {
            let path = format!("{path}.fields[{at}]");
            if let Json::Object(mut field) = field {
                let label = field.take_text("label");
                let kind = match field.take_text("fieldType").expose() {
                    "concealed-string" => FieldKind::Concealed,
                    "email" => FieldKind::Email,
                    "date" => FieldKind::Date,
                    "year-month" => FieldKind::Month,
                    "number" => FieldKind::Number,
                    "boolean" => FieldKind::Switch,
                    _ => FieldKind::Text,
                };
                let value = field.take_text("value");
                let is_code =
                    ["otpauth://", "steam://"].iter().any(|start| value.expose().starts_with(start));
                if is_code && kind == FieldKind::Concealed {
                    item.code(&path, label.expose(), value);
                } else if value.is_empty() && !label.expose().trim().is_empty() {
                    // Its name alone can matter.
                    item.custom(&path, label.expose(), kind, value);
                } else {
                    item.role_or_custom(&path, None, label.expose(), kind, value);
                }
                let _ = field.take("id");
                item.unknown_members(&path, field);
            }
        }
        item.section("");
    }
    let _ = credential.take("id");
    item.unknown_members(path, credential);
}

/// Takes a value out, with what describes it.
fn take(credential: &mut Object, name: &str) -> SecretText {
    match credential.take_object(name) {
        Some(mut field) => {
            let value = field.take_text("value");
            for about in ["id", "fieldType", "label"] {
                let _ = field.take(about);
            }
            credential.put(name, Json::Object(field));
            value
        }
        None => credential.take_text(name),
    }
}

/// Reads a private key as this program stores them, with its public key. One that it cannot read is kept as it is.
fn read_key(item: &mut ItemBuilder<'_, '_>, path: &str, key: SecretText, credential: &mut Object) {
    let read = vault_ssh::read(key.expose().as_bytes(), None);
    // A comment of several lines would not survive in the key.
    let comment = credential.get_scalar("keyComment").ok().flatten().unwrap_or_default().into_owned();
    let Some(read) = read.ok().map(|key| key.with_comment(&comment)).filter(|_| !item.has(Role::PrivateKey))
    else {
        item.role_or_custom(path, Some(Role::PrivateKey), "Private key", FieldKind::SecretLines, key);
        return;
    };
    let public = read.public();
    if public.comment() == comment {
        let _ = credential.take("keyComment");
    }
    let kind = credential.get_scalar("keyType").ok().flatten().unwrap_or_default().into_owned();
    if public.to_line().split(' ').next() == Some(kind.as_str()) {
        let _ = credential.take("keyType");
    }
    let fields = [
        (Role::PrivateKey, "Private key", FieldKind::SecretLines, read.to_openssh()),
        (Role::PublicKey, "Public key", FieldKind::Lines, SecretText::new(public.to_line())),
        (Role::Fingerprint, "Fingerprint", FieldKind::Text, SecretText::new(public.fingerprint())),
    ];
    for (role, label, kind, value) in fields {
        item.role_or_custom(path, Some(role), label, kind, value);
    }
}

fn read_code(item: &mut ItemBuilder<'_, '_>, path: &str, mut code: Object) {
    let secret = code.take_text("secret");
    let (issuer, account) = (code.take_text("issuer"), code.take_text("username"));
    let escape = |text: &SecretText| utf8_percent_encode(text.expose().trim(), NON_ALPHANUMERIC).to_string();
    let mut uri = format!(
        "otpauth://totp/{}?secret={}&issuer={}",
        escape(&account),
        secret.expose().trim_end_matches('='),
        escape(&issuer)
    );
    for (name, parameter) in [("algorithm", "algorithm"), ("digits", "digits"), ("period", "period")] {
        let value = code.take_text(name);
        if !value.is_empty() {
            uri.push_str(&format!("&{parameter}={}", value.expose()));
        }
    }
    // Of a login these names stay with its code.
    if item.is_code() {
        item.built_in(path, Role::Issuer, issuer);
        item.built_in(path, Role::Username, account);
    }
    item.code(path, "One-time code", SecretText::new(uri));
    item.unknown_members(path, code);
}

/// Writes a key that is PKCS#8 in base64url as text; anything else stays.
fn pem(key: SecretText) -> SecretText {
    let standard = key.expose().replace('-', "+").replace('_', "/");
    match base32::bytes_of_base64(standard.trim_end_matches('=')) {
        Some(_) if !key.expose().contains(' ') => {
            let lines: Vec<String> = standard
                .as_bytes()
                .chunks(64)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect();
            let padding = "=".repeat((4 - standard.trim_end_matches('=').len() % 4) % 4);
            let body = format!("{}{padding}", lines.join("\n").trim_end_matches('='));
            SecretText::new(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
        }
        _ => key,
    }
}
