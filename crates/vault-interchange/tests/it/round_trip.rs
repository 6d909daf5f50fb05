//! What an item loses on its way through a file: computed, written into the documentation, and remarked on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::PathBuf;

use vault_engine::clock::Timestamp;
use vault_engine::item::{
    Field, FieldKind, Item, ItemType, Passkey, PastValue, Role, UrlMatch, decode, template,
};
use vault_interchange::export::{ExportFormat, ExportReport};
use vault_interchange::{ParsedFile, ParsedItem};
use vault_otp::Code;

use crate::export_items::{Items, attachment, document, field, login, opened, passkey, past};
use crate::support::import;

/// A test file of each main program, with the name of the program.
const SOURCES: [(&str, &str); 11] = [
    ("KeePass KDBX", "keepass-4.kdbx"),
    ("KeePass XML", "keepass.xml"),
    ("Bitwarden JSON", "bitwarden-individual.json"),
    ("Bitwarden ZIP", "bitwarden.zip"),
    ("1Password 1PUX", "onepassword.1pux"),
    ("Proton Pass ZIP", "proton.zip"),
    ("Enpass JSON", "enpass.json"),
    ("LastPass CSV", "lastpass.csv"),
    ("Chrome CSV", "chrome.csv"),
    ("Aegis JSON", "authenticators-aegis.json"),
    ("CXF JSON", "cxf.json"),
];

/// The formats with the names of their columns. The encrypted file of Bitwarden has what the readable one has.
const FORMATS: [(ExportFormat, &str); 4] = [
    (ExportFormat::Kdbx, "KDBX"),
    (ExportFormat::BitwardenJson, "Bitwarden"),
    (ExportFormat::Cxf, "CXF"),
    (ExportFormat::Csv, "CSV"),
];

const BEGIN: &str = "<!-- begin of the table -->\n";
const END: &str = "<!-- end of the table -->\n";

/// A valid value of a built-in field.
fn sample(role: Role, kind: FieldKind) -> String {
    match kind {
        FieldKind::Code => "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP".to_owned(),
        FieldKind::Date => "1990-01-02".to_owned(),
        FieldKind::Month => "2029-03".to_owned(),
        FieldKind::Number => "5432".to_owned(),
        FieldKind::Switch => "true".to_owned(),
        FieldKind::Lines | FieldKind::SecretLines => format!("{}\nsecond line", role.name()),
        _ => format!("{} <&>", role.name()),
    }
}

/// An item of each type, one with a field of each kind, and one with everything else that an item can have.
fn everything() -> Items {
    let of = |title: &str, item_type| {
        let mut item = Item::new(item_type, Timestamp(1_600_000_000_000));
        title.clone_into(&mut item.title);
        item
    };
    let mut list: Vec<Item> = Vec::new();
    for item_type in ItemType::ALL {
        let mut item = of(item_type.name(), item_type);
        for (number, (role, kind)) in (1..).zip(template(item_type)) {
            item.fields.push(field(number, Some(*role), "", *kind, &sample(*role, *kind)));
        }
        if item_type == ItemType::Passkey {
            item.passkeys.push(passkey("alone"));
        }
        item.expires = "2031-05-06".parse().ok();
        list.push(item);
    }
    let mut kinds = of("every kind", ItemType::Note);
    for (number, kind) in (1..).zip(FieldKind::ALL) {
        if kind != FieldKind::File {
            let value = match kind {
                FieldKind::Link => "0".repeat(32),
                FieldKind::Url => "https://example.com".to_owned(),
                FieldKind::Email => "a@example.com".to_owned(),
                FieldKind::Phone => "+49 1".to_owned(),
                kind => sample(Role::Username, kind),
            };
            let mut made = field(number, None, kind.name(), kind, &value);
            let before = if kind == FieldKind::Code { "steam://GEZDGNBVGY3TQOJQ" } else { "before" };
            made.history = vec![past(before, 1_590_000_000_000)];
            kinds.fields.push(made);
        }
    }
    kinds.fields.push(field(90, None, "empty", FieldKind::Text, ""));
    let mut codes = of("other codes", ItemType::Login);
    for (number, text) in (1..).zip([
        "steam://JBSWY3DPEHPK3PXP",
        "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=7",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=3600",
    ]) {
        codes.fields.push(field(number, None, &format!("code {number}"), FieldKind::Code, text));
    }
    let mut counted = passkey("counted");
    counted.sign_counter = 5;
    counted.discoverable = false;
    codes.passkeys.push(counted);
    let mut everything = login();
    everything.attachments.truncate(1);
    everything.flags.archived = true;
    everything.flags.reprompt = true;
    everything.urls.push("androidapp://com.example.app".to_owned());
    everything.set_url_rule("https://example.org", UrlMatch::Exact);
    list.extend([kinds, codes, everything]);
    let mut items = Items::of(list);
    items.documents.insert(attachment(1, "", 0).blob_id, document());
    items
}

/// The items of a test file, with their files.
fn read_source(name: &str) -> Items {
    let mut documents = BTreeMap::new();
    let mut list = Vec::new();
    for ParsedItem { mut item, files, .. } in import(name).unwrap().items {
        for file in files {
            let number = u8::try_from(documents.len() + 1).unwrap();
            let mut bytes = Vec::new();
            file.reader().read_to_end(&mut bytes).unwrap();
            let made = attachment(number, &file.name, bytes.len());
            documents.insert(made.blob_id, bytes);
            item.attachments.push(made);
        }
        list.push(item);
    }
    Items { documents, ..Items::of(list) }
}

/// Whether two values are the same: of a code, whether it is the same one under the same name.
fn is_same(one: &str, other: &str) -> bool {
    let codes = Code::parse(one).ok().filter(|_| one.contains("://")).zip(Code::parse(other).ok());
    one == other
        || codes.is_some_and(|(one, other)| {
            one.shares_secret(&other)
                && one.scheme() == other.scheme()
                && (one.account().is_empty() || one.account() == other.account())
        })
}

/// Returns what a field lost; `found` are the fields of the item afterwards.
fn lost_of_field(own: &Field, found: &[Field]) -> Vec<&'static str> {
    let values = found.iter().filter(|one| is_same(own.value.expose(), one.value.expose()));
    let differences = |one: &&Field| {
        let mut list = Vec::new();
        if own.role != one.role {
            list.push("built-in fields");
        } else if own.label != one.label {
            list.push("names of fields");
        }
        if own.role.is_none() && own.section != one.section {
            list.push("headings");
        }
        // A built-in field that becomes a custom one is said to; but a secret stays one.
        if own.role == one.role && own.kind != one.kind || own.kind.is_concealed() && !one.kind.is_concealed()
        {
            list.push("kinds of fields");
        }
        let past = own.history.iter().zip(&one.history);
        let same = |(own, one): (&PastValue, &PastValue)| is_same(own.value.expose(), one.value.expose());
        if own.history.len() != one.history.len() || !past.clone().all(same) {
            list.push("earlier values");
        }
        list
    };
    match values.map(|one| differences(&one)).min_by_key(Vec::len) {
        Some(list) => list,
        None if own.value.is_empty() => vec!["empty fields"],
        None if own.kind == FieldKind::Code => vec!["one-time codes"],
        None => vec!["values of fields"],
    }
}

/// Returns what an item lost.
fn lost(own: &Item, files: &BTreeMap<String, Vec<u8>>, found: &ParsedItem) -> BTreeSet<&'static str> {
    let item = &found.item;
    let mut list = BTreeSet::new();
    let mut compare = |name, same: bool| {
        if !same {
            list.insert(name);
        }
    };
    compare("type", own.item_type == item.item_type);
    compare("title", own.title == item.title);
    compare("addresses", own.urls.iter().all(|url| item.urls.contains(url)));
    compare("rules of addresses", own.url_rules == item.url_rules);
    compare("notes", own.notes.expose() == item.notes.expose());
    compare("tags", own.tags.is_subset(&item.tags));
    compare("folder", own.folder == item.folder);
    compare("favourite", own.flags.favourite == item.flags.favourite);
    compare("archived", own.flags.archived == item.flags.archived);
    compare("asks for the password", own.flags.reprompt == item.flags.reprompt);
    compare("expiry", own.expires == item.expires);
    // Files have whole seconds.
    let second = |at: Timestamp| at.0 / 1_000;
    compare("dates", second(own.created_at) == second(item.created_at));
    compare("dates", second(own.modified_at) == second(item.modified_at));
    let keys = |item: &Item| -> BTreeSet<Vec<u8>> {
        item.passkeys.iter().map(|one| [&one.credential_id, one.private_key.expose()].concat()).collect()
    };
    compare("passkeys", keys(own).is_subset(&keys(item)));
    for (one, other) in own.passkeys.iter().zip(&item.passkeys) {
        let parts = |of: &Passkey| {
            (
                of.rp_name.clone(),
                of.display_name.clone(),
                of.sign_counter,
                of.discoverable,
                second(of.created_at),
            )
        };
        compare("details of passkeys", parts(one) == parts(other));
    }
    let content = |name: &str| {
        let file = found.files.iter().find(|file| file.name == name)?;
        let mut bytes = Vec::new();
        file.reader().read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    compare(
        "files",
        own.attachments.iter().all(|file| content(&file.name).as_ref() == files.get(&file.name)),
    );
    compare("values that merges replaced", own.superseded.is_empty());
    let is_file = |field: &Field| {
        let bytes = field.value.expose().trim_end().as_bytes();
        let has = |file: Vec<u8>| file.trim_ascii_end() == bytes;
        field.role == Some(Role::PrivateKey)
            && found.files.iter().filter_map(|file| content(&file.name)).any(has)
    };
    for field in own.fields.iter().filter(|field| field.kind != FieldKind::File) {
        if is_file(field) {
            list.insert("built-in fields");
            continue;
        }
        let named = field.role.is_none() && !field.label.is_empty();
        if named || !field.value.is_empty() || !field.history.is_empty() {
            list.extend(lost_of_field(field, &item.fields));
        }
    }
    list
}

/// Words of which a remark on such a loss has one.
fn words(what: &str, item: &Item) -> Vec<String> {
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match what {
        "type" => vec![item.item_type.name().to_owned()],
        "title" => of(&["title"]),
        "addresses" => of(&["url"]),
        "rules of addresses" => of(&["rules of addresses"]),
        "notes" => of(&["notes"]),
        "asks for the password" => of(&["reprompt"]),
        "expiry" => of(&["expires"]),
        "dates" => of(&["modified", "created"]),
        "passkeys" | "details of passkeys" => of(&["passkey"]),
        "files" => of(&["file"]),
        "values that merges replaced" => of(&["a merge replaced"]),
        "built-in fields" => of(&["custom field", "names of their fields", "column “fields”"]),
        "headings" | "names of fields" => of(&["heading", "column “fields”", "names of their fields"]),
        "kinds of fields" => of(&["kind"]),
        "earlier values" => of(&["earlier"]),
        "one-time codes" => of(&["one-time code"]),
        "values of fields" => of(&["control characters", "value"]),
        other => of(&[other]),
    }
}

/// Whether the report says that an item loses something.
fn is_remarked(report: &ExportReport, item: &Item, what: &str) -> bool {
    let words = words(what, item);
    report.remarks.iter().any(|remark| {
        let text = format!("{} {}", remark.field, remark.reason).to_lowercase();
        (remark.position == 0 || item.title.starts_with(remark.title.trim_end_matches('…')))
            && words.iter().any(|word| text.contains(word))
    })
}

/// Exports, reads back, and returns all that is lost. Fails in silence about nothing: what the report leaves out goes to `silent`.
fn losses(
    name: &str,
    items: &mut Items,
    format: ExportFormat,
    silent: &mut BTreeSet<String>,
) -> BTreeSet<&'static str> {
    let originals: Vec<Item> = items.sealed.iter().flatten().map(|one| decode(one).unwrap()).collect();
    let (file, report) = items.write(format);
    let mut found: Vec<Option<ParsedItem>> = parsed(&file).items.into_iter().map(Some).collect();
    let mut all = BTreeSet::new();
    for own in &originals {
        let files: BTreeMap<String, Vec<u8>> = own
            .attachments
            .iter()
            .map(|one| (one.name.clone(), items.documents.get(&one.blob_id).cloned().unwrap_or_default()))
            .collect();
        let candidates =
            found.iter().enumerate().filter_map(|(at, one)| Some((at, lost(own, &files, one.as_ref()?))));
        let Some((at, list)) = candidates.min_by_key(|(_, list)| (list.contains("title"), list.len())) else {
            silent.insert(format!("{name} → {format:?}: “{}” is missing", own.title));
            continue;
        };
        found[at] = None;
        for what in &list {
            if !is_remarked(&report, own, what) {
                silent.insert(format!("{name} → {format:?}: {what} of “{}”", own.title));
            }
        }
        all.extend(list);
    }
    all
}

fn parsed(file: &[u8]) -> ParsedFile {
    opened(file)
}

#[test]
fn nothing_is_lost_in_silence_between_formats() {
    let mut table = String::from("| from | ");
    table.push_str(&FORMATS.map(|(_, name)| name).join(" | "));
    table.push_str(" |\n|---|---|---|---|---|\n");
    let mut silent = BTreeSet::new();
    let sources = std::iter::once(("every type and kind", None));
    for (name, file) in sources.chain(SOURCES.map(|(name, file)| (name, Some(file)))) {
        table.push_str(&format!("| {name} |"));
        for (format, _) in FORMATS {
            let mut items = file.map_or_else(everything, read_source);
            let lost = losses(name, &mut items, format, &mut silent);
            let cell = lost.into_iter().collect::<Vec<_>>().join(", ");
            table.push_str(&format!(" {} |", if cell.is_empty() { "all" } else { &cell }));
        }
        table.push('\n');
    }
    assert!(silent.is_empty(), "lost without a remark:\n{}", Vec::from_iter(silent).join("\n"));
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/round-trip.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("COFFER_WRITE_ROUND_TRIP").is_some() {
        std::fs::write(&page, [before, BEGIN, &table, END, after].concat()).unwrap();
    } else {
        assert_eq!(written, table, "run this test with COFFER_WRITE_ROUND_TRIP=1");
    }
}
