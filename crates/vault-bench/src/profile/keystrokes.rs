//! Search while typing: texts of each kind, character by character, rows included.

use vault_engine::session::{Query, Session};

use super::fixture::query;
use crate::{
    result::Result,
    table::{Runs, Table, Timing},
};

/// Texts of one kind, typed character by character.
const KINDS: [(&str, &[&str]); 6] = [
    ("beginnings of words", &["bermi", "galin", "a", "korel", "tag1", "elenor"]),
    ("in the middle of words", &["ermi", "alinf", "xample", "orba", "n.e", "inka"]),
    ("several words and filters", &["kor 12", "tag:tag12 ba", "type:login ma", "hal 99 exa", "-tag:tag1 el"]),
    ("Chinese, Japanese, Korean", &["銀行", "電力会", "서울", "国邮", "대학", "館大"]),
    ("letters picked from titles", &["bmkl 1", "xqzj", "glnf9", "krlm 77"]),
    ("words with a typo", &["bermikroba", "galinhlkor", "elenpoer", "kaorlin", "halmerinba"]),
];

/// Types every text, with one query for each character. Queries with so few matches that fuzzy ones are added are
/// counted separately.
pub fn measure(session: &mut Session, count: usize, table: &mut Table) -> Result {
    let (mut approximate, mut nearly_bare) = (Runs::default(), Runs::default());
    for (kind, texts) in KINDS {
        let (mut runs, mut bare) = (Runs::default(), Runs::default());
        for _ in 0..8 {
            for text in texts {
                // A query without matches, so that the first keystroke cannot narrow down the query before it.
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let query = query(text.get(..end + character.len_utf8()).unwrap_or(text));
                    let (page, timing) = Timing::of(|| Ok(session.list(&query)?))?;
                    if page.approximate { &mut approximate } else { &mut runs }.add(timing);
                }
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let text = text.get(..end + character.len_utf8()).unwrap_or(text);
                    let query = Query { limit: 0, ..query(text) };
                    let (page, timing) = Timing::of(|| Ok(session.list(&query)?))?;
                    if page.approximate { &mut nearly_bare } else { &mut bare }.add(timing);
                }
            }
        }
        add(table, format!("{count} items: keystroke, {kind}"), &runs, &bare);
    }
    add(table, format!("{count} items: keystroke, fuzzy matches included"), &approximate, &nearly_bare);
    Ok(())
}

fn add(table: &mut Table, what: String, runs: &Runs, bare: &Runs) {
    let (all, bare_all) = (runs.percentile(99), bare.percentile(99));
    let ratio = all.wall.as_secs_f64() / bare_all.wall.as_secs_f64();
    table.add(what, runs.to_string(), Some(("without reading the rows", bare.to_string(), ratio)));
}
