//! What only items of one type have.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, UrlMatch};

use super::passkey;
use crate::{
    date,
    draft::Draft,
    json::{Json, Object},
};

/// Reads the part of an item that its type has.
pub(super) type Reader = fn(&mut Draft<'_, '_>, Object);

/// The type for a number in the file; what has no type of its own becomes a note with fields.
pub(super) fn item_type(number: Option<u64>) -> ItemType {
    match number {
        Some(1) => ItemType::Login,
        Some(3) => ItemType::Card,
        Some(4) => ItemType::Identity,
        Some(5) => ItemType::SshKey,
        _ => ItemType::Note,
    }
}

/// An entry of a login's list of addresses.
pub(super) struct Address {
    /// The address.
    pub(super) text: SecretText,
    rest: Object,
}

/// Reads a list of addresses.
pub(super) fn addresses(uris: Vec<Json>) -> Vec<Address> {
    let read = |uri| match uri {
        Json::Object(mut rest) => Address { text: rest.take_text("uri"), rest },
        other => Address { text: other.into_text(), rest: Object::default() },
    };
    uris.into_iter().map(read).collect()
}

/// Reads a login.
pub(super) fn login(draft: &mut Draft<'_, '_>, mut part: Object, uris: Vec<Address>) {
    let username = part.take_text("username");
    draft.title_if_none(username.expose());
    draft.built_in("login.username", Role::Username, username);
    draft.built_in("login.password", Role::Password, part.take_text("password"));
    draft.code("login.totp", part.take_text("totp"));
    for (at, Address { text, mut rest }) in uris.into_iter().enumerate() {
        let is_kept = draft.url(&format!("login.uris[{at}]"), text);
        url_rule(draft, &format!("login.uris[{at}].match"), is_kept, rest.take("match"));
        if !rest.take("uriChecksum").is_blank() {
            draft.tally("uriChecksum", "It protects the address inside the other program only.");
        }
        draft.rest(&format!("login.uris[{at}]"), rest);
    }
    for (at, passkey) in part.take_list("fido2Credentials").into_iter().enumerate() {
        self::passkey(draft, &format!("login.fido2Credentials[{at}]"), passkey);
    }
    if !part.take("passwordRevisionDate").is_blank() {
        draft.tally("passwordRevisionDate", "Coffer finds the age of a password from its history.");
    }
    draft.rest("login", part);
}

/// Reads when an address is meant for a page. Nothing is the other program's default, which is ours too.
fn url_rule(draft: &mut Draft<'_, '_>, path: &str, has_address: bool, rule: Json) {
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
        Some(rule) if has_address => draft.url_rule(path, *rule),
        Some(_) => draft.lose(path, "The address that this rule is for is not kept as one."),
        None => draft.lose(path, "This rule for when an address fits is not known."),
    }
}

/// Reads a passkey. One that no site would take is kept whole, as the JSON it came as.
fn passkey(draft: &mut Draft<'_, '_>, path: &str, passkey: Json) {
    match passkey {
        Json::Object(mut members) => match passkey::read(&members) {
            Some(mut passkey) => {
                let made = draft.date(
                    &format!("{path}.creationDate"),
                    members.take_text("creationDate"),
                    date::from_iso,
                );
                passkey.created_at = made.unwrap_or(passkey.created_at);
                passkey::READ.iter().for_each(|name| drop(members.take(name)));
                if draft.passkey(passkey) {
                    draft.rest(path, members);
                } else {
                    draft.lose(path, "There are more passkeys than an item can hold.");
                }
            }
            None => keep_passkey(draft, path, Json::Object(members)),
        },
        other => keep_passkey(draft, path, other),
    }
}

fn keep_passkey(draft: &mut Draft<'_, '_>, path: &str, passkey: Json) {
    if !passkey.is_blank() {
        let reason = "No passkey can be made from this; it is kept whole as a concealed custom field.";
        draft.keep_as(path, "Passkey", FieldKind::Concealed, passkey.into_text(), reason);
    }
}

/// Reads a secure note: there is only one kind of it.
pub(super) fn secure_note(draft: &mut Draft<'_, '_>, mut part: Object) {
    match part.take_number("type") {
        None | Some(0) => {}
        Some(kind) => draft.extra("secureNote.type", SecretText::new(kind.to_string())),
    }
    draft.rest("secureNote", part);
}

/// Reads a payment card.
pub(super) fn card(draft: &mut Draft<'_, '_>, mut part: Object) {
    draft.built_in("card.cardholderName", Role::CardHolder, part.take_text("cardholderName"));
    draft.built_in("card.number", Role::CardNumber, part.take_text("number"));
    let (month, year) = (part.take_text("expMonth"), part.take_text("expYear"));
    match date::month(month.expose(), year.expose()) {
        Some(expiry) => draft.built_in("card.expMonth", Role::CardExpiry, SecretText::new(expiry)),
        None => {
            let reason = "Month and year make no date; each is kept as a custom field.";
            draft.keep("card.expMonth", FieldKind::Text, month, reason);
            draft.keep("card.expYear", FieldKind::Text, year, reason);
        }
    }
    draft.built_in("card.code", Role::CardVerification, part.take_text("code"));
    draft.built_in("card.brand", Role::CardBrand, part.take_text("brand"));
    draft.rest("card", part);
}

/// Reads a person's particulars.
pub(super) fn identity(draft: &mut Draft<'_, '_>, mut part: Object) {
    let mut built_in = |role, key: &str, part: &mut Object| {
        draft.built_in(&format!("identity.{key}"), role, part.take_text(key));
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
    draft.built_in("identity.address1", Role::Street, SecretText::new(lines.join("\n")));
    let mut built_in = |role, key: &str, part: &mut Object| {
        draft.built_in(&format!("identity.{key}"), role, part.take_text(key));
    };
    built_in(Role::PostalCode, "postalCode", &mut part);
    built_in(Role::City, "city", &mut part);
    built_in(Role::Region, "state", &mut part);
    built_in(Role::Country, "country", &mut part);
    built_in(Role::NationalId, "ssn", &mut part);
    built_in(Role::Passport, "passportNumber", &mut part);
    built_in(Role::DrivingLicence, "licenseNumber", &mut part);
    let reason = "An identity has no user name in Coffer; it is kept as a custom field.";
    draft.keep_as("identity.username", "Username", FieldKind::Text, part.take_text("username"), reason);
    draft.rest("identity", part);
}

/// Reads an SSH key.
pub(super) fn ssh_key(draft: &mut Draft<'_, '_>, mut part: Object) {
    draft.built_in("sshKey.privateKey", Role::PrivateKey, part.take_text("privateKey"));
    draft.built_in("sshKey.publicKey", Role::PublicKey, part.take_text("publicKey"));
    draft.built_in("sshKey.keyFingerprint", Role::Fingerprint, part.take_text("keyFingerprint"));
    draft.rest("sshKey", part);
}

/// The name of the field that a linked custom field points to.
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
