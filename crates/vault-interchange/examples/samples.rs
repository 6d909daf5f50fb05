//! Imports every file below a folder of real exports and compares those listed here with the expected result.
//!
//! Run by `cargo xtask samples DIR`. A listed file that is missing or gives another result is a failure; for any other file
//! the result or the error is printed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, ItemType, Role, encode};
use vault_interchange::{ImportError, Outcome, ParsedFile, import_file};
use vault_testkit::FixedRng;

/// The part of an item that is compared.
#[derive(Clone, Copy)]
enum Part {
    /// The built-in field with a role.
    BuiltIn(Role),
    /// The custom field with a label.
    Custom(&'static str),
    /// The folder.
    Folder,
    /// The number of addresses, in digits.
    AddressCount,
    /// The first address.
    Address,
    /// The first line of the notes.
    NotesBegin,
}

use Part::{Address, AddressCount, BuiltIn, Custom, Folder, NotesBegin};

/// The expected result of an import.
struct Import {
    /// The id of the format.
    format: &'static str,
    /// Numbers of logins, notes, cards and identities.
    counts: [usize; 4],
    folders: usize,
    /// Numbers of remarks: kept as a custom field, not kept, row skipped.
    remarks: [usize; 3],
    /// Title, part, value.
    values: &'static [(&'static str, Part, &'static str)],
}

/// The expected result for a file.
enum Expected {
    Import(Import),
    Refusal(ImportError),
}

const NOTE_BEGINS: &str = "This is a multiline note entry. Cube shank petroleum guacamole dart mower";

fn expectations() -> Vec<(&'static str, Expected)> {
    let bitwarden: &[_] = &[
        ("aib", BuiltIn(Role::Username), "dpbx@fner.ws"),
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
        ("aib", Custom("pin"), "462916"),
        ("aib", Custom("oldpin"), "489019"),
        ("aib", Folder, "Bank"),
        ("aib", Address, "https://onlinebanking.aib.ie"),
        ("dpbx@fner.ws", Folder, "Emails/WS"),
        ("dpbx@fner.ws", NotesBegin, "For financial purpose only!"),
        ("empty password", BuiltIn(Role::Password), ""),
        ("note", NotesBegin, NOTE_BEGINS),
    ];
    let chrome: &[_] = &[
        ("aib", BuiltIn(Role::Username), "dpbx@fner.ws"),
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
        ("dpbx@klivak.xb", NotesBegin, "This is a garbage address"),
        ("mastodon.social", Address, "https://mastodon.social/"),
        ("note", NotesBegin, NOTE_BEGINS),
    ];
    let firefox: &[_] = &[
        ("news.ycombinator.com", BuiltIn(Role::Username), "ostqxi"),
        ("news.ycombinator.com", Address, "https://news.ycombinator.com"),
        ("mastodon.social", BuiltIn(Role::Password), r"D<INNeT?#?Bf4%`zA/4i!/'$T"),
    ];
    let every_type: &[_] = &[
        ("My Secure Note", NotesBegin, "1st line of secure note"),
        ("My Secure Note", Folder, "My Folder"),
        ("Card Name", BuiltIn(Role::CardNumber), "1234567891011121"),
        ("Card Name", BuiltIn(Role::CardExpiry), "2021-10"),
        ("Card Name", Custom("Hidden Field"), "hidden-field-value"),
        ("My Identity", BuiltIn(Role::Region), "CA"),
        ("My Identity", BuiltIn(Role::NationalId), "123-12-1234"),
        ("My Identity", Custom("Username"), "myusername"),
        ("Login Name", BuiltIn(Role::Username), "myusername@gmail.com"),
        ("Login Name", AddressCount, "3"),
    ];
    let import = |format, counts, folders, remarks, values| {
        Expected::Import(Import { format, counts, folders, remarks, values })
    };
    vec![
        ("bitwarden/individual.json", import("bitwarden_json", [12, 2, 0, 0], 6, [0, 1, 0], bitwarden)),
        ("bitwarden/individual.csv", import("bitwarden_csv", [12, 2, 0, 0], 6, [0, 0, 0], bitwarden)),
        ("bitwarden/keepassxc-case.json", import("bitwarden_json", [1, 1, 1, 1], 2, [1, 1, 0], every_type)),
        ("bitwarden/password-protected-pbkdf2.json", Expected::Refusal(ImportError::PasswordProtected)),
        ("csv/chrome.csv", import("chrome_csv", [14, 0, 0, 0], 0, [0, 0, 0], chrome)),
        ("csv/firefox.csv", import("firefox_csv", [14, 0, 0, 0], 0, [0, 2, 0], firefox)),
    ]
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: samples DIR");
        return ExitCode::FAILURE;
    };
    let mut files = Vec::new();
    if let Err(error) = list(&folder, &mut files) {
        eprintln!("{}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    files.sort();
    let mut expectations = expectations();
    let mut faults = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let found = import_file(file, Timestamp(0), &mut FixedRng::new(1));
        println!("{name}: {}", describe(&found));
        let at = expectations.iter().position(|(expected, _)| *expected == name);
        let expected = at.map(|at| expectations.swap_remove(at).1);
        faults.extend(compare(&found, expected.as_ref()).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    faults.extend(expectations.iter().map(|(name, _)| format!("{name}: the file is missing")));
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Lists all files below a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn describe(found: &Result<ParsedFile, ImportError>) -> String {
    match found {
        Ok(parsed) => {
            let [logins, notes, cards, identities] = counts(parsed);
            let [kept, lost, skipped] = remarks(parsed);
            format!(
                "{}, {logins} logins, {notes} notes, {cards} cards, {identities} identities, {} folders, {} values mapped; \
                 {kept} kept as custom fields, {lost} not kept, {skipped} rows skipped",
                parsed.format.name,
                parsed.folders.len(),
                parsed.fields_mapped,
            )
        }
        Err(error) => format!("refused: {error}"),
    }
}

fn counts(parsed: &ParsedFile) -> [usize; 4] {
    [ItemType::Login, ItemType::Note, ItemType::Card, ItemType::Identity]
        .map(|of| parsed.items.iter().filter(|parsed| parsed.item.item_type == of).count())
}

fn remarks(parsed: &ParsedFile) -> [usize; 3] {
    [Outcome::KeptAsCustomField, Outcome::NotKept, Outcome::RowSkipped]
        .map(|of| parsed.remarks.iter().filter(|remark| remark.outcome == of).count())
}

/// Returns the differences from the expected result.
fn compare(found: &Result<ParsedFile, ImportError>, expected: Option<&Expected>) -> Vec<String> {
    let mut faults = Vec::new();
    if let Ok(parsed) = found {
        let unfit = parsed.items.iter().filter(|parsed| encode(&parsed.item).is_err());
        faults.extend(unfit.map(|parsed| format!("item {} cannot be encoded", parsed.position)));
    }
    match (found, expected) {
        (_, None) => {}
        (Ok(parsed), Some(Expected::Import(expected))) => faults.extend(compare_import(parsed, expected)),
        (Err(error), Some(Expected::Refusal(expected))) if error == expected => {}
        (_, Some(Expected::Refusal(expected))) => faults.push(format!("should be refused: {expected}")),
        (Err(_), Some(Expected::Import(_))) => faults.push("should be imported".to_owned()),
    }
    faults
}

fn compare_import(parsed: &ParsedFile, expected: &Import) -> Vec<String> {
    let Import { format, counts: by_type, folders, remarks: by_outcome, values } = expected;
    let mut faults = Vec::new();
    let mut check = |what: &str, good: bool| {
        if !good {
            faults.push(format!("{what} differ from the expected result"));
        }
    };
    check("format", parsed.format.id == *format);
    check("counts of items", counts(parsed) == *by_type);
    check("folders", parsed.folders.len() == *folders);
    check("counts of remarks", remarks(parsed) == *by_outcome);
    for (title, part, value) in *values {
        let item = parsed.items.iter().map(|parsed| &parsed.item).find(|item| item.title == *title);
        let found = item.map(|item| read(item, *part)).unwrap_or_default();
        check(&format!("values of “{title}”"), item.is_some() && found == *value);
    }
    faults
}

fn read(item: &Item, part: Part) -> String {
    match part {
        BuiltIn(role) => item.value(role).unwrap_or_default().to_owned(),
        Custom(label) => {
            let field = item.fields.iter().find(|field| field.role.is_none() && field.label == label);
            field.map(|field| field.value.expose().to_owned()).unwrap_or_default()
        }
        Folder => item.folder.clone().unwrap_or_default(),
        AddressCount => item.urls.len().to_string(),
        Address => item.urls.first().cloned().unwrap_or_default(),
        NotesBegin => item.notes.expose().lines().next().unwrap_or_default().to_owned(),
    }
}
