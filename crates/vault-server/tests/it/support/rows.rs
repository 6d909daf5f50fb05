//! What is left in a database.

use std::path::Path;

use rusqlite::Connection;

/// The tables with a row that has this id in this column, whatever tables there are.
pub fn rows_of(database: &Path, column: &str, id: &[u8]) -> Vec<String> {
    let db = Connection::open(database).unwrap();
    let tables = "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = ?";
    let mut tables = db.prepare(tables).unwrap();
    let tables = tables.query_map([column], |row| row.get(0)).unwrap().map(Result::unwrap);
    let mut tables: Vec<String> = tables.collect();
    assert!(tables.len() > 5, "{tables:?}");
    tables.retain(|table| {
        let sql = ["SELECT count(*) FROM ", table, " WHERE ", column, " = ?"].concat();
        db.query_row(&sql, [id], |row| row.get::<_, u64>(0)).unwrap() > 0
    });
    tables
}
