//! The statements of the crate, prepared by the real PostgreSQL.

use crate::store::portable::all_statements;
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;

#[test]
fn postgresql_knows_every_statement() {
    let cluster = Cluster::start(&[]);
    let statements = all_statements();
    assert!(statements.len() > 50);
    for (number, (_, text)) in (0..).zip(statements) {
        cluster.run(TEMPLATE, &format!("PREPARE s{number} AS {text}"));
    }
}
