//! Transactions that are committed together.

use tempfile::TempDir;

use super::*;
use crate::store::Value;

const INSERT: &str = "INSERT INTO t VALUES ($1)";

fn open() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(&folder.path().join("server.db"), &Options::default()).unwrap();
    (folder, sqlite)
}

async fn with_table() -> (TempDir, Sqlite) {
    let (folder, sqlite) = open();
    let define = sqlite.write().unwrap();
    define.define("CREATE TABLE t (n INTEGER PRIMARY KEY)").await.unwrap();
    define.commit().await.unwrap();
    (folder, sqlite)
}

async fn insert(session: &Session, number: i64) -> Result<u64, StoreError> {
    session.execute(INSERT, vec![Value::Int(number)]).await
}

async fn numbers(sqlite: &Sqlite) -> Vec<i64> {
    let rows = sqlite.read().query("SELECT n FROM t ORDER BY n", Vec::new()).await.unwrap();
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

/// A transaction that has inserted 1 and is to be committed, and one that waits, begins then, and inserts 2.
async fn two(sqlite: &Sqlite) -> (tokio::task::JoinHandle<Result<(), StoreError>>, Session) {
    let (first, second) = (sqlite.write().unwrap(), sqlite.write().unwrap());
    assert_eq!(insert(&first, 1).await, Ok(1));
    let committed = tokio::spawn(async move { first.commit().await });
    assert_eq!(insert(&second, 2).await, Ok(1));
    // The second one runs, so the first one has ended; but nothing of it is on the disk.
    assert!(!committed.is_finished());
    assert!(numbers(sqlite).await.is_empty());
    (committed, second)
}

#[tokio::test]
async fn a_transaction_that_waits_is_committed_with_the_one_before() {
    let (_folder, sqlite) = with_table().await;
    let (first, second) = two(&sqlite).await;
    assert_eq!(second.commit().await, Ok(()));
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(numbers(&sqlite).await, [1, 2]);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_or_fails_undoes_nothing_of_the_one_before() {
    let (_folder, sqlite) = with_table().await;
    let (first, second) = two(&sqlite).await;
    let third = sqlite.write().unwrap();
    drop(second);
    assert_eq!(insert(&third, 3).await, Ok(1));
    assert_eq!(insert(&third, 1).await, Err(StoreError::Exists));
    assert_eq!(third.commit().await, Err(StoreError::Unavailable));
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(numbers(&sqlite).await, [1]);
}

#[tokio::test]
async fn if_the_database_undoes_all_none_is_acknowledged() {
    let (_folder, sqlite) = with_table().await;
    let (first, second) = two(&sqlite).await;
    second.define("ROLLBACK").await.unwrap();
    assert_eq!(second.commit().await, Err(StoreError::Unavailable));
    assert_eq!(first.await.unwrap(), Err(StoreError::Unavailable));
    assert!(numbers(&sqlite).await.is_empty());
    let again = sqlite.write().unwrap();
    assert_eq!(insert(&again, 1).await, Ok(1));
    assert_eq!(again.commit().await, Ok(()));
}

#[tokio::test]
async fn a_statement_without_an_answer_fails_what_follows() {
    let (_folder, sqlite) = with_table().await;
    for query in [false, true] {
        let session = sqlite.write().unwrap();
        session.put(INSERT, vec![Value::Int(1)]).unwrap();
        session.put(INSERT, vec![Value::Int(1)]).unwrap();
        let _ = session.put(INSERT, vec![Value::Int(2)]);
        if query {
            assert_eq!(insert(&session, 3).await, Err(StoreError::Exists));
        } else {
            assert_eq!(session.commit().await, Err(StoreError::Exists));
        }
        assert!(numbers(&sqlite).await.is_empty());
    }
}
