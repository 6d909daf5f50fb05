//! The description of a table, and its reader.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, host};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    meaning::Meaning,
    options::Options,
    syntax::{
        addresses::addresses,
        table::{self, Cells, Row, Table},
    },
};

/// What becomes of columns that a layout does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// The program has custom fields, which are columns: they are custom fields.
    Custom,
    /// They are not known; they are kept with a remark.
    Unknown,
}

/// The columns of a table, with their names in lower case, and how rows become items.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Columns without which a table is not of this layout.
    pub(super) required: &'static [&'static str],
    /// The most columns that it has.
    pub(super) most: usize,
    /// Whether a table with other columns is not of this layout.
    pub(super) closed: bool,
    /// What the columns mean, in the order in which they are put into the item.
    pub(super) columns: &'static [(&'static str, Meaning)],
    /// What becomes of others.
    pub(super) rest: Rest,
    /// Whether backslashes escape quotation marks.
    pub(super) backslashes: bool,
    /// Changes values before anything is read from them.
    pub(super) prepare: fn(&mut Cells, &Options),
    /// The path of a folder, if a row is one and no item.
    pub(super) folder_row: fn(&Cells) -> Option<String>,
    /// The type of the item.
    pub(super) item_type: fn(&Cells) -> ItemType,
    /// Takes values out that their column alone does not explain.
    pub(super) special: fn(&mut ItemBuilder<'_, '_>, &mut Cells),
    /// The label of a custom field, from the name of its column.
    pub(super) label: fn(&str) -> &str,
}

impl Layout {
    /// What most layouts have in common.
    pub(super) const BASE: Self = Self {
        required: &[],
        most: usize::MAX,
        closed: false,
        columns: &[],
        rest: Rest::Unknown,
        backslashes: false,
        prepare: |_, _| {},
        folder_row: |_| None,
        item_type: login_or_note,
        special: |_, _| {},
        label: |name| name,
    };

    /// Whether a table with these columns, in lower case, is of this layout.
    pub(crate) fn recognises(&self, columns: &[String]) -> bool {
        columns.len() <= self.most
            && table::has_all(columns, self.required)
            && (!self.closed || columns.iter().all(|column| self.names().contains(&column.as_str())))
    }

    /// The names of all columns that it knows.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names = self.required.to_vec();
        for (name, _) in self.columns {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether backslashes escape quotation marks.
    pub(crate) const fn backslashes(&self) -> bool {
        self.backslashes
    }

    /// Reads one row; the number is its position below the header, from 1.
    pub(crate) fn read_row(
        &self,
        import: &mut ImportBuilder<'_>,
        position: u32,
        mut cells: Cells,
        options: &Options,
    ) -> Result<(), ImportError> {
        (self.prepare)(&mut cells, options);
        if let Some(path) = (self.folder_row)(&cells) {
            import.add_folder(&path);
            return Ok(());
        }
        let item_type = (self.item_type)(&cells);
        let mut item = ItemBuilder::new(import, position, item_type);
        self.titles(&mut item, &mut cells);
        (self.special)(&mut item, &mut cells);
        for (column, meaning) in self.columns {
            let value = cells.take(column);
            match meaning {
                Meaning::NotNeeded(reason) if !value.is_empty() => item.count_dropped(column, reason),
                _ => item.put(column, *meaning, value),
            }
        }
        for (column, value) in cells.into_rest() {
            let label = (self.label)(&column);
            match self.rest {
                Rest::Custom => item.own_text(label, FieldKind::Concealed, value),
                Rest::Unknown => item.unknown_text(label, value),
            }
        }
        item.finish()
    }

    /// Sets the title; without one the host, the address or the user name stands in.
    fn titles(&self, item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
        for (column, meaning) in self.columns {
            if *meaning == Meaning::Title {
                item.put(column, Meaning::Title, cells.take(column));
            }
        }
        for (column, meaning) in self.columns {
            if *meaning == Meaning::Addresses
                && let Some(first) = cells.get(column).lines().flat_map(addresses).next()
            {
                item.default_title(&host(first).unwrap_or_default());
            }
        }
        for (column, meaning) in self.columns {
            if matches!(meaning, Meaning::Field(Role::Username | Role::Email)) {
                item.default_title(cells.get(column));
            }
        }
    }
}

/// The type of a row that has no column for it: a note if it has nothing but a text.
pub(super) fn login_or_note(cells: &Cells) -> ItemType {
    let has_notes = cells.has_any(&["note", "notes", "comments", "extra", "description"]);
    let columns = [
        "username",
        "password",
        "url",
        "login",
        "pwd",
        "login name",
        "web site",
        "user",
        "user id",
        "email",
        "login_username",
        "login_password",
        "login_urls",
        "login_totp",
        "totp",
        "otp",
        "otpauth",
        "otpsecret",
        "otpurl",
        "secret url",
    ];
    if has_notes && !cells.has_any(&columns) { ItemType::Note } else { ItemType::Login }
}

/// Whether in a table without a header the value at an index is an address or empty, in all of its first rows, which have a width
/// that is accepted.
pub(super) fn has_addresses(text: &str, at: usize, width: impl Fn(usize) -> bool) -> bool {
    /// Enough to tell such a table from a text.
    const ROWS: usize = 200;
    let mut table = Table::without_header(text);
    let (mut rows, mut addresses) = (0, 0);
    while rows < ROWS
        && let Ok(Some(row)) = table.next()
    {
        let Row::Good { cells, .. } = row else { return false };
        rows += 1;
        let values: Vec<SecretText> = cells.into_values().collect();
        let address = values.get(at).map(|value| value.expose().trim()).unwrap_or_default();
        match host(address) {
            _ if !width(values.len()) => return false,
            Some(_) => addresses += 1,
            None if address.is_empty() => {}
            None => return false,
        }
    }
    addresses > 0
}
