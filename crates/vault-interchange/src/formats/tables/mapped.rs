//! Any other table: the user says what its columns mean. Names that are common are proposed.

use vault_engine::item::{ItemType, Role, SecretText, host};

use super::register::csv_rows;
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::Program,
    importer::{Importer, read_table},
    limits,
    meaning::{Column, Columns, Mapping, Meaning},
    options::Options,
    report::{Outcome, ParsedFile},
    syntax::{
        addresses::addresses,
        escapes::unescaped,
        table::{Cells, Row, Table},
    },
};

/// Registration of the format. No file is of it by itself.
pub(in crate::formats) const IMPORTER: Importer = csv_rows(
    "mapped_csv",
    "Any other CSV",
    &Program { id: "other", name: "Any other program" },
    |_| false,
    read,
);

/// Rows whose values are shown.
const ROWS: usize = 3;
/// Characters of a name or value that are shown.
const SHOWN: usize = 80;

/// Common names of columns, in lower case and without spaces, dashes and underscores, and what they mean.
const NAMES: &[(&[&str], Meaning)] = &[
    (
        &[
            "title",
            "name",
            "account",
            "entry",
            "entryname",
            "label",
            "site",
            "service",
            "titel",
            "bezeichnung",
        ],
        Meaning::Title,
    ),
    (
        &[
            "username",
            "user",
            "login",
            "loginname",
            "userid",
            "loginusername",
            "email",
            "emailaddress",
            "mail",
            "benutzername",
            "benutzer",
        ],
        Meaning::Field(Role::Username),
    ),
    (
        &["password", "pwd", "pass", "loginpassword", "passwort", "kennwort", "secret"],
        Meaning::Field(Role::Password),
    ),
    (
        &[
            "url",
            "urls",
            "website",
            "web",
            "websiteurl",
            "address",
            "loginurl",
            "loginuri",
            "hostname",
            "domain",
            "link",
            "webseite",
            "adresse",
        ],
        Meaning::Addresses,
    ),
    (
        &[
            "note",
            "notes",
            "comment",
            "comments",
            "description",
            "extra",
            "memo",
            "notiz",
            "notizen",
            "kommentar",
        ],
        Meaning::Notes,
    ),
    (
        &["otp", "totp", "otpauth", "otpsecret", "otpurl", "logintotp", "twofactor", "2fa"],
        Meaning::Field(Role::Code),
    ),
    (
        &["folder", "group", "grouping", "category", "vault", "collection", "ordner", "gruppe", "kategorie"],
        Meaning::Folder("/"),
    ),
    (&["tag", "tags", "labels", "schlagwort", "schlagwörter"], Meaning::Tags),
    (&["favorite", "favourite", "favorites", "fav", "starred", "favorit"], Meaning::Favourite),
    (&["archived"], Meaning::Archived),
    (&["created", "createdat", "creationdate", "createtime", "createddate", "erstellt"], Meaning::Created),
    (
        &["modified", "updated", "lastmodified", "modifytime", "updatedat", "modifieddate", "geändert"],
        Meaning::Modified,
    ),
    (&["expires", "expiry", "expirationdate"], Meaning::Expires),
];

/// Returns the meaning that the name of a column suggests.
pub(super) fn suggested(name: &str) -> Option<Meaning> {
    let plain: String =
        name.to_lowercase().chars().filter(|found| !matches!(found, ' ' | '_' | '-' | '.')).collect();
    NAMES.iter().find(|(names, _)| names.contains(&plain.as_str())).map(|(_, meaning)| *meaning)
}

/// Whether the first row has names of columns: two of its values are common names, or one is that of passwords and the others
/// look like names. Values that are taken for names would be shown.
fn has_header(first: &[SecretText]) -> bool {
    let looks_like_a_name = |text: &str| {
        text.chars().all(|found| found.is_alphabetic() || " _-.:/()".contains(found)) && host(text).is_none()
    };
    let common: Vec<Meaning> = first.iter().filter_map(|name| suggested(name.expose())).collect();
    match common.as_slice() {
        [Meaning::Field(Role::Password)] => first.iter().all(|name| looks_like_a_name(name.expose())),
        [] | [_] => false,
        _ => true,
    }
}

/// Opens a table with the names of its columns; those without a name have their number.
fn open(text: &str, header: Option<bool>) -> Result<(bool, Table<'_>, Vec<String>), ImportError> {
    let header = match header {
        Some(header) => header,
        None => has_header(&Table::of_any(text, false)?.1),
    };
    let (table, first) = Table::of_any(text, header)?;
    let named = (1..).zip(first).map(|(at, name)| match name.expose() {
        name if header && !name.is_empty() => name.to_owned(),
        _ => format!("column {at}"),
    });
    Ok((header, table, named.collect()))
}

/// Reads the columns of a table with their first values; `header` is guessed if it is not given.
pub(crate) fn columns(text: &str, header: Option<bool>) -> Result<Columns, ImportError> {
    let (header, mut table, names) = open(text, header)?;
    let width = names.len();
    let mut columns: Vec<Column> = Vec::new();
    for name in names.into_iter().take(limits::COLUMNS_SHOWN) {
        let meaning = suggested(&name).filter(|_| header);
        // Two columns of one meaning are seldom meant.
        let again = columns.iter().any(|column| Some(column.meaning) == meaning);
        let meaning = meaning.filter(|_| !again).unwrap_or(Meaning::Custom);
        let name = name.chars().take(SHOWN).collect();
        columns.push(Column { name, samples: Vec::new(), meaning });
    }
    for _ in 0..ROWS {
        let Some(row) = table.next()? else { break };
        let Row::Good { cells, .. } = row else { continue };
        for (column, value) in columns.iter_mut().zip(cells.into_values()) {
            if !value.is_empty() {
                let shown: String = value.expose().chars().take(SHOWN).collect();
                column.samples.push(SecretText::new(shown));
            }
        }
    }
    Ok(Columns { header, width, western: false, columns })
}

fn read(text: &str, options: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let (header, meanings) = match &options.mapping {
        Some(Mapping { header, columns }) => (*header, columns.clone()),
        None => {
            let proposed = columns(text, None)?;
            (proposed.header, proposed.columns.iter().map(|column| Some(column.meaning)).collect())
        }
    };
    let (_, table, names) = open(text, Some(header))?;
    for (name, _) in names.iter().zip(&meanings).filter(|(_, meaning)| meaning.is_none()) {
        import.remark(0, "", name, Outcome::NotKept, "This column was left out as you chose.");
    }
    read_table(table, import, |import, position, cells| {
        read_row(import, position, cells, &names, &meanings, options)
    })
}

fn read_row(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut cells: Cells,
    names: &[String],
    meanings: &[Option<Meaning>],
    options: &Options,
) -> Result<(), ImportError> {
    if options.unescape {
        cells.replace(|_, value| unescaped(value));
    }
    let mut values: Vec<SecretText> = cells.into_values().collect();
    let is_wanted = |at: usize| !matches!(meanings.get(at), Some(None));
    if !values.iter().enumerate().any(|(at, value)| !value.is_empty() && is_wanted(at)) {
        import.skip_row(position, "All columns that this row has values of were left out.");
        return Ok(());
    }
    let filled = |of: fn(Meaning) -> bool| {
        let with = values.iter().zip(meanings).filter(|(value, _)| !value.is_empty());
        with.into_iter().any(|(_, meaning)| meaning.is_some_and(of))
    };
    let is_note = filled(|meaning| meaning == Meaning::Notes)
        && !filled(|meaning| matches!(meaning, Meaning::Field(_) | Meaning::Addresses));
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    let mut item = ItemBuilder::new(import, position, item_type);
    for ((value, meaning), name) in values.iter_mut().zip(meanings).zip(names) {
        if *meaning == Some(Meaning::Title) {
            item.put(name, Meaning::Title, std::mem::replace(value, SecretText::from("")));
        }
    }
    let first_of = |of: Meaning| {
        let mut with = values.iter().zip(meanings).filter(|(value, _)| !value.is_empty());
        with.find(|(_, meaning)| **meaning == Some(of)).map(|(value, _)| value.expose())
    };
    let address = first_of(Meaning::Addresses).and_then(|list| list.lines().flat_map(addresses).next());
    item.default_title(&address.and_then(host).unwrap_or_default());
    item.default_title(first_of(Meaning::Field(Role::Username)).unwrap_or_default());
    for (at, value) in values.into_iter().enumerate() {
        match (names.get(at), meanings.get(at)) {
            (Some(name), Some(Some(meaning))) => item.put(name, *meaning, value),
            (Some(_), Some(None)) => {}
            // Beyond the header, or of a column without a choice.
            (Some(name), None) => item.unknown_text(name, value),
            (None, _) => item.unknown_text(&format!("column {}", at + 1), value),
        }
    }
    item.finish()
}
