//! Search as one types: each kind of text, character by character, rows included.

use vault_engine::session::{Query, Session};

use super::query;
use crate::{
    Outcome,
    table::{Runs, Table, Took},
};

/// Texts of one kind, typed character by character.
const KINDS: [(&str, &[&str]); 6] = [
    ("beginnings of words", &["bermi", "galin", "a", "korel", "tag1", "elenor"]),
    ("in the middle of words", &["ermi", "alinf", "xample", "orba", "n.e", "inka"]),
    ("several words and filters", &["kor 12", "tag:tag12 ba", "type:login ma", "hal 99 exa", "-tag:tag1 el"]),
    ("Chinese, Japanese, Korean", &["銀行", "電力会", "서울", "国邮", "대학", "館大"]),
    ("letters picked from titles", &["bmkl 1", "xqzj", "glnf9", "krlm 77"]),
    ("words with a slip", &["bermikroba", "galinhlkor", "elenpoer", "kaorlin", "halmerinba"]),
];

/// Types every text, one list for each character. What hardly anything fits, so that what nearly fits is looked for, is
/// a kind of its own.
pub fn measure(session: &mut Session, count: usize, table: &mut Table) -> Outcome {
    let (mut nearly, mut nearly_bare) = (Runs::default(), Runs::default());
    for (kind, texts) in KINDS {
        let (mut runs, mut bare) = (Runs::default(), Runs::default());
        for _ in 0..8 {
            for text in texts {
                // What is left out of the field each time, so that no keystroke has the one before to go by.
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let query = query(text.get(..end + character.len_utf8()).unwrap_or(text));
                    let (page, took) = Took::of(|| Ok(session.list(&query)?))?;
                    if page.nearly { &mut nearly } else { &mut runs }.add(took);
                }
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let text = text.get(..end + character.len_utf8()).unwrap_or(text);
                    let query = Query { limit: 0, ..query(text) };
                    let (page, took) = Took::of(|| Ok(session.list(&query)?))?;
                    if page.nearly { &mut nearly_bare } else { &mut bare }.add(took);
                }
            }
        }
        add(table, format!("{count} items: keystroke, {kind}"), &runs, &bare);
    }
    add(
        table,
        format!("{count} items: keystroke, what nearly fits looked for as well"),
        &nearly,
        &nearly_bare,
    );
    Ok(())
}

fn add(table: &mut Table, what: String, runs: &Runs, bare: &Runs) {
    let (all, bare_all) = (runs.percentile(99), bare.percentile(99));
    let ratio = all.wall.as_secs_f64() / bare_all.wall.as_secs_f64();
    table.add(what, runs.to_string(), Some(("without reading the rows shown", bare.to_string(), ratio)));
}
