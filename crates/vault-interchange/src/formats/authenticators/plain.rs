//! The readable JSON of each program.

use serde_json::value::RawValue;
use vault_engine::item::SecretText;

use super::{
    entry::{self, Entry, Note, Setup},
    groups::Groups,
};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    report::ParsedFile,
    syntax::{
        base32, date,
        json::{Json, Object},
        raw::{self, Members, Shape},
    },
};

/// Whose file it is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// `{header, db: {entries, groups}}`.
    Aegis,
    /// The `db` of the former, as it is encrypted.
    AegisContent,
    /// `{services, groups, schemaVersion}`.
    TwoFas,
    /// A list with `secret`, `label`, `type`.
    AndOtp,
    /// `{tokens, tokenOrder}`.
    FreeOtp,
    /// A list with `secret`, `kind`, `timer`.
    Raivo,
    /// `{accounts: [{secret, timeStep}]}`.
    LastPass,
    /// `{entries: [{content: {uri}}]}`.
    Proton,
    /// `{accounts: {<name>: {shared_secret}}}`, or one of them.
    Steam,
    /// `{Authenticators, Categories, AuthenticatorCategories}`.
    Stratum,
}

/// The names of the members of an entry.
struct Layout {
    issuer: &'static [&'static str],
    account: &'static [&'static str],
    kind: &'static str,
    secret: &'static str,
    algorithm: &'static str,
    digits: &'static str,
    period: &'static str,
    counter: &'static str,
    note: &'static str,
    favourite: &'static str,
    /// Members with a meaning in the program only.
    noise: &'static [&'static str],
}

const AEGIS: Layout = Layout {
    issuer: &["issuer"],
    account: &["name"],
    kind: "type",
    secret: "secret",
    algorithm: "algo",
    digits: "digits",
    period: "period",
    counter: "counter",
    note: "note",
    favourite: "favorite",
    noise: &["uuid", "icon", "icon_mime", "icon_hash"],
};
const TWO_FAS: Layout = Layout {
    issuer: &["issuer", "name"],
    account: &["account", "label"],
    kind: "tokenType",
    algorithm: "algorithm",
    note: "note",
    favourite: "favorite",
    noise: &["updatedAt", "order", "icon", "badge", "link", "source", "serviceTypeID", "type"],
    ..AEGIS
};
const AND_OTP: Layout = Layout {
    account: &["label"],
    algorithm: "algorithm",
    noise: &["thumbnail", "last_used", "used_frequency"],
    ..AEGIS
};
const FREE_OTP: Layout = Layout {
    issuer: &["issuerAlt", "issuerExt", "issuerInt"],
    account: &["labelAlt", "label"],
    noise: &["imageAlt", "image", "color", "lock"],
    ..AEGIS
};
const RAIVO: Layout = Layout {
    account: &["account"],
    kind: "kind",
    algorithm: "algorithm",
    period: "timer",
    favourite: "pinned",
    noise: &["iconType", "iconValue"],
    ..AEGIS
};
const LAST_PASS: Layout = Layout {
    issuer: &["issuerName", "originalIssuerName"],
    account: &["userName", "originalUserName"],
    algorithm: "algorithm",
    period: "timeStep",
    favourite: "isFavorite",
    noise: &["accountID", "lmiUserId", "pushNotification"],
    ..AEGIS
};
const STRATUM: Layout = Layout {
    issuer: &["Issuer"],
    account: &["Username"],
    kind: "Type",
    secret: "Secret",
    algorithm: "Algorithm",
    digits: "Digits",
    period: "Period",
    counter: "Counter",
    note: "Note",
    favourite: "IsPinned",
    noise: &["Icon", "Ranking", "CopyCount"],
};

/// Finds whose object a file is.
pub(super) fn kind(members: &Members<'_>) -> Result<Option<Kind>, ImportError> {
    let list = |name: &str| members.get(name).map_or(Ok(Vec::new()), raw::list);
    let first = |name: &str, keys: &[&str]| {
        list(name).map(|list| list.iter().any(|raw| raw::members(raw).is_ok_and(|entry| entry.has(keys))))
    };
    let is_object = |name: &str| members.get(name).is_some_and(|raw| raw.get().starts_with('{'));
    Ok(if members.has(&["header"]) && is_object("db") {
        Some(Kind::Aegis)
    } else if first("entries", &["info", "type"])? {
        Some(Kind::AegisContent)
    } else if members.has(&["services", "schemaVersion"]) {
        Some(Kind::TwoFas)
    } else if first("tokens", &["secret", "algo"])? {
        Some(Kind::FreeOtp)
    } else if first("accounts", &["secret", "timeStep"])? {
        Some(Kind::LastPass)
    } else if first("entries", &["content"])? {
        Some(Kind::Proton)
    } else if members.has(&["Authenticators"]) {
        Some(Kind::Stratum)
    } else if members.has(&["shared_secret"]) || steam_accounts(members)? {
        Some(Kind::Steam)
    } else {
        None
    })
}

fn steam_accounts(members: &Members<'_>) -> Result<bool, ImportError> {
    let Some(accounts) = members.get("accounts").filter(|raw| raw.get().starts_with('{')) else {
        return Ok(false);
    };
    let accounts = raw::members(accounts)?.into_all();
    Ok(accounts.iter().any(|(_, raw)| raw::members(raw).is_ok_and(|entry| entry.has(&["shared_secret"]))))
}

/// Finds whose list a file is.
pub(super) fn kind_of_list(list: &[&RawValue]) -> Option<Kind> {
    let has = |keys: &[&str]| list.iter().any(|raw| raw::members(raw).is_ok_and(|entry| entry.has(keys)));
    if has(&["secret", "timer", "kind"]) {
        Some(Kind::Raivo)
    } else if has(&["secret", "label", "type"]) {
        Some(Kind::AndOtp)
    } else {
        None
    }
}

/// Reads a file.
pub(super) fn read(
    kind: Kind,
    shape: Shape<'_>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let mut members = match shape {
        Shape::Object(members) => members,
        Shape::List(list) => {
            let layout = if matches!(kind, Kind::Raivo) { &RAIVO } else { &AND_OTP };
            for (position, raw) in (1..).zip(list) {
                let Some(mut members) = import.object(position, raw) else { continue };
                let tags = members.take_list("tags").into_iter().map(|tag| tag.as_text()).collect();
                let entry = Entry { tags, ..layout.read(&mut import, members) };
                entry::add(&mut import, position, entry)?;
            }
            return Ok(import.finish());
        }
        Shape::Other => return Err(ImportError::Damaged),
    };
    match kind {
        Kind::Aegis => {
            read_aegis(members.take_members("db")?, &mut import)?;
            let _ = (members.take("header"), members.take("version"));
        }
        Kind::AegisContent => read_aegis(std::mem::take(&mut members), &mut import)?,
        Kind::TwoFas | Kind::AndOtp | Kind::Raivo => {
            let services = members.take_list("services")?;
            return read_two_fas(services, members, import);
        }
        Kind::FreeOtp => {
            for (position, raw) in (1..).zip(members.take_list("tokens")?) {
                if let Some(members) = import.object(position, raw) {
                    let entry = free_otp(&mut import, members);
                    entry::add(&mut import, position, entry)?;
                }
            }
            let _ = members.take("tokenOrder");
        }
        Kind::LastPass => read_last_pass(&mut members, &mut import)?,
        Kind::Proton => {
            for (position, raw) in (1..).zip(members.take_list("entries")?) {
                if let Some(members) = import.object(position, raw) {
                    entry::add(&mut import, position, proton(members))?;
                }
            }
            let _ = members.take("version");
        }
        Kind::Steam => return read_steam(members, import),
        Kind::Stratum => read_stratum(&mut members, &mut import)?,
    }
    finish(members, import)
}

fn finish(members: Members<'_>, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    for (name, _) in members.into_rest() {
        import.unknown_part(&name);
    }
    Ok(import.finish())
}

impl Layout {
    fn read(&self, import: &mut ImportBuilder<'_>, mut members: Object) -> Entry {
        for name in self.noise {
            if !members.take(name).is_blank() {
                import.count_dropped("icon", "This has a meaning in the other program only.");
            }
        }
        let text = |members: &mut Object, name: &str| members.take_text(name).expose().to_owned();
        let first = |members: &mut Object, names: &[&str]| {
            let texts: Vec<String> = names.iter().map(|name| text(members, name)).collect();
            texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default()
        };
        let issuer = first(&mut members, self.issuer);
        let account = first(&mut members, self.account);
        let favourite = text(&mut members, self.favourite);
        Entry {
            issuer,
            account,
            favourite: matches!(favourite.as_str(), "true" | "1"),
            note: Note(members.take_text(self.note)),
            code: Setup::Parts {
                kind: text(&mut members, self.kind),
                secret: members.take_text(self.secret),
                algorithm: text(&mut members, self.algorithm),
                digits: text(&mut members, self.digits),
                period: text(&mut members, self.period),
                counter: text(&mut members, self.counter),
            },
            rest: members,
            ..Entry::default()
        }
    }
}

fn read_aegis(mut db: Members<'_>, import: &mut ImportBuilder<'_>) -> Result<(), ImportError> {
    let groups = Groups::read(import, &db.take_list("groups")?, "uuid", "name");
    for (position, raw) in (1..).zip(db.take_list("entries")?) {
        let Some(mut members) = import.object(position, raw) else { continue };
        members.absorb("info");
        let ids = members.take_list("groups");
        let mut names: Vec<String> = ids.iter().filter_map(|id| groups.name(&id.as_text())).collect();
        names.extend(Some(members.take_text("group").expose().to_owned()).filter(|name| !name.is_empty()));
        let entry = Entry { groups: names, ..AEGIS.read(import, members) };
        entry::add(import, position, entry)?;
    }
    for name in ["version", "icons_optimized"] {
        let _ = db.take(name);
    }
    for (name, _) in db.into_rest() {
        import.unknown_part(&name);
    }
    Ok(())
}

/// Reads 2FAS' services, which may have been encrypted, and the groups beside them.
pub(super) fn read_two_fas(
    services: Vec<&RawValue>,
    mut around: Members<'_>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let groups = Groups::read(&mut import, &around.take_list("groups")?, "id", "name");
    for (position, raw) in (1..).zip(services) {
        let Some(mut members) = import.object(position, raw) else { continue };
        members.absorb("otp");
        let group = members.take_text("groupId");
        let date = members.take("updatedAt").as_i64().and_then(|at| date::from_milliseconds(&at.to_string()));
        let name = members.get_scalar("name").ok().flatten().unwrap_or_default().into_owned();
        let groups = groups.name(group.expose()).into_iter().collect();
        let entry = Entry { title: name, groups, date, ..TWO_FAS.read(&mut import, members) };
        entry::add(&mut import, position, entry)?;
    }
    for name in [
        "updatedAt",
        "schemaVersion",
        "appVersionCode",
        "appVersionName",
        "appOrigin",
        "servicesEncrypted",
        "reference",
        "account",
    ] {
        let _ = around.take(name);
    }
    finish(around, import)
}

/// Reads an entry of `FreeOTP`, whose secret is a list of signed bytes, and whose counter is the last that was used.
pub(super) fn free_otp(import: &mut ImportBuilder<'_>, mut members: Object) -> Entry {
    let bytes: Option<Vec<u8>> = members
        .take_list("secret")
        .iter()
        .map(|byte| i8::try_from(byte.as_i64()?).ok().map(i8::cast_unsigned))
        .collect();
    let bytes = zeroize::Zeroizing::new(bytes.unwrap_or_default());
    let mut entry = FREE_OTP.read(import, members);
    if let Setup::Parts { secret, counter, .. } = &mut entry.code {
        if !bytes.is_empty() {
            *secret = SecretText::from(base32::encode(&bytes).as_str());
        }
        if let Ok(used) = counter.parse::<u64>() {
            *counter = used.saturating_add(1).to_string();
        }
    }
    entry
}

fn read_last_pass(members: &mut Members<'_>, import: &mut ImportBuilder<'_>) -> Result<(), ImportError> {
    let groups = Groups::read(import, &members.take_list("folders")?, "id", "name");
    for (position, raw) in (1..).zip(members.take_list("accounts")?) {
        let Some(mut members) = import.object(position, raw) else { continue };
        let mut folder = members.take_object("folderData").unwrap_or_default();
        let date = members.take("creationTimestamp").as_i64().and_then(date::from_seconds);
        let group = groups.name(folder.take_text("folderId").expose());
        let entry = Entry { groups: group.into_iter().collect(), date, ..LAST_PASS.read(import, members) };
        entry::add(import, position, entry)?;
    }
    for name in ["version", "localDeviceId", "deviceId", "deviceName"] {
        let _ = members.take(name);
    }
    Ok(())
}

fn proton(mut members: Object) -> Entry {
    let mut content = members.take_object("content").unwrap_or_default();
    let (uri, kind) = (content.take_text("uri"), content.take_text("entry_type"));
    let name = content.take_text("name").expose().to_owned();
    let code = if kind.expose() == "Steam" && !uri.expose().contains("://") {
        Setup::Uri(SecretText::new(format!("steam://{}", uri.expose())))
    } else {
        Setup::Uri(uri)
    };
    let note = Note(members.take_text("note"));
    let _ = members.take("id");
    members.put("content", Json::Object(content));
    // The name is the account of the address, or replaces it.
    Entry { account: name, code, note, rest: members, ..Entry::default() }
}

fn read_steam(mut members: Members<'_>, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let entries: Vec<&RawValue> = match members.take("accounts") {
        Some(accounts) => raw::members(accounts)?.into_all().into_iter().map(|(_, raw)| raw).collect(),
        None => {
            let mut object = Object::default();
            for (name, raw) in members.into_all() {
                object.put(&name, raw::value(raw).unwrap_or(Json::Null));
            }
            let entry = steam(&mut import, object);
            entry::add(&mut import, 1, entry)?;
            return Ok(import.finish());
        }
    };
    for (position, raw) in (1..).zip(entries) {
        if let Some(members) = import.object(position, raw) {
            let entry = steam(&mut import, members);
            entry::add(&mut import, position, entry)?;
        }
    }
    finish(members, import)
}

fn steam(import: &mut ImportBuilder<'_>, mut members: Object) -> Entry {
    for name in ["server_time", "status", "steamguard_scheme", "fully_enrolled", "Session", "uri"] {
        if !members.take(name).is_blank() {
            import.count_dropped("server_time", "This has a meaning in the other program only.");
        }
    }
    let secret = members.take_text("shared_secret");
    let code = match base32::bytes_of_base64(secret.expose()) {
        Some(bytes) => Setup::Uri(SecretText::new(format!("steam://{}", *base32::encode(&bytes)))),
        None => Setup::Uri(secret),
    };
    let account = members.take_text("account_name").expose().to_owned();
    // The codes that revoke or confirm stay as custom fields.
    Entry { issuer: "Steam".to_owned(), account, code, rest: members, ..Entry::default() }
}

fn read_stratum(members: &mut Members<'_>, import: &mut ImportBuilder<'_>) -> Result<(), ImportError> {
    let groups = Groups::read(import, &members.take_list("Categories")?, "Id", "Name");
    let mut of_secret: Vec<(String, String)> = Vec::new();
    for mut bond in members.take_list("AuthenticatorCategories")?.into_iter().filter_map(raw::object) {
        let secret = bond.take_text("AuthenticatorSecret").expose().to_owned();
        if let Some(name) = groups.name(bond.take_text("CategoryId").expose()) {
            of_secret.push((secret, name));
        }
    }
    of_secret.sort();
    for (position, raw) in (1..).zip(members.take_list("Authenticators")?) {
        let Some(mut members) = import.object(position, raw) else { continue };
        let secret = members.get_scalar("Secret").ok().flatten().unwrap_or_default().into_owned();
        let from = of_secret.partition_point(|(known, _)| *known < secret);
        let bonds = of_secret.iter().skip(from).take_while(|(known, _)| *known == secret);
        let names: Vec<String> = bonds.map(|(_, name)| name.clone()).collect();
        // Of the other kinds these have a default that means nothing.
        if members.get_scalar("Type").ok().flatten().as_deref() == Some("2") {
            let _ = members.take("Counter");
        }
        let entry = Entry { groups: names, ..STRATUM.read(import, members) };
        entry::add(import, position, entry)?;
    }
    for name in ["CustomIcons", "IconPacks"] {
        if members.take(name).is_some_and(|raw| raw.get().len() > 2) {
            import.count_dropped("icon", "This has a meaning in the other program only.");
        }
    }
    Ok(())
}
