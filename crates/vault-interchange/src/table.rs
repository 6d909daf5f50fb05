//! Tables of comma-separated values (RFC 4180), read row by row.
//!
//! Strict about quotes where a lenient reader would swallow the rest of the file without a word: a row that breaks the
//! rules is handed out as bad, and reading goes on with the next line.

use std::collections::VecDeque;

use vault_engine::item::SecretText;

use crate::{Format, ImportError, Parsed, gather::Gather, limits};

const TOO_LARGE: &str = "The row is larger than any that an export has.";

/// The rows of a file below its header.
struct Table<'t> {
    text: &'t str,
    separator: u8,
    /// The names of the columns, in lower case.
    columns: Vec<String>,
    at: usize,
    position: u32,
    /// Bytes that may still be read a second time after bad rows; bounds the time for files made of quotes.
    second_reads: usize,
}

/// A row as it was found.
enum Row {
    /// A row of values.
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
        /// In which way.
        reason: &'static str,
    },
}

/// The values of a row; importers take out what they handle, so that what is left was handled by nobody.
pub(crate) struct Cells(VecDeque<(String, SecretText)>);

impl Cells {
    /// Takes the value of a column out; empty if there is none. Of a repeated column the first is taken.
    pub(crate) fn take(&mut self, column: &str) -> SecretText {
        let at = self.0.iter().position(|(name, _)| name == column);
        at.and_then(|at| self.0.remove(at)).map_or(SecretText::new(String::new()), |(_, value)| value)
    }

    /// What nobody took.
    pub(crate) fn into_rest(self) -> impl Iterator<Item = (String, SecretText)> {
        self.0.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Whether there is no value at all.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.iter().all(|(_, value)| value.is_empty())
    }
}

/// Reads an item from each row of a table.
pub(crate) fn import(
    text: &str,
    format: Format,
    mut gather: Gather<'_>,
    read: impl Fn(&mut Gather<'_>, u32, Cells) -> Result<(), ImportError>,
) -> Result<Parsed, ImportError> {
    let mut table = Table::new(text)?;
    while let Some(row) = table.next()? {
        match row {
            Row::Bad { position, reason } => gather.skip(position, reason),
            Row::Good { position, cells } if cells.is_blank() => gather.skip(position, "The row is empty."),
            Row::Good { position, cells } => read(&mut gather, position, cells)?,
        }
    }
    Ok(gather.finish(format))
}

/// The names of the columns of a table, in lower case; none if the text does not begin like a table.
pub(crate) fn columns(text: &str) -> Option<Vec<String>> {
    Table::new(text).ok().map(|table| table.columns)
}

impl<'t> Table<'t> {
    /// Reads the header; commas, semicolons or tabs separate, whichever comes first in it.
    fn new(text: &'t str) -> Result<Self, ImportError> {
        let separator = text
            .bytes()
            .take_while(|byte| *byte != b'\n')
            .find(|byte| matches!(byte, b',' | b';' | b'\t'))
            .unwrap_or(b',');
        let header = read_row(text, separator).map_err(|_| ImportError::Malformed { line: 1, column: 0 })?;
        let columns = header.cells.iter().map(|cell| cell.expose().trim().to_lowercase()).collect();
        Ok(Self { text, separator, columns, at: header.length, position: 0, second_reads: text.len() })
    }

    /// The next row that is not an empty line.
    fn next(&mut self) -> Result<Option<Row>, ImportError> {
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
                    Ok(Some(Row::Good { position, cells: self.name(row.cells) }))
                }
                Err(Broken { reason, read }) => {
                    self.go_to_next_line(rest, read)?;
                    Ok(Some(Row::Bad { position, reason }))
                }
            };
        }
    }

    fn name(&self, cells: Vec<SecretText>) -> Cells {
        let names = self.columns.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let named = names.zip(cells).enumerate().map(|(at, (name, cell))| {
            let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("column {}", at + 1));
            (name, cell)
        });
        Cells(named.collect())
    }

    fn go_to_next_line(&mut self, rest: &str, read: usize) -> Result<(), ImportError> {
        let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at += line;
        match self.second_reads.checked_sub(read.saturating_sub(line)) {
            Some(left) => {
                self.second_reads = left;
                Ok(())
            }
            None => {
                let before = self.text.get(..self.at).unwrap_or_default();
                Err(ImportError::Malformed { line: before.matches('\n').count() as u64, column: 0 })
            }
        }
    }
}

struct ReadRow {
    cells: Vec<SecretText>,
    /// Bytes of the row, the end of its line included.
    length: usize,
}

struct Broken {
    reason: &'static str,
    /// Bytes looked at.
    read: usize,
}

/// Reads one row from the beginning of a text.
fn read_row(text: &str, separator: u8) -> Result<ReadRow, Broken> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, end) = read_cell(text, at, separator)?;
        if cell.expose().contains('\0') {
            return Err(Broken { reason: "The row holds a NUL byte, which no text has.", read: end });
        }
        cells.push(cell);
        if cells.len() > limits::COLUMNS || end > limits::ITEM_BYTES {
            return Err(Broken { reason: TOO_LARGE, read: end });
        }
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        match rest {
            [byte, ..] if *byte == separator => at = end + 1,
            [b'\r', b'\n', ..] => return Ok(ReadRow { cells, length: end + 2 }),
            [b'\r' | b'\n', ..] => return Ok(ReadRow { cells, length: end + 1 }),
            [] => return Ok(ReadRow { cells, length: end }),
            _ => return Err(Broken { reason: "There is text after a closing quotation mark.", read: end }),
        }
    }
}

/// Reads the value that begins at a place, and gives the place after it.
fn read_cell(text: &str, start: usize, separator: u8) -> Result<(SecretText, usize), Broken> {
    let rest = text.get(start..).unwrap_or_default();
    let Some(quoted) = rest.strip_prefix('"') else {
        let ends = |byte: &u8| *byte == separator || matches!(byte, b'\r' | b'\n');
        let length = rest.as_bytes().iter().position(ends).unwrap_or(rest.len());
        if length > limits::ITEM_BYTES {
            return Err(Broken { reason: TOO_LARGE, read: start + length });
        }
        return Ok((SecretText::from(rest.get(..length).unwrap_or_default()), start + length));
    };
    let within = quoted.as_bytes();
    let (mut at, mut doubled) = (0, false);
    loop {
        match within.get(at) {
            None => {
                let reason = "A quotation mark is opened and never closed.";
                return Err(Broken { reason, read: text.len() });
            }
            Some(_) if at > limits::ITEM_BYTES => {
                let reason = "A quotation mark is opened and not closed within the length of a row.";
                return Err(Broken { reason, read: start + at });
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
                Row::Bad { reason, .. } => reason.to_owned(),
            });
        }
        rows
    }

    #[test]
    fn quotes_hold_separators_line_ends_and_doubled_quotes() {
        let text = "A, b\r\n\"1,\"\"x\"\"\",2\r\n\"a\nb\",\"\"\n5\" disk,\rlast,";
        assert_eq!(rows(text), ["a=1,\"x\"|b=2", "a=a\nb|b=", "a=5\" disk|b=", "a=last|b="]);
    }

    #[test]
    fn rows_may_have_fewer_or_more_values_than_the_header() {
        assert_eq!(rows("a,,c\n1\n\n1,2,3,4\n"), ["a=1", "a=1|column 2=2|c=3|column 4=4"]);
    }

    #[test]
    fn semicolons_and_tabs_separate_where_the_header_says_so() {
        assert_eq!(rows("a;b\n1,5;2"), ["a=1,5|b=2"]);
        assert_eq!(rows("a\tb\n1\t2;"), ["a=1|b=2;"]);
    }

    #[test]
    fn a_broken_row_costs_its_own_line_only() {
        let text = "a,b\n1,2\n\"x\"y,3\n4,5\nz\0,6\n\"7,8\n9,10";
        let found = rows(text);
        assert_eq!(found[0], "a=1|b=2");
        assert_eq!(found[1], "There is text after a closing quotation mark.");
        assert_eq!(found[2], "a=4|b=5");
        assert_eq!(found[3], "The row holds a NUL byte, which no text has.");
        assert_eq!(found[4], "A quotation mark is opened and never closed.");
        assert_eq!(found[5], "a=9|b=10");
    }

    #[test]
    fn a_file_made_of_quotes_is_given_up_after_reading_it_twice() {
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
        assert!(bad < 100, "{bad} rows were tried");
    }

    #[test]
    fn values_are_handed_out_once() {
        let mut table = Table::new("a,b,a\n1,2,3").unwrap();
        let Some(Row::Good { mut cells, .. }) = table.next().unwrap() else { panic!("no row") };
        assert_eq!(cells.take("a").expose(), "1");
        assert!(cells.take("c").is_empty());
        let rest: Vec<_> =
            cells.into_rest().map(|(name, value)| format!("{name}={}", value.expose())).collect();
        assert_eq!(rest, ["b=2", "a=3"]);
    }
}
