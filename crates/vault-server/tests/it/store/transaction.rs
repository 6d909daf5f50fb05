use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::oneshot;
use vault_server::store::{AccountKey, Options, Sql, SqlCipherKey, Store, StoreError, VaultKey};
use vault_server::values;
use vault_wire::AccountId;

use super::store;
use crate::support::Database;

const ID: AccountId = AccountId::from_bytes([1; 16]);
const OTHER: AccountId = AccountId::from_bytes([2; 16]);

const INSERT: Sql<AccountKey> = Sql::new("INSERT INTO recovery_code (code_hash, account_id) VALUES ($2, $1)");
const COUNT: Sql<AccountKey> = Sql::new("SELECT count(*) FROM recovery_code WHERE account_id = $1");
const HASHES: Sql<AccountKey> = Sql::new("SELECT code_hash FROM recovery_code WHERE account_id = $1");

async fn count(store: &Store) -> u64 {
    store
        .account(ID)
        .read(|view| async move { view.first(&COUNT, &[]).await?.unwrap().get(0) })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_committed_transaction_is_seen_by_others_and_only_in_its_shard() {
    let (_folder, store) = store();
    store.account(ID).run(|tx| async move { tx.execute(&INSERT, values![[7_u8; 32]]).await }).await.unwrap();
    assert_eq!(count(&store).await, 1);
    let read = |id| store.account(id).read(|view| async move { view.query(&HASHES, &[]).await });
    assert_eq!(read(ID).await.unwrap()[0].get(0), Ok([7_u8; 32]));
    assert_eq!(read(OTHER).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_nothing() {
    let (_folder, store) = store();
    let result: Result<(), StoreError> = store
        .account(ID)
        .run(|tx| async move {
            tx.execute(&INSERT, values![[7_u8; 32]]).await?;
            Err(StoreError::Damaged)
        })
        .await;
    assert_eq!(result, Err(StoreError::Damaged));
    assert_eq!(count(&store).await, 0);
}

#[tokio::test]
async fn a_transaction_that_is_cancelled_leaves_nothing_and_the_next_one_runs() {
    let (_folder, store) = store();
    let (wrote, written) = oneshot::channel();
    let wrote = std::sync::Mutex::new(Some(wrote));
    let handle = store.clone();
    let request = tokio::spawn(async move {
        let wrote = &wrote;
        handle
            .account(ID)
            .run(|tx| async move {
                tx.execute(&INSERT, values![[7_u8; 32]]).await?;
                wrote.lock().unwrap().take().unwrap().send(()).unwrap();
                std::future::pending::<Result<(), StoreError>>().await
            })
            .await
    });
    written.await.unwrap();
    request.abort();
    store.account(ID).run(|tx| async move { tx.execute(&INSERT, values![[8_u8; 32]]).await }).await.unwrap();
    assert_eq!(count(&store).await, 1);
}

#[tokio::test]
async fn a_transaction_that_lasts_too_long_is_rolled_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Database::new(&folder).open_with(Duration::from_millis(300));
    let other = store.clone();
    let other = &other;
    let result = store
        .account(ID)
        .run(|tx| async move {
            tx.execute(&INSERT, values![[7_u8; 32]]).await?;
            // Waits for this transaction, which waits for it.
            other.account(ID).run(|tx| async move { tx.execute(&INSERT, values![[1_u8; 32]]).await }).await?;
            tx.execute(&INSERT, values![[8_u8; 32]]).await
        })
        .await;
    assert_eq!(result, Err(StoreError::Unavailable));
    // The other one is stored.
    let read = store.account(ID).read(|view| async move { view.query(&HASHES, &[]).await }).await.unwrap();
    assert_eq!(read.iter().map(|row| row.get(0).unwrap()).collect::<Vec<[u8; 32]>>(), [[1; 32]]);
}

#[tokio::test]
async fn a_row_that_exists_is_reported_as_such() {
    let (_folder, store) = store();
    let insert = || async {
        store.account(ID).run(|tx| async move { tx.execute(&INSERT, values![[7_u8; 32]]).await }).await
    };
    assert_eq!(insert().await, Ok(1));
    assert_eq!(insert().await, Err(StoreError::Exists));
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_stored_and_fails_the_transaction_if_it_fails() {
    let (_folder, store) = store();
    let put = |times: usize| {
        store
            .account(ID)
            .run(move |tx| async move { (0..times).try_for_each(|_| tx.put(&INSERT, values![[7_u8; 32]])) })
    };
    assert_eq!(put(2).await, Err(StoreError::Exists));
    assert_eq!(count(&store).await, 0);
    assert_eq!(put(1).await, Ok(()));
    assert_eq!(count(&store).await, 1);
    let then_read = store.account(ID).run(|tx| async move {
        tx.put(&INSERT, values![[7_u8; 32]])?;
        tx.query(&COUNT, &[]).await.map(drop)
    });
    assert_eq!(then_read.await, Err(StoreError::Exists));
}

#[tokio::test]
async fn a_statement_alone_occupies_no_connection_while_its_answer_waits() {
    let (_folder, store) = store();
    // More than there are connections, none of which is looked at before all are answered.
    let mut asked: Vec<_> = (0..100).map(|_| Box::pin(store.account(ID).query(&COUNT, &[]))).collect();
    let asked: Vec<_> = asked
        .iter_mut()
        .map(|query| match query.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(rows) => Ok(rows),
            Poll::Pending => Err(query),
        })
        .collect();
    assert_eq!(count(&store).await, 0);
    for query in asked {
        let rows = match query {
            Ok(rows) => rows,
            Err(query) => query.await,
        };
        assert_eq!(rows.unwrap()[0].get(0), Ok(0_u64));
    }
}

#[tokio::test]
async fn a_reader_cannot_write_and_keeps_its_state_of_the_database() {
    let (_folder, store) = store();
    let writer = store.clone();
    let writer = &writer;
    let counts = store
        .account(ID)
        .read(|view| async move {
            let before: u64 = view.first(&COUNT, &[]).await?.unwrap().get(0)?;
            writer
                .account(ID)
                .run(|tx| async move { tx.execute(&INSERT, values![[7_u8; 32]]).await })
                .await?;
            let after: u64 = view.first(&COUNT, &[]).await?.unwrap().get(0)?;
            Ok::<_, StoreError>((before, after))
        })
        .await;
    assert_eq!(counts, Ok((0, 0)));
    // A statement that writes gets no further by the way of reading.
    let refused =
        store.account(ID).read(|view| async move { view.query(&INSERT, values![[9_u8; 32]]).await }).await;
    assert!(matches!(refused, Err(StoreError::Disk | StoreError::Statement(_))), "{refused:?}");
    assert_eq!(count(&store).await, 1);
}

#[tokio::test]
async fn an_encrypted_database_opens_with_its_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    let open = |key: Option<u8>| {
        let key = key.map(|byte| SqlCipherKey::new([byte; 32].into()));
        Store::open(&path, &Options { key, ..Options::default() }).map(drop)
    };
    open(Some(1)).unwrap();
    assert_eq!(open(Some(2)), Err(StoreError::NotADatabase));
    assert_eq!(open(None), Err(StoreError::NotADatabase));
    open(Some(1)).unwrap();
    assert!(!std::fs::read(&path).unwrap().starts_with(b"SQLite format 3"));
}

#[test]
fn the_keys_of_two_shards_are_two_types() {
    // A transaction of one does not accept a statement of the other: `Sql` in the documentation fails to compile.
    assert_ne!(std::any::TypeId::of::<Sql<AccountKey>>(), std::any::TypeId::of::<Sql<VaultKey>>());
}
