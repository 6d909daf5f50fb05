//! The list of what happened as a file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::views::{ActivityFormat, ActivityRow};

const COLUMNS: [&str; 9] = ["time", "vault", "what", "by", "device", "item", "member", "role", "count"];

/// Writes rows in a format. Vaults are named as the user sees them.
pub(super) struct Writer<W> {
    to: W,
    format: ActivityFormat,
    vaults: BTreeMap<String, String>,
    /// The name for this account.
    own: String,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    pub(super) fn begin(
        mut to: W,
        format: ActivityFormat,
        vaults: BTreeMap<String, String>,
        own: String,
    ) -> io::Result<Self> {
        if format == ActivityFormat::Csv {
            line(&mut to, COLUMNS.map(str::to_owned))?;
        }
        Ok(Self { to, format, vaults, own })
    }

    pub(super) fn write(&mut self, row: &ActivityRow) -> io::Result<()> {
        let ActivityRow { at, what, author, device, vault_id, item_id, title, member, role, count } = row;
        let vault = vault_id.as_ref().and_then(|id| self.vaults.get(id));
        let role = role.map(|role| json!(role));
        let by = author.as_ref().unwrap_or(&self.own);
        match self.format {
            ActivityFormat::Csv => {
                let text = |text: Option<&String>| text.cloned().unwrap_or_default();
                let role = role.as_ref().and_then(|role| role.as_str()).unwrap_or_default().to_owned();
                let row = [
                    when(*at),
                    text(vault),
                    what.clone(),
                    by.clone(),
                    device.clone(),
                    text(title.as_ref()),
                    text(member.as_ref()),
                    role,
                    count.to_string(),
                ];
                line(&mut self.to, row)
            }
            ActivityFormat::JsonLines => {
                let object = json!({
                    "time": when(*at), "vault": vault, "vault_id": vault_id, "what": what, "by": by,
                    "own": author.is_none(), "device": device, "item": title, "item_id": item_id,
                    "member": member, "role": role, "count": count,
                });
                writeln!(self.to, "{object}")
            }
        }
    }

    /// Returns what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.to.flush()?;
        Ok(self.to)
    }
}

fn when(at: u64) -> String {
    let nanos = i128::from(at) * 1_000_000;
    let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok().and_then(|at| at.format(&Rfc3339).ok());
    at.unwrap_or_default()
}

/// Writes a line of a table. A spreadsheet takes text that begins with one of these signs for a formula, so an apostrophe comes
/// before it.
fn line(to: &mut impl Write, cells: [String; COLUMNS.len()]) -> io::Result<()> {
    let cells = cells.map(|cell| {
        let guard = if cell
            .trim_start()
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
            || cell.starts_with(['\t', '\r', '\n'])
        {
            "'"
        } else {
            ""
        };
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    });
    write!(to, "{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, author: Option<&str>) -> ActivityRow {
        ActivityRow {
            at: 1_790_000_000_123,
            what: "item_changed".to_owned(),
            author: author.map(str::to_owned),
            device: "Laptop".to_owned(),
            vault_id: Some("v".to_owned()),
            item_id: Some("i".to_owned()),
            title: Some(title.to_owned()),
            member: None,
            role: Some(crate::views::RoleView::Editor),
            count: 1,
        }
    }

    fn written(format: ActivityFormat, rows: &[ActivityRow]) -> String {
        let vaults = BTreeMap::from([("v".to_owned(), "Team \"A\"".to_owned())]);
        let mut writer = Writer::begin(Vec::new(), format, vaults, "me".to_owned()).unwrap();
        rows.iter().for_each(|row| writer.write(row).unwrap());
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn table_is_quoted_and_has_no_formulas() {
        let formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "\n=1", "＝1"];
        let rows: Vec<_> = formulas.iter().map(|formula| row(formula, Some("=Bob"))).collect();
        let table = written(ActivityFormat::Csv, &rows);
        let (head, rest) = table.split_once("\r\n").unwrap();
        assert_eq!(head, r#""time","vault","what","by","device","item","member","role","count""#);
        for formula in formulas {
            let expected = format!(
                r#""2026-09-21T14:13:20.123Z","Team ""A""","item_changed","'=Bob","Laptop","'{formula}","","editor","1""#
            );
            assert!(rest.contains(&expected), "{expected}\n{rest}");
        }
        assert!(
            written(ActivityFormat::Csv, &[row("a, \"b\"", None)]).contains(r#""me","Laptop","a, ""b""""#)
        );
    }

    #[test]
    fn json_lines_are_an_object_each() {
        let text = written(ActivityFormat::JsonLines, &[row("=1\n2", Some("Bob")), row("x", None)]);
        let objects: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 2);
        assert_eq!(objects[0]["item"], "=1\n2");
        assert_eq!((&objects[0]["own"], &objects[1]["by"]), (&json!(false), &json!("me")));
        assert_eq!(objects[1]["vault"], "Team \"A\"");
    }
}
