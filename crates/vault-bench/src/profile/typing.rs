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

/// Types every text, one list for each character.
pub fn measure(session: &mut Session, count: usize, table: &mut Table) -> Outcome {
    for (kind, texts) in KINDS {
        let (mut runs, mut bare) = (Runs::default(), Runs::default());
        for _ in 0..8 {
            for text in texts {
                // What is left out of the field each time, so that no keystroke has the one before to go by.
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let query = query(text.get(..end + character.len_utf8()).unwrap_or(text));
                    let (_, took) = Took::of(|| Ok(session.list(&query)?))?;
                    runs.add(took);
                }
                session.list(&query("zzz"))?;
                for (end, character) in text.char_indices() {
                    let text = text.get(..end + character.len_utf8()).unwrap_or(text);
                    let query = Query { limit: 0, ..query(text) };
                    let (_, took) = Took::of(|| Ok(session.list(&query)?))?;
                    bare.add(took);
                }
            }
        }
        let beside = (
            "without reading the rows shown",
            bare.to_string(),
            runs.percentile(99).of_other(bare.percentile(99)),
        );
        table.add(format!("{count} items: keystroke, {kind}"), runs.to_string(), Some(beside));
    }
    Ok(())
}
