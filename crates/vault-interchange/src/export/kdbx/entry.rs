//! An item as an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType, Passkey, Role, SecretText};
use vault_otp::{Algorithm, Code, Scheme};

use super::super::labels::label;
use super::super::output::Export;
use super::super::rest::Rest;
use super::versions::{self, Versions};
use super::xml::Xml;
use crate::report::Outcome;

/// The names that `KeePass` and `KeePassXC` give a meaning.
const PASSKEY: &str = "KPEX_PASSKEY_";
const URL: &str = "KP2A_URL";

/// A passkey or one-time code beyond the first of its kind, for which an entry has no place.
pub(super) enum Extra<'i> {
    Passkey(&'i Passkey),
    Code(&'i Field),
}

/// Returns what needs an entry of its own.
pub(super) fn extras(item: &Item) -> Vec<Extra<'_>> {
    let codes = Rest::of(item).codes().into_iter().skip(1).map(Extra::Code);
    item.passkeys.iter().skip(1).map(Extra::Passkey).chain(codes).collect()
}

/// Names of which each occurs once.
#[derive(Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number that a repeated name got last, so that many equal names are not counted from 1 each time.
    last: BTreeMap<String, u32>,
}

impl Names {
    /// Returns a name, with a number if it is taken.
    pub(super) fn make(&mut self, name: &str) -> String {
        let mut made = name.to_owned();
        while !self.taken.insert(made.clone()) {
            let last = self.last.entry(name.to_owned()).or_insert(1);
            *last = last.saturating_add(1);
            made = format!("{name} ({last})");
        }
        made
    }
}

/// Returns the file that tells `KeeAgent` and `KeePassXC` which attachment is an SSH key.
pub(super) fn agent_settings(key_file: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EntrySettings><AllowUseOfSshKey>true</AllowUseOfSshKey>\
         <AddAtDatabaseOpen>false</AddAtDatabaseOpen><RemoveAtDatabaseClose>false</RemoveAtDatabaseClose>\
         <UseConfirmConstraintWhenAdding>false</UseConfirmConstraintWhenAdding>\
         <UseLifetimeConstraintWhenAdding>false</UseLifetimeConstraintWhenAdding>\
         <LifetimeConstraintDuration>600</LifetimeConstraintDuration>\
         <Location><SelectedType>attachment</SelectedType><AttachmentName>{key_file}</AttachmentName>\
         <SaveAttachmentToTempFile>false</SaveAttachmentToTempFile><FileName></FileName></Location></EntrySettings>"
    )
    .into_bytes()
}

enum Value<'i> {
    Of(&'i str),
    Made(SecretText),
}

impl Value<'_> {
    fn expose(&self) -> &str {
        match self {
            Self::Of(text) => text,
            Self::Made(text) => text.expose(),
        }
    }
}

/// A value of an entry.
struct Text<'i> {
    key: String,
    value: Value<'i>,
    protected: bool,
}

/// Collects the values of an entry, each under a name of its own.
struct Texts<'i> {
    names: Names,
    list: Vec<Text<'i>>,
}

impl<'i> Texts<'i> {
    /// Those that every entry has.
    fn begin(title: &'i str, username: &'i str, password: &'i str, url: &'i str, notes: &'i str) -> Self {
        let mut texts = Self { names: Names::default(), list: Vec::new() };
        texts.add("Title", Value::Of(title), false);
        texts.add("UserName", Value::Of(username), false);
        texts.add("Password", Value::Of(password), true);
        texts.add("URL", Value::Of(url), false);
        texts.add("Notes", Value::Of(notes), false);
        texts
    }

    fn add(&mut self, key: &str, value: Value<'i>, protected: bool) {
        let key = self.names.make(key);
        self.list.push(Text { key, value, protected });
    }

    fn made(&mut self, key: &str, value: String, protected: bool) {
        self.add(key, Value::Made(SecretText::new(value)), protected);
    }

    /// A one-time code in the way of `KeePassXC`, and in that of `KeePass` where it has one.
    fn code(&mut self, value: &'i str, title: &str) {
        let Ok(code) = Code::parse(value) else {
            self.add("otp", Value::Of(value), true);
            return;
        };
        let scheme = code.scheme();
        // A short `steam://` address says too little for other programs.
        let uri = if scheme == Scheme::Steam { code.named("Steam", title).to_uri() } else { code.to_uri() };
        let secret =
            uri.expose().split_once("secret=").map(|(_, rest)| rest.split('&').next().unwrap_or(rest));
        if let (Some(secret), Scheme::Totp { algorithm, digits, period }) = (secret, scheme) {
            self.made("TimeOtp-Secret-Base32", secret.to_owned(), true);
            if digits != 6 {
                self.made("TimeOtp-Length", digits.to_string(), false);
            }
            if period != 30 {
                self.made("TimeOtp-Period", period.to_string(), false);
            }
            match algorithm {
                Algorithm::Sha1 => {}
                Algorithm::Sha256 => self.add("TimeOtp-Algorithm", Value::Of("HMAC-SHA-256"), false),
                Algorithm::Sha512 => self.add("TimeOtp-Algorithm", Value::Of("HMAC-SHA-512"), false),
            }
        }
        self.add("otp", Value::Made(uri), true);
    }

    fn passkey(&mut self, passkey: &'i Passkey) {
        let mut add = |name: &str, value: Value<'i>, protected| {
            self.add(&[PASSKEY, name].concat(), value, protected);
        };
        let id = |bytes: &[u8]| Value::Made(SecretText::new(Base64UrlUnpadded::encode_string(bytes)));
        add("CREDENTIAL_ID", id(&passkey.credential_id), true);
        add("PRIVATE_KEY_PEM", Value::Made(pem(passkey.private_key.expose())), true);
        add("RELYING_PARTY", Value::Of(&passkey.rp_id), false);
        add("USERNAME", Value::Of(&passkey.user_name), false);
        add("USER_HANDLE", id(&passkey.user_handle), true);
    }
}

fn pem(der: &[u8]) -> SecretText {
    let encoded = SecretText::new(Base64::encode_string(der));
    let mut text = String::with_capacity(encoded.expose().len() * 66 / 64 + 64);
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = encoded.expose();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    SecretText::new(text)
}

/// The values of an item, of which some were others in an earlier version.
fn texts<'i>(item: &'i Item, earlier: &BTreeMap<FieldId, &'i str>) -> Texts<'i> {
    let value = |field: &'i Field| earlier.get(&field.id).copied().unwrap_or_else(|| field.value.expose());
    let mut rest = Rest::of(item);
    let username = rest.take_empty(Role::Username).map_or("", value);
    let has_key = item.value(Role::PrivateKey).is_some();
    let mut password = rest.take_empty(Role::Password).map_or("", value);
    if has_key && password.is_empty() {
        // Where `KeeAgent` looks for it.
        password = rest.take_empty(Role::KeyPassphrase).map_or("", value);
    }
    if has_key {
        // It is an attachment.
        rest.take(Role::PrivateKey);
    }
    let code = rest.codes().into_iter().next();
    let mut urls = item.urls.iter();
    let url = urls.next().map_or("", String::as_str);
    let mut texts = Texts::begin(&item.title, username, password, url, item.notes.expose());
    if let Some(code) = code {
        texts.code(value(code), &item.title);
    }
    for (at, url) in urls.enumerate() {
        let key = if at == 0 { URL.to_owned() } else { format!("{URL}_{at}") };
        texts.add(&key, Value::Of(url), false);
    }
    if let Some(passkey) = item.passkeys.first() {
        texts.passkey(passkey);
    }
    for field in rest {
        let name = label(field);
        let name = if name.is_empty() { "Field" } else { &name };
        texts.add(name, Value::Of(value(field)), field.kind.is_concealed());
    }
    texts
}

/// Writes an item, with its earlier versions.
pub(super) fn write(
    export: &mut Export,
    uuid: &[u8; 16],
    item: &Item,
    files: &[(String, u32)],
    xml: &mut Xml<impl Write>,
) -> io::Result<()> {
    let versions = versions::of(item);
    remark(export, item, &versions);
    begin(export, uuid, item, versions.present, xml)?;
    strings(export, item, texts(item, &BTreeMap::new()), xml)?;
    for (name, number) in files {
        if xml.binary(name, *number)? {
            export.lost(item, name, CONTROL);
        }
    }
    if !versions.list.is_empty() {
        xml.open("History")?;
        for version in versions.list {
            begin(export, uuid, item, version.begun, xml)?;
            strings(export, item, texts(item, &version.values), xml)?;
            xml.close()?;
        }
        xml.close()?;
    }
    xml.close()
}

/// Writes an entry for something that an entry has no second place for.
pub(super) fn write_extra(
    export: &mut Export,
    uuid: &[u8; 16],
    item: &Item,
    extra: &Extra<'_>,
    xml: &mut Xml<impl Write>,
) -> io::Result<()> {
    let (what, title) = match extra {
        Extra::Passkey(passkey) => ("passkey", format!("{} ({})", item.title, passkey.user_name)),
        Extra::Code(field) => ("one-time code", format!("{} ({})", item.title, label(field))),
    };
    export.kept(item, what, "An entry has one of these; this one is in an entry of its own beside it.");
    if let Extra::Code(field) = extra
        && !field.history.is_empty()
    {
        export.lost(item, &label(field), "The entry beside it has no earlier values.");
    }
    let url = item.urls.first().map_or("", String::as_str);
    let mut texts = Texts::begin(&title, item.value(Role::Username).unwrap_or_default(), "", url, "");
    match extra {
        Extra::Passkey(passkey) => texts.passkey(passkey),
        Extra::Code(field) => texts.code(field.value.expose(), &item.title),
    }
    begin(export, uuid, item, item.modified_at, xml)?;
    strings(export, item, texts, xml)?;
    xml.close()
}

const CONTROL: &str = "Control characters of this value have no place in a KeePass database.";

fn strings(export: &mut Export, item: &Item, texts: Texts<'_>, xml: &mut Xml<impl Write>) -> io::Result<()> {
    for Text { key, value, protected } in texts.list {
        if xml.string(&key, value.expose(), protected)? {
            export.lost(item, &key, CONTROL);
        }
    }
    Ok(())
}

/// Writes all that comes before the values.
fn begin(
    export: &mut Export,
    uuid: &[u8; 16],
    item: &Item,
    modified: Timestamp,
    xml: &mut Xml<impl Write>,
) -> io::Result<()> {
    xml.open("Entry")?;
    xml.uuid("UUID", uuid)?;
    xml.text("IconID", icon(item.item_type))?;
    let flags = [(item.flags.favourite, "Favorite"), (item.flags.archived, "Archived")];
    let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, tag)| tag.to_owned());
    let passkey = (!item.passkeys.is_empty()).then(|| "Passkey".to_owned());
    // Other programs split at any of these.
    let tags = item.tags.iter().map(|tag| tag.replace([',', ';', ':'], " "));
    let tags: BTreeSet<_> = tags.chain(flags).chain(passkey).collect();
    if xml.text("Tags", &tags.into_iter().collect::<Vec<_>>().join(";"))? {
        export.lost(item, "tags", CONTROL);
    }
    xml.open("Times")?;
    xml.time("CreationTime", item.created_at)?;
    xml.time("LastModificationTime", modified)?;
    xml.time("LastAccessTime", modified)?;
    xml.time("LocationChanged", item.trashed_at.unwrap_or(modified))?;
    // The last day on which it is valid ends with this second.
    let expiry = item.expires.and_then(|day| day.end());
    xml.time("ExpiryTime", expiry.unwrap_or(modified))?;
    xml.flag("Expires", expiry.is_some())?;
    xml.text("UsageCount", "0")?;
    xml.close()
}

/// The number of a standard icon.
const fn icon(item_type: ItemType) -> &'static str {
    match item_type {
        ItemType::Note | ItemType::Document => "7",
        ItemType::Card | ItemType::BankAccount => "66",
        ItemType::Identity => "9",
        ItemType::SshKey => "30",
        ItemType::Wifi => "12",
        ItemType::Database => "6",
        ItemType::Server => "3",
        _ => "0",
    }
}

/// Remarks on what an entry has no place for.
fn remark(export: &mut Export, item: &Item, versions: &Versions<'_>) {
    let kept = Outcome::KeptAsCustomField;
    // A reader takes an entry for a note if it has nothing but a text.
    let is_plain = item.urls.is_empty() && item.passkeys.is_empty() && Rest::of(item).is_empty();
    if item.item_type != (if is_plain && !item.notes.is_empty() { ItemType::Note } else { ItemType::Login }) {
        let reason = "KeePass has no types; these items are entries with the names of their fields.";
        export.count(item.item_type.name(), kept, reason);
    }
    if item.fields.iter().any(|field| field.section.is_some()) {
        export.count(
            "field",
            kept,
            "KeePass has no headings; a heading stands before the name of the field.",
        );
    }
    if item.flags.favourite {
        export.count("favourite", kept, "A favourite has the tag “Favorite”.");
    }
    if item.flags.archived {
        export.count("archived", kept, "An item in the archive has the tag “Archived”.");
    }
    if item.flags.reprompt {
        export.lost(item, "reprompt", "KeePass does not ask for the password again.");
    }
    if !item.url_rules.is_empty() {
        export.lost(item, "url", "KeePass has no rules of addresses.");
    }
    if item.tags.iter().any(|tag| tag.contains([',', ';', ':'])) {
        export.kept(item, "tags", "A tag has a space in place of a comma, semicolon or colon.");
    }
    if item.passkeys.iter().any(|passkey| passkey.sign_counter != 0) {
        export.lost(item, "passkey", "The counter of a passkey is not kept; a site may refuse the passkey.");
    }
    if versions.cut {
        export.lost(item, "history", "The oldest versions would make the file too large.");
    }
    let details =
        |one: &Passkey| !one.display_name.is_empty() || !one.rp_name.is_empty() || !one.discoverable;
    if item.passkeys.iter().any(details) {
        let reason = "KeePass has a user name and the site of a passkey, not their display names or more.";
        export.count("passkey", Outcome::NotKept, reason);
    }
    for field in &item.fields {
        export.is_text(field);
        if field.kind == FieldKind::Link && !field.value.is_empty() {
            export.kept(item, &label(field), "A link to another item is kept as its id.");
        }
        if field.role == Some(Role::PrivateKey) && !field.history.is_empty() {
            export.lost(
                item,
                &label(field),
                "A private key is an attachment, which has no earlier versions.",
            );
        }
    }
}
