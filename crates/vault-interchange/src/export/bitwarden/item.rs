//! An item as Bitwarden's JSON has it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vault_engine::ItemId;
use vault_engine::clock::Timestamp;
use vault_engine::item::{
    CoseAlgorithm, Field, FieldKind, Item, ItemType, Passkey, PastValue, Role, SecretText, UrlMatch,
};
use zeroize::Zeroizing;

use super::super::guid::guid;
use super::super::labels::label;
use super::super::output::Export;
use super::super::rest::Rest;
use crate::report::Outcome;

/// Earlier passwords that Bitwarden keeps of an item.
const EARLIER: usize = 5;
/// Characters of notes that Bitwarden's service accepts, when it has encrypted them: three quarters of 10,000, less what
/// encryption adds.
const NOTES: usize = 7_000;
/// The fingerprint and both halves are required of an SSH key.
const KEY_PARTS: [Role; 3] = [Role::PrivateKey, Role::PublicKey, Role::Fingerprint];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'i> {
    id: String,
    organization_id: Option<()>,
    folder_id: Option<&'i str>,
    collection_ids: Option<()>,
    r#type: u8,
    reprompt: u8,
    name: &'i str,
    notes: Option<&'i str>,
    favorite: bool,
    fields: Vec<Custom<'i>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<Login<'i>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secure_note: Option<SecureNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<Card<'i>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Identity<'i>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh_key: Option<SshKey<'i>>,
    password_history: Vec<Earlier<'i>>,
    creation_date: String,
    revision_date: String,
    deleted_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_date: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Custom<'i> {
    name: String,
    value: Text<'i>,
    r#type: u8,
    linked_id: Option<()>,
}

/// A value of the item, or one made here.
#[derive(Serialize)]
#[serde(untagged)]
enum Text<'i> {
    Of(&'i str),
    Made(String),
}

#[derive(Serialize)]
struct SecureNote {
    r#type: u8,
}

#[derive(Serialize)]
struct Login<'i> {
    uris: Vec<Uri<'i>>,
    username: Option<&'i str>,
    password: Option<&'i str>,
    totp: Option<&'i str>,
    #[serde(rename = "fido2Credentials")]
    passkeys: Vec<Fido2<'i>>,
}

#[derive(Serialize)]
struct Uri<'i> {
    r#match: Option<u8>,
    uri: &'i str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fido2<'i> {
    credential_id: String,
    key_type: &'static str,
    key_algorithm: &'static str,
    key_curve: &'static str,
    #[serde(serialize_with = "expose")]
    key_value: Zeroizing<String>,
    rp_id: &'i str,
    rp_name: &'i str,
    user_handle: String,
    user_name: &'i str,
    user_display_name: &'i str,
    counter: String,
    discoverable: &'static str,
    creation_date: String,
}

fn expose<S: serde::Serializer>(text: &Zeroizing<String>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Card<'i> {
    cardholder_name: Option<&'i str>,
    brand: Option<&'i str>,
    number: Option<&'i str>,
    exp_month: Option<&'i str>,
    exp_year: Option<&'i str>,
    code: Option<&'i str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'i> {
    title: Option<&'i str>,
    first_name: Option<&'i str>,
    middle_name: Option<&'i str>,
    last_name: Option<&'i str>,
    address1: Option<&'i str>,
    address2: Option<&'i str>,
    address3: Option<&'i str>,
    city: Option<&'i str>,
    state: Option<&'i str>,
    postal_code: Option<&'i str>,
    country: Option<&'i str>,
    company: Option<&'i str>,
    email: Option<&'i str>,
    phone: Option<&'i str>,
    ssn: Option<&'i str>,
    username: Option<&'i str>,
    passport_number: Option<&'i str>,
    license_number: Option<&'i str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SshKey<'i> {
    private_key: &'i str,
    public_key: &'i str,
    key_fingerprint: &'i str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Earlier<'i> {
    password: &'i str,
    last_used_date: Option<String>,
}

/// Returns an item as Bitwarden has it, with remarks on what it has no place for.
pub(super) fn of<'i>(
    export: &mut Export,
    id: ItemId,
    item: &'i Item,
    folder_id: Option<&'i str>,
) -> Entry<'i> {
    let mut rest = Rest::of(item);
    let mut entry = Entry {
        id: guid(id.as_bytes()),
        organization_id: None,
        folder_id,
        collection_ids: None,
        r#type: 2,
        reprompt: item.flags.reprompt.into(),
        name: &item.title,
        notes: Some(item.notes.expose()).filter(|notes| !notes.is_empty()),
        favorite: item.flags.favourite,
        fields: Vec::new(),
        login: None,
        secure_note: None,
        card: None,
        identity: None,
        ssh_key: None,
        password_history: earlier_passwords(export, item),
        creation_date: iso(item.created_at),
        revision_date: iso(item.modified_at),
        deleted_date: item.trashed_at.map(iso),
        archived_date: item.flags.archived.then(|| iso(item.modified_at)),
    };
    if item.notes.expose().chars().count() > NOTES {
        export.lost(
            item,
            "notes",
            "Bitwarden's service may refuse notes of this length, and with them the file.",
        );
    }
    let kind = kind(item);
    let same = kind.item_type() == item.item_type;
    match kind {
        Kind::Login => {
            entry.r#type = 1;
            entry.login = Some(login(export, item, &mut rest));
        }
        Kind::Note => entry.secure_note = Some(SecureNote { r#type: 0 }),
        Kind::Card => {
            entry.r#type = 3;
            entry.card = Some(card(&mut rest));
        }
        Kind::Identity => {
            entry.r#type = 4;
            entry.identity = Some(identity(export, item, &mut rest));
        }
        Kind::SshKey => {
            entry.r#type = 5;
            let [private_key, public_key, key_fingerprint] =
                KEY_PARTS.map(|role| rest.value(role).unwrap_or_default());
            entry.ssh_key = Some(SshKey { private_key, public_key, key_fingerprint });
        }
    }
    if !same {
        let reason = "Bitwarden has no type for these items, or not for what is in them; they are logins or notes with custom fields.";
        export.count(item.item_type.name(), Outcome::KeptAsCustomField, reason);
    }
    custom_fields(export, item, rest, &mut entry);
    export.documents_lost(item);
    entry
}

enum Kind {
    Login,
    Note,
    Card,
    Identity,
    SshKey,
}

impl Kind {
    /// Returns the type with which the item comes back.
    const fn item_type(&self) -> ItemType {
        match self {
            Self::Login => ItemType::Login,
            Self::Note => ItemType::Note,
            Self::Card => ItemType::Card,
            Self::Identity => ItemType::Identity,
            Self::SshKey => ItemType::SshKey,
        }
    }
}

/// Returns the type in the file. Only a login has passkeys there. The newer types of bank accounts and papers are not used:
/// programs without them refuse the whole file.
fn kind(item: &Item) -> Kind {
    let has = |role| item.value(role).is_some();
    let signs_in = !item.urls.is_empty() || [Role::Username, Role::Password, Role::Code].into_iter().any(has);
    match item.item_type {
        _ if !item.passkeys.is_empty() => Kind::Login,
        ItemType::Login => Kind::Login,
        ItemType::Card => Kind::Card,
        ItemType::Identity => Kind::Identity,
        ItemType::SshKey if KEY_PARTS.into_iter().all(has) => Kind::SshKey,
        ItemType::Note => Kind::Note,
        _ if signs_in => Kind::Login,
        _ => Kind::Note,
    }
}

fn login<'i>(export: &mut Export, item: &'i Item, rest: &mut Rest<'i>) -> Login<'i> {
    let uris = item.urls.iter().map(|uri| Uri { r#match: rule(item.url_rule(uri)), uri }).collect();
    let (mut passkeys, mut left_out) = (Vec::new(), 0_u32);
    for passkey in &item.passkeys {
        match fido2(passkey) {
            Some(passkey) => passkeys.push(passkey),
            None => left_out += 1,
        }
    }
    for _ in 0..left_out {
        export.lost(item, "passkey", "Bitwarden has no passkeys with this kind of key.");
    }
    Login {
        uris,
        username: rest.value(Role::Username),
        password: rest.value(Role::Password),
        totp: rest.code().map(|field| field.value.expose()),
        passkeys,
    }
}

const fn rule(rule: UrlMatch) -> Option<u8> {
    match rule {
        UrlMatch::Domain => None,
        UrlMatch::Host => Some(1),
        UrlMatch::StartsWith => Some(2),
        UrlMatch::Exact => Some(3),
        UrlMatch::Pattern => Some(4),
        UrlMatch::Never | UrlMatch::Newer(_) => Some(5),
    }
}

/// Bitwarden requires every member, numbers and truth values as texts.
fn fido2(passkey: &Passkey) -> Option<Fido2<'_>> {
    (passkey.algorithm == CoseAlgorithm::ES256).then(|| Fido2 {
        credential_id: match <&[u8; 16]>::try_from(passkey.credential_id.as_slice()) {
            Ok(id) => guid(id),
            Err(_) => format!("b64.{}", Base64UrlUnpadded::encode_string(&passkey.credential_id)),
        },
        key_type: "public-key",
        key_algorithm: "ECDSA",
        key_curve: "P-256",
        key_value: Zeroizing::new(Base64UrlUnpadded::encode_string(passkey.private_key.expose())),
        rp_id: &passkey.rp_id,
        rp_name: &passkey.rp_name,
        user_handle: Base64UrlUnpadded::encode_string(&passkey.user_handle),
        user_name: &passkey.user_name,
        user_display_name: &passkey.display_name,
        counter: passkey.sign_counter.to_string(),
        discoverable: if passkey.discoverable { "true" } else { "false" },
        creation_date: iso(passkey.created_at),
    })
}

fn card<'i>(rest: &mut Rest<'i>) -> Card<'i> {
    let month = |field: &&'i Field| split_month(field.value.expose()).is_some();
    let expiry = rest.take_where(Role::CardExpiry, month).and_then(|field| split_month(field.value.expose()));
    Card {
        cardholder_name: rest.value(Role::CardHolder),
        brand: rest.value(Role::CardBrand),
        number: rest.value(Role::CardNumber),
        exp_month: expiry.map(|(month, _)| month),
        exp_year: expiry.map(|(_, year)| year),
        code: rest.value(Role::CardVerification),
    }
}

/// Splits `YYYY-MM`; the month has no leading zero.
fn split_month(text: &str) -> Option<(&str, &str)> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let fits = year.len() == 4 && month.len() == 2 && digits(year) && digits(month);
    fits.then(|| (month.strip_prefix('0').unwrap_or(month), year))
}

fn identity<'i>(export: &mut Export, item: &'i Item, rest: &mut Rest<'i>) -> Identity<'i> {
    let street = rest.value(Role::Street).unwrap_or_default();
    let mut lines = street.splitn(3, '\n').map(Some);
    let [address1, address2, address3] =
        [(); 3].map(|()| lines.next().flatten().filter(|line| !line.is_empty()));
    if address3.is_some_and(|line| line.contains('\n')) {
        export.kept(item, "street", "Bitwarden has three lines for a street; the third has the others too.");
    }
    Identity {
        title: rest.value(Role::Salutation),
        first_name: rest.value(Role::FirstName),
        middle_name: rest.value(Role::MiddleName),
        last_name: rest.value(Role::LastName),
        address1,
        address2,
        address3,
        city: rest.value(Role::City),
        state: rest.value(Role::Region),
        postal_code: rest.value(Role::PostalCode),
        country: rest.value(Role::Country),
        company: rest.value(Role::Company),
        email: rest.value(Role::Email),
        phone: rest.value(Role::Phone),
        ssn: rest.value(Role::NationalId),
        username: rest.value(Role::Username),
        passport_number: rest.value(Role::Passport),
        license_number: rest.value(Role::DrivingLicence),
    }
}

/// Adds what is left as custom fields.
fn custom_fields<'i>(export: &mut Export, item: &'i Item, rest: Rest<'i>, entry: &mut Entry<'i>) {
    for field in rest {
        let value = field.value.expose();
        let r#type = match field.kind {
            kind if kind.is_concealed() => 1,
            FieldKind::Switch if matches!(value, "true" | "false") => 2,
            _ => 0,
        };
        if r#type != 2 {
            export.is_text(field);
        }
        if field.role.is_some() || field.section.is_some() {
            export.count(
                "field",
                Outcome::KeptAsCustomField,
                "Fields without a place in Bitwarden are custom fields; a heading stands before the name.",
            );
        }
        entry.fields.push(Custom { name: label(field), value: Text::Of(value), r#type, linked_id: None });
    }
    let mut add = |name: &str, value: String| {
        let (name, value) = (name.to_owned(), Text::Made(value));
        entry.fields.push(Custom { name, value, r#type: 0, linked_id: None });
    };
    if !item.tags.is_empty() {
        add("Tags", item.tags.iter().cloned().collect::<Vec<_>>().join(", "));
        export.count("tags", Outcome::KeptAsCustomField, "Bitwarden has no tags; they are a custom field.");
    }
    if let Some(day) = item.expires {
        add("Expires", day.to_string());
        export.count("expires", Outcome::KeptAsCustomField, "Bitwarden has no expiry; it is a custom field.");
    }
    if entry.login.is_none() {
        for url in &item.urls {
            add("Website", url.clone());
            export.count("urls", Outcome::KeptAsCustomField, "Only logins have addresses in Bitwarden.");
        }
    }
    let has_history = |field: &&Field| field.role != Some(Role::Password) && !field.history.is_empty();
    for field in item.fields.iter().filter(has_history) {
        export.lost(item, &label(field), "Bitwarden keeps earlier values of passwords only.");
    }
}

fn earlier_passwords<'i>(export: &mut Export, item: &'i Item) -> Vec<Earlier<'i>> {
    let Some(field) = item.field(Role::Password) else { return Vec::new() };
    if field.history.len() > EARLIER {
        export.kept(item, "passwordHistory", "Bitwarden reads the five latest earlier passwords only.");
    }
    let earlier = |PastValue { value, replaced_at }: &'i PastValue| Earlier {
        password: SecretText::expose(value),
        last_used_date: replaced_at.known().map(iso),
    };
    field.history.iter().map(earlier).collect()
}

/// Returns a moment as `2026-09-21T14:13:20.123Z`.
pub(in crate::export) fn iso(at: Timestamp) -> String {
    let nanos = i128::from(at.0) * 1_000_000;
    let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
    at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}
