//! The members that only items of one type have.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, UrlMatch};

use super::passkey;
use crate::{
    builder::ItemBuilder,
    syntax::{
        date,
        json::{Json, Object},
    },
};

/// Reads the object with the members of one type.
pub(super) type TypeReader = fn(&mut ItemBuilder<'_, '_>, Object);

/// Returns the type for a number in the file; an unknown number becomes a note with custom fields.
pub(super) fn item_type(number: Option<u64>) -> ItemType {
    match number {
        Some(1) => ItemType::Login,
        Some(3) => ItemType::Card,
        Some(4 | 7 | 8) => ItemType::Identity,
        Some(5) => ItemType::SshKey,
        Some(6) => ItemType::BankAccount,
        _ => ItemType::Note,
    }
}

/// An entry of the list of addresses of a login.
pub(super) struct LoginUri {
    /// The address.
    pub(super) text: SecretText,
    rest: Object,
}

/// Reads a list of addresses.
pub(super) fn login_uris(uris: Vec<Json>) -> Vec<LoginUri> {
    let read = |uri| match uri {
        Json::Object(mut rest) => LoginUri { text: rest.take_text("uri"), rest },
        other => LoginUri { text: other.into_text(), rest: Object::default() },
    };
    uris.into_iter().map(read).collect()
}

/// Reads a login.
pub(super) fn login(item: &mut ItemBuilder<'_, '_>, mut part: Object, uris: Vec<LoginUri>) {
    let username = part.take_text("username");
    item.default_title(username.expose());
    item.built_in("login.username", Role::Username, username);
    item.built_in("login.password", Role::Password, part.take_text("password"));
    item.one_time_code("login.totp", part.take_text("totp"));
    for (at, LoginUri { text, mut rest }) in uris.into_iter().enumerate() {
        let is_kept = item.url(&format!("login.uris[{at}]"), text);
        url_rule(item, &format!("login.uris[{at}].match"), is_kept, rest.take("match"));
        if !rest.take("uriChecksum").is_blank() {
            item.count_dropped("uriChecksum", "It protects the address inside Bitwarden only.");
        }
        item.unknown_members(&format!("login.uris[{at}]"), rest);
    }
    for (at, passkey) in part.take_list("fido2Credentials").into_iter().enumerate() {
        self::passkey(item, &format!("login.fido2Credentials[{at}]"), passkey);
    }
    if !part.take("passwordRevisionDate").is_blank() {
        item.count_dropped("passwordRevisionDate", "Coffer finds the age of a password from its history.");
    }
    item.unknown_members("login", part);
}

/// Reads the match rule of an address. `null` means the default of Bitwarden, which is the default of Coffer too.
fn url_rule(item: &mut ItemBuilder<'_, '_>, path: &str, has_address: bool, rule: Json) {
    let number = match rule {
        Json::Null => return,
        Json::Number(number) => number.as_u64(),
        _ => None,
    };
    let rules = [
        UrlMatch::Domain,
        UrlMatch::Host,
        UrlMatch::StartsWith,
        UrlMatch::Exact,
        UrlMatch::Pattern,
        UrlMatch::Never,
    ];
    let rule = number.and_then(|number| usize::try_from(number).ok()).and_then(|at| rules.get(at));
    match rule {
        Some(rule) if has_address => item.url_rule(path, *rule),
        Some(_) => item.drop_value(path, "The address of this match rule is not kept as an address."),
        None => item.drop_value(path, "This match rule is not known."),
    }
}

/// Reads a passkey. One that is not valid is kept whole, as JSON.
fn passkey(item: &mut ItemBuilder<'_, '_>, path: &str, passkey: Json) {
    match passkey {
        Json::Object(mut members) => match passkey::read(&members) {
            Some(mut passkey) => {
                let made = item.read_date(
                    &format!("{path}.creationDate"),
                    members.take_text("creationDate"),
                    date::from_iso,
                );
                passkey.created_at = made.unwrap_or(passkey.created_at);
                passkey::MEMBERS.iter().for_each(|name| drop(members.take(name)));
                if item.passkey(passkey) {
                    item.unknown_members(path, members);
                } else {
                    item.drop_value(path, "There are more passkeys than an item can hold.");
                }
            }
            None => keep_passkey(item, path, Json::Object(members)),
        },
        other => keep_passkey(item, path, other),
    }
}

fn keep_passkey(item: &mut ItemBuilder<'_, '_>, path: &str, passkey: Json) {
    if !passkey.is_blank() {
        let reason = "This is not a valid passkey; it is kept whole as a concealed custom field.";
        item.keep_as(path, "Passkey", FieldKind::Concealed, passkey.into_text(), reason);
    }
}

/// Reads a secure note, of which Bitwarden has one kind.
pub(super) fn secure_note(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    match part.take_number("type") {
        None | Some(0) => {}
        Some(kind) => item.unknown_text("secureNote.type", SecretText::new(kind.to_string())),
    }
    item.unknown_members("secureNote", part);
}

/// Reads a payment card.
pub(super) fn card(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    item.built_in("card.cardholderName", Role::CardHolder, part.take_text("cardholderName"));
    item.built_in("card.number", Role::CardNumber, part.take_text("number"));
    let (month, year) = (part.take_text("expMonth"), part.take_text("expYear"));
    match date::month(month.expose(), year.expose()) {
        Some(expiry) => item.built_in("card.expMonth", Role::CardExpiry, SecretText::new(expiry)),
        None => {
            let reason = "Month and year are not a date; each is kept as a custom field.";
            item.keep("card.expMonth", FieldKind::Text, month, reason);
            item.keep("card.expYear", FieldKind::Text, year, reason);
        }
    }
    item.built_in("card.code", Role::CardVerification, part.take_text("code"));
    item.built_in("card.brand", Role::CardBrand, part.take_text("brand"));
    item.unknown_members("card", part);
}

/// Reads an identity.
pub(super) fn identity(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    let mut built_in = |role, key: &str, part: &mut Object| {
        item.built_in(&format!("identity.{key}"), role, part.take_text(key));
    };
    built_in(Role::Salutation, "title", &mut part);
    built_in(Role::FirstName, "firstName", &mut part);
    built_in(Role::MiddleName, "middleName", &mut part);
    built_in(Role::LastName, "lastName", &mut part);
    built_in(Role::Email, "email", &mut part);
    built_in(Role::Phone, "phone", &mut part);
    built_in(Role::Company, "company", &mut part);
    let lines = ["address1", "address2", "address3"].map(|key| part.take_text(key));
    let lines: Vec<&str> = lines.iter().map(SecretText::expose).filter(|line| !line.is_empty()).collect();
    item.built_in("identity.address1", Role::Street, SecretText::new(lines.join("\n")));
    let mut built_in = |role, key: &str, part: &mut Object| {
        item.built_in(&format!("identity.{key}"), role, part.take_text(key));
    };
    built_in(Role::PostalCode, "postalCode", &mut part);
    built_in(Role::City, "city", &mut part);
    built_in(Role::Region, "state", &mut part);
    built_in(Role::Country, "country", &mut part);
    built_in(Role::NationalId, "ssn", &mut part);
    built_in(Role::Passport, "passportNumber", &mut part);
    built_in(Role::DrivingLicence, "licenseNumber", &mut part);
    let reason = "An identity has no user name in Coffer; it is kept as a custom field.";
    item.keep_as("identity.username", "Username", FieldKind::Text, part.take_text("username"), reason);
    item.unknown_members("identity", part);
}

/// Reads an SSH key.
pub(super) fn ssh_key(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    item.built_in("sshKey.privateKey", Role::PrivateKey, part.take_text("privateKey"));
    item.built_in("sshKey.publicKey", Role::PublicKey, part.take_text("publicKey"));
    item.built_in("sshKey.keyFingerprint", Role::Fingerprint, part.take_text("keyFingerprint"));
    item.unknown_members("sshKey", part);
}

/// Reads a bank account.
pub(super) fn bank_account(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    let built_in = [
        ("bankName", Role::BankName),
        ("nameOnAccount", Role::AccountHolder),
        ("accountType", Role::AccountType),
        ("iban", Role::Iban),
        ("swiftCode", Role::Bic),
        ("accountNumber", Role::AccountNumber),
        ("routingNumber", Role::RoutingNumber),
        ("pin", Role::AccountPin),
        ("bankContactPhone", Role::Phone),
    ];
    members(item, "bankAccount", &mut part, &built_in, &[("branchNumber", "Branch number", FieldKind::Text)]);
    item.unknown_members("bankAccount", part);
}

/// Reads a driving licence: an identity with its number.
pub(super) fn driving_licence(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    let built_in = [
        ("firstName", Role::FirstName),
        ("middleName", Role::MiddleName),
        ("lastName", Role::LastName),
        ("dateOfBirth", Role::BirthDate),
        ("licenseNumber", Role::DrivingLicence),
    ];
    let custom = [
        ("licenseClass", "License class", FieldKind::Text),
        ("issuingCountry", "Issuing country", FieldKind::Text),
        ("issuingState", "Issuing state", FieldKind::Text),
        ("issuingAuthority", "Issuing authority", FieldKind::Text),
        ("issueDate", "Issue date", FieldKind::Date),
    ];
    members(item, "driversLicense", &mut part, &built_in, &custom);
    expiry(item, "driversLicense.expirationDate", &mut part);
    item.unknown_members("driversLicense", part);
}

/// Reads a passport: an identity with its number.
pub(super) fn passport(item: &mut ItemBuilder<'_, '_>, mut part: Object) {
    let built_in = [
        ("givenName", Role::FirstName),
        ("surname", Role::LastName),
        ("dateOfBirth", Role::BirthDate),
        ("nationalIdentificationNumber", Role::NationalId),
        ("passportNumber", Role::Passport),
    ];
    let custom = [
        ("passportType", "Passport type", FieldKind::Text),
        ("nationality", "Nationality", FieldKind::Text),
        ("sex", "Sex", FieldKind::Text),
        ("birthPlace", "Birth place", FieldKind::Text),
        ("issuingCountry", "Issuing country", FieldKind::Text),
        ("issuingAuthority", "Issuing authority", FieldKind::Text),
        ("issueDate", "Issue date", FieldKind::Date),
    ];
    members(item, "passport", &mut part, &built_in, &custom);
    expiry(item, "passport.expirationDate", &mut part);
    item.unknown_members("passport", part);
}

/// Reads members of one meaning each: those with a role become built-in fields, the others custom ones.
fn members(
    item: &mut ItemBuilder<'_, '_>,
    prefix: &str,
    part: &mut Object,
    built_in: &[(&str, Role)],
    custom: &[(&str, &str, FieldKind)],
) {
    for (name, role) in built_in {
        let value = part.take_text(name);
        let value = if *role == Role::BirthDate { day(value) } else { value };
        item.built_in(&format!("{prefix}.{name}"), *role, value);
    }
    for (name, label, kind) in custom {
        let value = part.take_text(name);
        let value = if *kind == FieldKind::Date { day(value) } else { value };
        let reason = "Coffer has no built-in field of this meaning; it is kept as a custom field.";
        item.keep_as(&format!("{prefix}.{name}"), label, *kind, value, reason);
    }
}

fn expiry(item: &mut ItemBuilder<'_, '_>, field: &str, part: &mut Object) {
    let text = part.take_text("expirationDate");
    if !text.is_empty() {
        item.expires(field, day(text));
    }
}

/// Returns the day of a moment such as `2026-05-01T00:00:00.000Z`, and any other text as it is.
fn day(text: SecretText) -> SecretText {
    match text.expose().split_once('T') {
        Some((day, _)) if date::from_iso(text.expose()).is_some() => SecretText::from(day),
        _ => text,
    }
}

/// Returns the name of the field that a linked custom field refers to.
pub(super) fn linked_field(id: u64) -> String {
    let name = match id {
        100 => "Username",
        101 => "Password",
        300 => "Cardholder name",
        301 => "Expiration month",
        302 => "Expiration year",
        303 => "Security code",
        304 => "Brand",
        305 => "Number",
        400 => "Title",
        401 => "Middle name",
        402 => "Address 1",
        403 => "Address 2",
        404 => "Address 3",
        405 => "City / Town",
        406 => "State / Province",
        407 => "Zip / Postal code",
        408 => "Country",
        409 => "Company",
        410 => "Email",
        411 => "Phone",
        412 => "Social security number",
        413 => "Username",
        414 => "Passport number",
        415 => "License number",
        416 => "First name",
        417 => "Last name",
        418 => "Full name",
        _ => return format!("field {id}"),
    };
    name.to_owned()
}
