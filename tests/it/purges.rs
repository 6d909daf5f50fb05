//! What a real server keeps of items that were deleted permanently.

use vault_crypto::SecretText;
use vault_server::store::{Sql, VaultKey};
use vault_wire::message::{Bodies, LogEntry, LogQuery};
use vault_wire::{ItemId, RevHash, VaultId};

use crate::cycle::{Connected, first};
use crate::support::{PASSWORD, TestServer, connected, joined};

/// The bodies in the database of a server, whatever they belong to.
async fn bodies(server: &TestServer, vault: VaultId) -> Vec<Vec<u8>> {
    const ALL: Sql<VaultKey> = Sql::new("SELECT body FROM entry WHERE vault_id = $1 AND body IS NOT NULL");
    let rows = server.app.store.vault(vault).read(|view| async move { view.query(&ALL, &[]).await });
    rows.await.unwrap().iter().map(|row| row.get(0).unwrap()).collect()
}

/// The bodies of an item's revisions as they are in the log.
async fn sent(one: &Connected, id: ItemId) -> Vec<Vec<u8>> {
    let of_item: Vec<RevHash> = one
        .computer
        .work(|session| session.history(id).unwrap().iter().map(|entry| entry.revision).collect());
    let query = LogQuery { after: 0, limit: 1_000, bodies: Bodies::All };
    let page = one.session.log_page(&one.home(), &query).await.unwrap();
    let bodies = page.entries.into_iter().filter_map(|entry| match entry {
        LogEntry::Revision { revision, body } if of_item.contains(&revision.hash()) => body,
        _ => None,
    });
    bodies.collect()
}

/// Does the server's work of a time.
async fn compact(server: &TestServer) {
    while server.app.logs.compact(server.now() + 1).await.unwrap() {}
}

#[tokio::test]
async fn deleted_item_leaves_no_body_at_the_server() {
    let (server, hostile, one) = first().await;
    let id = one.computer.add("Gone");
    one.sync().await;
    one.computer.set_title(id, "Gone later");
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    let gone = sent(&one, id).await;
    assert_eq!(gone.len(), 2);
    // Deleted while the other computer is offline, and edits something else.
    two.computer.add("Of the second");
    one.computer.work(|session| {
        session.trash(&[id]).unwrap();
        session.purge(&[id]).unwrap();
    });
    one.sync().await;
    compact(&server).await;
    let before = bodies(&server, one.home()).await;
    assert!(gone.iter().all(|body| before.contains(body)), "no owner has let the server drop them");

    one.computer.lock();
    one.computer.unlock();
    let signed = one.computer.work(|session| session.sign_purges(&SecretText::from(PASSWORD)));
    assert_eq!(signed, Ok(1));
    one.sync().await;
    compact(&server).await;
    let after = bodies(&server, one.home()).await;
    assert!(!gone.iter().any(|body| after.contains(body)));
    // Nothing else is gone: it has the bodies of the first item, and the tombstone.
    assert_eq!(after.len() + gone.len(), before.len());

    two.sync().await;
    one.sync().await;
    let three = Connected::another(&hostile, &one).await;
    three.sync().await;
    for device in [&one, &two, &three] {
        assert_eq!(device.computer.titles(), ["First", "Of the second"]);
        device.computer.work(|session| session.check_log().unwrap());
    }
}

#[tokio::test]
async fn program_purges_after_the_next_unlock() {
    let (server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let vaults = one.coffer.vault_list().await.unwrap();
    let home: VaultId = vaults.iter().find(|vault| vault.home).unwrap().id.parse().unwrap();
    one.add("Gone").await;
    two.until_titles(&["First", "Gone"]).await;
    let id = one.id_of("Gone").await;
    one.coffer.item_trash(vec![id]).await.unwrap();
    one.coffer.trash_empty().await.unwrap();
    two.until_titles(&["First"]).await;
    one.up_to_date().await;
    compact(&server).await;
    let before = bodies(&server, home).await.len();
    one.coffer.session_lock().await.unwrap();
    one.unlock().await;
    loop {
        let changed = one.next();
        compact(&server).await;
        if bodies(&server, home).await.len() < before {
            break;
        }
        changed.await;
    }
    for program in [&one, &two] {
        program.up_to_date().await;
        program.check_log().await;
        assert_eq!(program.titles().await, ["First"]);
    }
}
