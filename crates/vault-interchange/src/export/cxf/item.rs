//! An item as the format has it: credentials of its types, and the rest as custom fields.

use serde::Serialize;
use vault_engine::ItemId;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Day, Field as ItemField, FieldKind, Item, ItemType, Role};
use vault_otp::{Algorithm, Code, Scheme};

use super::super::labels::{label, role_label};
use super::super::output::Export;
use super::super::rest::Rest;
use super::credential::{Credential, Field, Member, Text, base64url};
use super::passkey;
use crate::report::Outcome;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'i> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_at: Option<u64>,
    title: &'i str,
    favorite: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Scope<'i>>,
    credentials: Vec<Credential<'i>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'i str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scope<'i> {
    urls: Vec<&'i str>,
    android_apps: Vec<App<'i>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct App<'i> {
    bundle_id: &'i str,
}

/// A member of a credential: its name, the field that it holds, and the type of it.
type MemberOf = (&'static str, Role, &'static str);

const BASIC: (&str, &[MemberOf]) = (
    "basic-auth",
    &[("username", Role::Username, "string"), ("password", Role::Password, "concealed-string")],
);

/// The credentials of a type of items. The first is written even if it is empty, since it says of which type the item is.
const fn credentials(item_type: ItemType) -> &'static [(&'static str, &'static [MemberOf])] {
    match item_type {
        ItemType::Login | ItemType::Server | ItemType::Database => &[BASIC],
        ItemType::Card => &[(
            "credit-card",
            &[
                ("number", Role::CardNumber, "concealed-string"),
                ("fullName", Role::CardHolder, "string"),
                ("cardType", Role::CardBrand, "string"),
                ("verificationNumber", Role::CardVerification, "concealed-string"),
                ("pin", Role::CardPin, "concealed-string"),
                ("expiryDate", Role::CardExpiry, "year-month"),
            ],
        )],
        ItemType::ApiCredential => &[(
            "api-key",
            &[
                ("key", Role::ApiKey, "concealed-string"),
                ("username", Role::Username, "string"),
                ("keyType", Role::ApiType, "string"),
                ("url", Role::Host, "string"),
                ("validFrom", Role::ValidFrom, "date"),
            ],
        )],
        ItemType::Wifi => &[(
            "wifi",
            &[
                ("ssid", Role::WifiName, "string"),
                ("passphrase", Role::Password, "concealed-string"),
                ("networkSecurityType", Role::WifiSecurity, "wifi-network-security-type"),
                ("hidden", Role::WifiHidden, "boolean"),
            ],
        )],
        ItemType::Identity => &[
            (
                "person-name",
                &[
                    ("title", Role::Salutation, "string"),
                    ("given", Role::FirstName, "string"),
                    ("given2", Role::MiddleName, "string"),
                    ("surname", Role::LastName, "string"),
                ],
            ),
            (
                "address",
                &[
                    ("streetAddress", Role::Street, "string"),
                    ("postalCode", Role::PostalCode, "string"),
                    ("city", Role::City, "string"),
                    ("territory", Role::Region, "subdivision-code"),
                    ("country", Role::Country, "country-code"),
                    ("tel", Role::Phone, "string"),
                ],
            ),
            (
                "identity-document",
                &[
                    ("identificationNumber", Role::NationalId, "string"),
                    ("birthDate", Role::BirthDate, "date"),
                ],
            ),
            ("passport", &[("passportNumber", Role::Passport, "string")]),
            ("drivers-license", &[("licenseNumber", Role::DrivingLicence, "string")]),
        ],
        _ => &[],
    }
}

/// Returns the item.
pub(super) fn of<'i>(export: &mut Export, id: ItemId, item: &'i Item) -> Entry<'i> {
    let mut rest = Rest::of(item);
    let mut list = native(export, &mut rest, item);
    let has_place = match item.item_type {
        ItemType::Login | ItemType::Note => true,
        // These are read as logins, which alone have them.
        _ if !item.passkeys.is_empty() => false,
        ItemType::Server | ItemType::Database => false,
        _ => !list.is_empty(),
    };
    if !has_place {
        let reason = "CXF has no type for these items, or not with what is in them; they are logins or notes with custom fields.";
        export.count(item.item_type.name(), Outcome::KeptAsCustomField, reason);
    }
    let expires = item.expires.map(|day| day.to_string());
    let mut custom = custom_fields(export, rest);
    match (expires, list.iter_mut().find(|one| matches!(one.kind, "api-key" | "ssh-key"))) {
        (Some(day), Some(dated)) => dated.field("expiryDate", "date", Text::made(day)),
        (Some(day), None) => {
            let field =
                Field { field_type: "date", value: Text::made(day), label: Some("Expires".to_owned()) };
            custom.push(fields("", vec![field]));
            export.count(
                "expires",
                Outcome::KeptAsCustomField,
                "CXF has no expiry of these items; it is a custom field.",
            );
        }
        _ => {}
    }
    list.extend(passkey::of(export, item));
    if !item.notes.is_empty() {
        let mut note = Credential::new("note");
        note.field("content", "string", Text::Of(item.notes.expose()));
        list.push(note);
    }
    list.append(&mut custom);
    remark(export, item);
    let seconds = |at: Timestamp| at.known().map(|at| at.0 / 1_000);
    Entry {
        id: base64url(id.as_bytes()),
        creation_at: seconds(item.created_at),
        modified_at: seconds(item.modified_at),
        title: &item.title,
        favorite: item.flags.favourite,
        scope: scope(item),
        credentials: list,
        tags: item.tags.iter().map(String::as_str).collect(),
    }
}

fn scope(item: &Item) -> Option<Scope<'_>> {
    let app = |url: &'_ str| url.strip_prefix("androidapp://").is_some_and(|name| !name.is_empty());
    let (apps, urls): (Vec<&str>, Vec<&str>) = item.urls.iter().map(String::as_str).partition(|url| app(url));
    let bundles = apps.iter().filter_map(|url| url.strip_prefix("androidapp://"));
    let android_apps = bundles.map(|bundle_id| App { bundle_id }).collect();
    (!item.urls.is_empty()).then_some(Scope { urls, android_apps })
}

/// Takes what credentials have a place for.
fn native<'i>(export: &mut Export, rest: &mut Rest<'i>, item: &'i Item) -> Vec<Credential<'i>> {
    let mut list = Vec::new();
    for (at, (kind, members)) in credentials(item.item_type).iter().enumerate() {
        let mut credential = Credential::new(kind);
        for (name, role, field_type) in *members {
            let fits = |field: &&ItemField| is_valid(field_type, field.value.expose());
            let Some(field) = rest.take_where(*role, fits) else { continue };
            let value = field.value.expose();
            credential.field(name, shown_as(field_type, value), Text::Of(value));
        }
        let says_type = at == 0 && !matches!(item.item_type, ItemType::Server | ItemType::Database);
        if says_type || !credential.members.is_empty() {
            list.push(credential);
        }
    }
    if item.item_type == ItemType::SshKey {
        list.extend(ssh_key(rest));
    }
    if matches!(item.item_type, ItemType::Login | ItemType::OneTimeCode) {
        list.extend(code(export, rest, item));
    }
    list
}

/// Whether a value can be of a type; the others are of any text.
fn is_valid(field_type: &str, value: &str) -> bool {
    match field_type {
        "date" => value.parse::<Day>().is_ok(),
        "year-month" => format!("{value}-01").parse::<Day>().is_ok(),
        "boolean" => matches!(value, "true" | "false"),
        "number" => value.parse::<i64>().is_ok(),
        _ => true,
    }
}

/// Returns the type of a value. One that is no code of a country or of a part of it is text.
fn shown_as(field_type: &'static str, value: &str) -> &'static str {
    let upper = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    match field_type {
        "country-code" if !upper(value) => "string",
        "subdivision-code" if !value.split_once('-').is_some_and(|(country, _)| upper(country)) => "string",
        other => other,
    }
}

/// The private key as PKCS#8, if it is one; what the public key repeats is left out.
fn ssh_key<'i>(rest: &mut Rest<'i>) -> Option<Credential<'i>> {
    let read = |field: &ItemField| vault_ssh::read(field.value.expose().as_bytes(), None).ok();
    let field = rest.take_where(Role::PrivateKey, |field| read(field).is_some())?;
    let key = read(field)?;
    let public = key.public();
    rest.take_where(Role::PublicKey, |field| field.value.expose().trim() == public.to_line());
    rest.take_where(Role::Fingerprint, |field| field.value.expose() == public.fingerprint());
    let line = public.to_line();
    let mut credential = Credential::new("ssh-key");
    credential.text("keyType", Text::made(line.split(' ').next().unwrap_or_default()));
    credential.text("privateKey", Text::made(base64url(key.to_pkcs8().expose())));
    if !public.comment().is_empty() {
        credential.text("keyComment", Text::made(public.comment()));
    }
    Some(credential)
}

/// The one-time code, if it goes by time, in periods that the format has a number for.
fn code<'i>(export: &mut Export, rest: &mut Rest<'i>, item: &'i Item) -> Option<Credential<'i>> {
    let parsed = |field: &ItemField| match Code::parse(field.value.expose()).ok()? {
        code if matches!(code.scheme(), Scheme::Totp { period: ..=255, .. }) => Some(code),
        _ => None,
    };
    let field = rest.take_where(Role::Code, |field| parsed(field).is_some())?;
    let code = parsed(field)?;
    let Scheme::Totp { algorithm, digits, period } = code.scheme() else { return None };
    let mut names = [code.issuer(), code.account()].map(str::to_owned);
    if !code.more().is_empty() {
        export.lost(item, "one-time code", "Further parameters of its address have no place in CXF.");
    }
    if item.item_type == ItemType::OneTimeCode {
        // A code of its own is named by the fields beside it, unless it says something else.
        for (name, role) in names.iter_mut().zip([Role::Issuer, Role::Username]) {
            let own = rest.take_where(role, |field| name.is_empty() || field.value.expose() == name);
            if let Some(own) = own {
                own.value.expose().clone_into(name);
            }
        }
    }
    let [issuer, account] = names;
    let mut credential = Credential::new("totp");
    credential.text("secret", Text::Made(code.secret()));
    credential.members.push(("period", Member::Number(period)));
    credential.members.push(("digits", Member::Number(digits.into())));
    credential.text(
        "algorithm",
        Text::Of(match algorithm {
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
        }),
    );
    for (name, value) in [("issuer", issuer), ("username", account)] {
        if !value.is_empty() {
            credential.text(name, Text::made(value));
        }
    }
    Some(credential)
}

/// Returns what is left as custom fields, those under one heading together.
fn custom_fields<'i>(export: &mut Export, rest: Rest<'i>) -> Vec<Credential<'i>> {
    let mut list: Vec<(&str, Vec<Field<'i>>)> = Vec::new();
    for field in rest {
        let section = field.section.as_deref().unwrap_or_default();
        if field.role.is_some() {
            let reason = "Fields without a place in CXF are custom fields.";
            export.count("field", Outcome::KeptAsCustomField, reason);
        }
        let own: &str = match field.role {
            Some(role) => role_label(role),
            None => &field.label,
        };
        let own = if own.is_empty() { "Field" } else { own };
        let made = Field {
            field_type: field_type(export, field),
            value: Text::Of(field.value.expose()),
            label: Some(own.to_owned()),
        };
        match list.last_mut() {
            Some((last, fields)) if *last == section => fields.push(made),
            _ => list.push((section, vec![made])),
        }
    }
    list.into_iter().map(|(section, list)| fields(section, list)).collect()
}

fn fields<'i>(section: &'i str, list: Vec<Field<'i>>) -> Credential<'i> {
    let mut credential = Credential::new("custom-fields");
    if !section.is_empty() {
        credential.text("label", Text::Of(section));
    }
    credential.members.push(("fields", Member::Fields(list)));
    credential
}

fn field_type(export: &mut Export, field: &ItemField) -> &'static str {
    let (kind, has_kind) = match field.kind {
        FieldKind::Concealed => ("concealed-string", true),
        FieldKind::Text => ("string", true),
        // Text of one line comes back as such.
        FieldKind::SecretLines => ("concealed-string", field.value.expose().contains('\n')),
        FieldKind::Lines => ("string", field.value.expose().contains('\n')),
        FieldKind::Email => ("email", true),
        FieldKind::Date => ("date", true),
        FieldKind::Month => ("year-month", true),
        FieldKind::Number => ("number", true),
        FieldKind::Switch => ("boolean", true),
        FieldKind::Code => ("concealed-string", false),
        FieldKind::Url | FieldKind::Phone | FieldKind::Link | FieldKind::File => ("string", false),
    };
    let fits = is_valid(kind, field.value.expose());
    if !has_kind || !fits {
        let reason = "Fields of this kind, or with a value that is none of it, are texts in CXF.";
        export.count(field.kind.name(), Outcome::KeptAsCustomField, reason);
    }
    if fits { kind } else { "string" }
}

/// Remarks on what the format has no place for.
fn remark(export: &mut Export, item: &Item) {
    if item.flags.archived {
        export.count("archived", Outcome::NotKept, "CXF has no archive; these items are among the others.");
    }
    if item.flags.reprompt {
        export.lost(item, "reprompt", "CXF does not ask for the password again.");
    }
    if !item.url_rules.is_empty() {
        export.lost(item, "url", "CXF has no rules of addresses.");
    }
    for field in item.fields.iter().filter(|field| !field.history.is_empty()) {
        export.lost(item, &label(field), "CXF has no earlier values.");
    }
    for field in &item.fields {
        if field.kind == FieldKind::Link && !field.value.is_empty() {
            export.kept(item, &label(field), "A link to another item is kept as its id.");
        }
    }
    export.documents_lost(item);
}
