//! The roles of the database.

use vault_server::store::{NEWEST, StoreError};

use crate::support::cluster::Cluster;
use crate::support::database::{TEMPLATE, run_at};

/// The code with which the database refuses statements of the running server's role.
fn refusal(cluster: &Cluster, sql: &str) -> Option<String> {
    let refused = run_at(&[&cluster.url("coffer_node"), TEMPLATE].concat(), sql).err()?;
    Some(refused.code().unwrap().code().to_owned())
}

#[test]
fn the_running_server_can_change_neither_the_schema_nor_what_the_audit_says() {
    let cluster = Cluster::start(&[]);
    let row = "INSERT INTO audit (account_id, seq, at, kind, address, hash) VALUES ('\\x01', 1, 1, 'x', 'y', '\\x02')";
    assert_eq!(refusal(&cluster, row), None);
    for refused in [
        "CREATE TABLE other (a BIGINT)",
        "ALTER TABLE audit ADD COLUMN a BIGINT",
        "ALTER TABLE entry DROP COLUMN body",
        "CREATE INDEX other ON audit (account_id)",
        "CREATE FUNCTION other() RETURNS BIGINT LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE entry",
        "TRUNCATE audit",
        "UPDATE audit SET kind = 'z'",
        "UPDATE audit SET address = NULL",
        "UPDATE audit SET hash = '\\x03'",
        "INSERT INTO audit SELECT account_id, seq, at, 'z' FROM audit ON CONFLICT (account_id, seq) DO UPDATE SET kind = 'z'",
        "UPDATE schema_version SET version = 0",
        "SET ROLE coffer_migration",
    ] {
        assert_eq!(refusal(&cluster, refused).as_deref(), Some("42501"), "{refused}");
    }
}

#[test]
fn only_the_migration_role_brings_the_schema_further() {
    let cluster = Cluster::start(&[]);
    drop(cluster.connect("coffer_node", TEMPLATE).unwrap());
    cluster.run(TEMPLATE, "UPDATE schema_version SET version = version + 1");
    let opened = cluster.connect("coffer_node", TEMPLATE).map(drop);
    assert_eq!(opened, Err(StoreError::Newer(NEWEST + 1)));
    // As a database before the newest step.
    cluster.run(TEMPLATE, "UPDATE schema_version SET version = 0");
    let tables = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
                  WHERE schemaname = 'public' AND tablename NOT IN ('schema_version', 'lease')";
    let tables = cluster.run(TEMPLATE, tables).unwrap();
    cluster.run(TEMPLATE, &format!("DROP TABLE {tables}"));
    assert_eq!(cluster.connect("coffer_node", TEMPLATE).map(drop), Err(StoreError::Denied));
    drop(cluster.connect("coffer_migration", TEMPLATE).unwrap());
    drop(cluster.connect("coffer_node", TEMPLATE).unwrap());
}
