use rusqlite::Connection;
use vault_server::store::{NEWEST, Options, Store, StoreError};

#[test]
fn a_database_of_a_newer_schema_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    drop(Store::open(&path, &Options::default()).unwrap());
    let db = Connection::open(&path).unwrap();
    db.execute("UPDATE schema_version SET version = version + 1", []).unwrap();
    let result = Store::open(&path, &Options::default()).map(drop);
    assert_eq!(result, Err(StoreError::Newer(NEWEST + 1)));
    let tables = "SELECT version FROM schema_version";
    assert_eq!(db.query_row(tables, [], |row| row.get(0)), Ok(NEWEST + 1));
}

#[test]
fn a_migration_is_left_to_the_node_that_holds_the_lease() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(include_str!("../../../migrations/0000_begin.sql")).unwrap();
    let lease = "INSERT INTO lease VALUES ('schema', x'00', 9223372036854775807)";
    db.execute(lease, []).unwrap();
    assert_eq!(Store::open(&path, &Options::default()).map(drop), Err(StoreError::Unavailable));
    let count = "SELECT count(*) FROM sqlite_schema WHERE name = 'account'";
    assert_eq!(db.query_row(count, [], |row| row.get(0)), Ok(0));
    // A lease that ran out is taken over, and returned.
    db.execute("UPDATE lease SET until = 0", []).unwrap();
    drop(Store::open(&path, &Options::default()).unwrap());
    assert_eq!(db.query_row(count, [], |row| row.get(0)), Ok(1));
    assert_eq!(db.query_row("SELECT count(*) FROM lease", [], |row| row.get(0)), Ok(0));
}
