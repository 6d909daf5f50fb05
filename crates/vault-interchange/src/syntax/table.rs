//! Tables of comma-separated values (RFC 4180), read row by row.
//!
//! Strict about quotes, where a lenient reader would silently read the rest of the file as one value: a row that breaks
//! the rules is returned as bad, and reading goes on with the next line (`docs/decisions/0006-own-reader-of-tables.md`).

use std::collections::VecDeque;

use thiserror::Error;
use vault_engine::item::SecretText;

use super::separator;
use crate::{error::ImportError, limits};

/// How a row breaks the rules; the texts are whole sentences for remarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RowError {
    /// Longer than [`limits::ITEM_BYTES`] or wider than [`limits::COLUMNS`].
    #[error("The row is larger than any that an export has.")]
    TooLarge,
    /// A byte that is not text.
    #[error("The row contains a NUL byte.")]
    NulByte,
    /// A quoted value that does not end at a separator or line end.
    #[error("There is text after a closing quotation mark.")]
    TextAfterQuote,
    /// A quotation mark without its partner in the rest of the file.
    #[error("A quotation mark is opened and never closed.")]
    UnclosedQuote,
    /// A quotation mark without its partner within [`limits::ITEM_BYTES`].
    #[error("A quotation mark is opened and not closed within the length of a row.")]
    QuoteTooLong,
}

/// The rows of a file below its header.
pub(crate) struct Table<'t> {
    text: &'t str,
    separator: u8,
    /// Whether a backslash before a quotation mark or a backslash makes it part of a quoted value.
    backslashes: bool,
    /// The names of the columns; none in a table without a header.
    columns: Vec<String>,
    at: usize,
    position: u32,
    /// Bytes that may still be read again after bad rows; bounds the time for a file made of quotes.
    reread_budget: usize,
}

/// A row of a table.
pub(crate) enum Row {
    /// A row that follows the rules.
    Good {
        /// Its number below the header, from 1.
        position: u32,
        /// Its values.
        cells: Cells,
    },
    /// A row that breaks the rules.
    Bad {
        /// Its number below the header, from 1.
        position: u32,
        /// The rule that it breaks.
        error: RowError,
    },
}

/// The values of a row by column; importers take out those that they know, so that unknown ones remain. The names that they
/// use are in lower case; those in the file may be in any.
pub(crate) struct Cells(VecDeque<(String, SecretText)>);

impl Cells {
    /// Takes the value of a column out, or an empty one. Of a repeated column the first is taken.
    pub(crate) fn take(&mut self, column: &str) -> SecretText {
        let at = self.0.iter().position(|(name, _)| is_named(name, column));
        at.and_then(|at| self.0.remove(at)).map_or(SecretText::new(String::new()), |(_, value)| value)
    }

    /// Returns the value of a column without taking it out, or an empty one.
    pub(crate) fn get(&self, column: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| is_named(name, column));
        found.map(|(_, value)| value.expose()).unwrap_or_default()
    }

    /// Whether the value of a column, or of another one, is not empty.
    pub(crate) fn has_any(&self, columns: &[&str]) -> bool {
        columns.iter().any(|column| !self.get(column).is_empty())
    }

    /// The names of the columns that the row has a value for.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Replaces values; those for which the function returns `None` stay.
    pub(crate) fn replace(&mut self, with: impl Fn(&str, &str) -> Option<SecretText>) {
        for (name, value) in &mut self.0 {
            if let Some(other) = with(name, value.expose()) {
                *value = other;
            }
        }
    }

    /// Takes out the first value whose column has a name that a function accepts, with that name.
    pub(crate) fn take_where(&mut self, accepts: impl Fn(&str) -> bool) -> Option<(String, SecretText)> {
        let at = self.0.iter().position(|(name, _)| accepts(name))?;
        self.0.remove(at)
    }

    /// Returns all values, in the order of the file.
    pub(crate) fn into_values(self) -> impl Iterator<Item = SecretText> {
        self.0.into_iter().map(|(_, value)| value)
    }

    /// Returns the values that were not taken and are not empty.
    pub(crate) fn into_rest(self) -> impl Iterator<Item = (String, SecretText)> {
        self.0.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Whether every value is empty.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.iter().all(|(_, value)| value.is_empty())
    }
}

/// Returns the names of the columns of a table in lower case, or `None` if the first row breaks the rules.
pub(crate) fn columns(text: &str) -> Option<Vec<String>> {
    Table::new(text).ok().map(|table| table.columns.iter().map(|name| name.to_lowercase()).collect())
}

/// Whether the name of a column in a file is this one, which is in lower case.
fn is_named(name: &str, column: &str) -> bool {
    name.eq_ignore_ascii_case(column)
}

/// Whether each of these columns is there.
pub(crate) fn has_all(columns: &[String], names: &[&str]) -> bool {
    names.iter().all(|name| columns.iter().any(|column| column == name))
}

impl<'t> Table<'t> {
    /// Reads the header; the separator is the first comma, semicolon or tab in it.
    pub(crate) fn new(text: &'t str) -> Result<Self, ImportError> {
        let mut table = Self::without_header(text);
        let header = read_row(text, table.separator, false)
            .map_err(|_| ImportError::Malformed { line: 1, column: 0 })?;
        table.columns = header.cells.iter().map(|cell| cell.expose().trim().to_owned()).collect();
        table.at = header.length;
        Ok(table)
    }

    /// Reads a table whose first row is an item.
    pub(crate) fn without_header(text: &'t str) -> Self {
        let separator = text
            .bytes()
            .take_while(|byte| *byte != b'\n')
            .find(|byte| matches!(byte, b',' | b';' | b'\t'))
            .unwrap_or(b',');
        let reread_budget = text.len();
        Self { text, separator, backslashes: false, columns: Vec::new(), at: 0, position: 0, reread_budget }
    }

    /// Reads a table of any program and returns it with the values of its first row, which are the names of the columns if it
    /// has a header.
    pub(crate) fn of_any(text: &'t str, header: bool) -> Result<(Self, Vec<SecretText>), ImportError> {
        let (separator, start) = separator::find(text);
        let mut table = Self { separator, at: start, ..Self::without_header(text) };
        let first = read_row(text.get(start..).unwrap_or_default(), separator, false)
            .map_err(|_| ImportError::Malformed { line: 1, column: 0 })?;
        let names: Vec<SecretText> =
            first.cells.iter().map(|cell| SecretText::from(cell.expose().trim())).collect();
        if header {
            table.columns = names.iter().map(|name| name.expose().to_owned()).collect();
            table.at = start + first.length;
        }
        Ok((table, names))
    }

    /// Reads quoted values in which a backslash before a quotation mark makes it part of the value.
    pub(crate) const fn with_backslashes(mut self, backslashes: bool) -> Self {
        self.backslashes = backslashes;
        self
    }

    /// Returns the next row, skipping empty lines. Fails beyond [`limits::ITEMS`], or after reading too much again.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, ImportError> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(None);
            }
            let empty_line = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            if empty_line > 0 {
                self.at += empty_line;
                continue;
            }
            self.position += 1;
            if self.position as usize > limits::ITEMS {
                return Err(ImportError::TooManyItems);
            }
            let position = self.position;
            return match read_row(rest, self.separator, self.backslashes) {
                Ok(row) => {
                    self.at += row.length;
                    Ok(Some(Row::Good { position, cells: self.name_cells(row.cells) }))
                }
                Err(BadRow { error, read }) => {
                    self.skip_line(rest, read)?;
                    Ok(Some(Row::Bad { position, error }))
                }
            };
        }
    }

    fn name_cells(&self, cells: Vec<SecretText>) -> Cells {
        let names = self.columns.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let named = names.zip(cells).enumerate().map(|(at, (name, cell))| {
            let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("column {}", at + 1));
            (name, cell)
        });
        Cells(named.collect())
    }

    fn skip_line(&mut self, rest: &str, read: usize) -> Result<(), ImportError> {
        let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at += line;
        match self.reread_budget.checked_sub(read.saturating_sub(line)) {
            Some(left) => {
                self.reread_budget = left;
                Ok(())
            }
            None => {
                let before = self.text.get(..self.at).unwrap_or_default();
                Err(ImportError::Malformed { line: before.matches('\n').count() as u64, column: 0 })
            }
        }
    }
}

struct RawRow {
    cells: Vec<SecretText>,
    /// Bytes of the row, the end of its line included.
    length: usize,
}

struct BadRow {
    error: RowError,
    /// Bytes that were read.
    read: usize,
}

/// Reads one row from the beginning of a text.
fn read_row(text: &str, separator: u8, backslashes: bool) -> Result<RawRow, BadRow> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, end) = read_cell(text, at, separator, backslashes)?;
        if cell.expose().contains('\0') {
            return Err(BadRow { error: RowError::NulByte, read: end });
        }
        cells.push(cell);
        if cells.len() > limits::COLUMNS || end > limits::ITEM_BYTES {
            return Err(BadRow { error: RowError::TooLarge, read: end });
        }
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        match rest {
            [byte, ..] if *byte == separator => at = end + 1,
            [b'\r', b'\n', ..] => return Ok(RawRow { cells, length: end + 2 }),
            [b'\r' | b'\n', ..] => return Ok(RawRow { cells, length: end + 1 }),
            [] => return Ok(RawRow { cells, length: end }),
            _ => return Err(BadRow { error: RowError::TextAfterQuote, read: end }),
        }
    }
}

/// Reads the value at an offset; returns it with the offset of its end.
fn read_cell(
    text: &str,
    start: usize,
    separator: u8,
    backslashes: bool,
) -> Result<(SecretText, usize), BadRow> {
    let rest = text.get(start..).unwrap_or_default();
    let Some(quoted) = rest.strip_prefix('"') else {
        let ends = |byte: &u8| *byte == separator || matches!(byte, b'\r' | b'\n');
        let length = rest.as_bytes().iter().position(ends).unwrap_or(rest.len());
        if length > limits::ITEM_BYTES {
            return Err(BadRow { error: RowError::TooLarge, read: start + length });
        }
        return Ok((SecretText::from(rest.get(..length).unwrap_or_default()), start + length));
    };
    let within = quoted.as_bytes();
    let (mut at, mut doubled, mut escaped) = (0, false, false);
    loop {
        match within.get(at) {
            None => return Err(BadRow { error: RowError::UnclosedQuote, read: text.len() }),
            Some(_) if at > limits::ITEM_BYTES => {
                return Err(BadRow { error: RowError::QuoteTooLong, read: start + at });
            }
            Some(b'\\') if backslashes && matches!(within.get(at + 1), Some(b'"' | b'\\')) => {
                escaped = true;
                at += 2;
            }
            Some(b'"') if within.get(at + 1) == Some(&b'"') => {
                doubled = true;
                at += 2;
            }
            Some(b'"') => break,
            Some(_) => at += 1,
        }
    }
    let value = quoted.get(..at).unwrap_or_default();
    let value = match (doubled, escaped) {
        (_, true) => SecretText::new(without_backslashes(value)),
        (true, false) => SecretText::new(value.replace("\"\"", "\"")),
        (false, false) => SecretText::from(value),
    };
    Ok((value, start + at + 2))
}

/// Removes the backslash, or the mark, that stands before a quotation mark or a backslash.
fn without_backslashes(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars().peekable();
    while let Some(found) = rest.next() {
        let escaped = match found {
            '\\' => rest.next_if(|next| matches!(next, '"' | '\\')),
            '"' => rest.next_if_eq(&'"'),
            _ => None,
        };
        text.push(escaped.unwrap_or(found));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each good row as `column=value` pairs, each bad one as its reason.
    fn rows(text: &str) -> Vec<String> {
        let mut table = Table::new(text).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = table.next().unwrap() {
            rows.push(match row {
                Row::Good { cells, .. } => {
                    let pairs = cells.0.iter().map(|(name, value)| format!("{name}={}", value.expose()));
                    pairs.collect::<Vec<_>>().join("|")
                }
                Row::Bad { error, .. } => error.to_string(),
            });
        }
        rows
    }

    #[test]
    fn quoted_values_may_contain_separators_line_ends_and_doubled_quotes() {
        let text = "A, b\r\n\"1,\"\"x\"\"\",2\r\n\"a\nb\",\"\"\n5\" disk,\rlast,";
        assert_eq!(rows(text), ["A=1,\"x\"|b=2", "A=a\nb|b=", "A=5\" disk|b=", "A=last|b="]);
    }

    #[test]
    fn rows_may_have_fewer_or_more_values_than_the_header() {
        assert_eq!(rows("a,,c\n1\n\n1,2,3,4\n"), ["a=1", "a=1|column 2=2|c=3|column 4=4"]);
    }

    #[test]
    fn header_selects_semicolon_or_tab_as_separator() {
        assert_eq!(rows("a;b\n1,5;2"), ["a=1,5|b=2"]);
        assert_eq!(rows("a\tb\n1\t2;"), ["a=1|b=2;"]);
    }

    #[test]
    fn a_bad_row_does_not_affect_the_next_line() {
        let text = "a,b\n1,2\n\"x\"y,3\n4,5\nz\0,6\n\"7,8\n9,10";
        let found = rows(text);
        assert_eq!(found[0], "a=1|b=2");
        assert_eq!(found[1], "There is text after a closing quotation mark.");
        assert_eq!(found[2], "a=4|b=5");
        assert_eq!(found[3], "The row contains a NUL byte.");
        assert_eq!(found[4], "A quotation mark is opened and never closed.");
        assert_eq!(found[5], "a=9|b=10");
    }

    #[test]
    fn a_file_of_quotes_is_refused_after_reading_it_twice() {
        let text = format!("a,b\n{}", "x\",\"\n".repeat(100_000));
        let mut table = Table::new(&text).unwrap();
        let mut bad = 0;
        let error = loop {
            match table.next() {
                Ok(row) => bad += u32::from(matches!(row, Some(Row::Bad { .. }))),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, ImportError::Malformed { .. }));
        assert!(bad < 100, "{bad} rows were read");
    }

    #[test]
    fn a_backslash_escapes_marks_where_a_program_writes_so() {
        let text = "a,b\n\"x\\\"y\\\\\",\"c:\\p\"\"\"\n";
        let mut table = Table::new(text).unwrap().with_backslashes(true);
        let Some(Row::Good { mut cells, .. }) = table.next().unwrap() else { panic!("no row") };
        assert_eq!(cells.take("a").expose(), "x\"y\\");
        assert_eq!(cells.take("b").expose(), "c:\\p\"");
        assert!(matches!(Table::new(text).unwrap().next().unwrap(), Some(Row::Bad { .. })));
    }

    #[test]
    fn a_table_without_a_header_begins_with_its_first_row() {
        let mut table = Table::without_header("1,2\n3");
        let Some(Row::Good { cells, .. }) = table.next().unwrap() else { panic!("no row") };
        assert_eq!(
            cells.into_values().map(|value| value.expose().to_owned()).collect::<Vec<_>>(),
            ["1", "2"]
        );
    }

    #[test]
    fn a_value_is_taken_once() {
        let mut table = Table::new("a,b,a\n1,2,3").unwrap();
        let Some(Row::Good { mut cells, .. }) = table.next().unwrap() else { panic!("no row") };
        assert_eq!(cells.take("a").expose(), "1");
        assert!(cells.take("c").is_empty());
        let rest: Vec<_> =
            cells.into_rest().map(|(name, value)| format!("{name}={}", value.expose())).collect();
        assert_eq!(rest, ["b=2", "a=3"]);
    }
}
