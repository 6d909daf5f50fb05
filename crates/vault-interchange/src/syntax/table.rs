//! Tables of comma-separated values (RFC 4180), read row by row.
//!
//! Strict about quotes, where a lenient reader would silently read the rest of the file as one value: a row that breaks
//! the rules is returned as bad, and reading goes on with the next line (`docs/decisions/0006-own-reader-of-tables.md`).

use std::collections::VecDeque;

use thiserror::Error;
use vault_engine::item::SecretText;

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
    /// The names of the columns, in lower case.
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

/// The values of a row by column; importers take out those that they know, so that unknown ones remain.
pub(crate) struct Cells(VecDeque<(String, SecretText)>);

impl Cells {
    /// Takes the value of a column out, or an empty one. Of a repeated column the first is taken.
    pub(crate) fn take(&mut self, column: &str) -> SecretText {
        let at = self.0.iter().position(|(name, _)| name == column);
        at.and_then(|at| self.0.remove(at)).map_or(SecretText::new(String::new()), |(_, value)| value)
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
    Table::new(text).ok().map(|table| table.columns)
}

/// Whether each of these columns is there.
pub(crate) fn has_all(columns: &[String], names: &[&str]) -> bool {
    names.iter().all(|name| columns.iter().any(|column| column == name))
}

impl<'t> Table<'t> {
    /// Reads the header; the separator is the first comma, semicolon or tab in it.
    pub(crate) fn new(text: &'t str) -> Result<Self, ImportError> {
        let separator = text
            .bytes()
            .take_while(|byte| *byte != b'\n')
            .find(|byte| matches!(byte, b',' | b';' | b'\t'))
            .unwrap_or(b',');
        let header = read_row(text, separator).map_err(|_| ImportError::Malformed { line: 1, column: 0 })?;
        let columns = header.cells.iter().map(|cell| cell.expose().trim().to_lowercase()).collect();
        Ok(Self { text, separator, columns, at: header.length, position: 0, reread_budget: text.len() })
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
            return match read_row(rest, self.separator) {
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
fn read_row(text: &str, separator: u8) -> Result<RawRow, BadRow> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, end) = read_cell(text, at, separator)?;
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
fn read_cell(text: &str, start: usize, separator: u8) -> Result<(SecretText, usize), BadRow> {
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
    let (mut at, mut doubled) = (0, false);
    loop {
        match within.get(at) {
            None => return Err(BadRow { error: RowError::UnclosedQuote, read: text.len() }),
            Some(_) if at > limits::ITEM_BYTES => {
                return Err(BadRow { error: RowError::QuoteTooLong, read: start + at });
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
    let value = if doubled { SecretText::new(value.replace("\"\"", "\"")) } else { SecretText::from(value) };
    Ok((value, start + at + 2))
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
        assert_eq!(rows(text), ["a=1,\"x\"|b=2", "a=a\nb|b=", "a=5\" disk|b=", "a=last|b="]);
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
