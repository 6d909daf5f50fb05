//! Strangers.

use vault_server::log::LogError;
use vault_wire::VaultId;
use vault_wire::message::{LogEntry, LogQuery};

use super::{Account, Peer, Server};

#[tokio::test]
async fn a_vault_looks_to_strangers_as_if_it_did_not_exist() {
    let server = Server::new();
    let (owner, stranger) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let entry = peer.put(1);
    let batch = peer.batch(false, vec![entry]);
    let hash = vault_wire::ContentHash::from_bytes([0; 32]);
    for vault in [peer.vault, VaultId::from_bytes([9; 16])] {
        let caller = stranger.caller();
        assert_eq!(server.logs.head(&caller, None, vault).await, Err(LogError::NotFound));
        let page = server.logs.page(&caller, None, vault, &LogQuery::default()).await;
        assert_eq!(page, Err(LogError::NotFound));
        assert_eq!(server.logs.push(&caller, vault, &batch, hash).await, Err(LogError::NotFound));
        assert_eq!(server.logs.answers(&caller, vault).await, Err(LogError::NotFound));
        let grant = server.logs.grant(&caller, vault, 1, stranger.id()).await;
        assert_eq!(grant, Err(LogError::NotFound));
    }
}

#[tokio::test]
async fn a_vault_is_created_once_and_by_its_founder() {
    let server = Server::new();
    let (owner, other) = (Account::new(1), Account::new(2));
    let mut rng = vault_testkit::FixedRng::new(5);
    let made = vault_crypto::make_vault(&owner.id(), &owner.identity, &owner.certificate, 1, &mut rng);
    let entry = LogEntry::Record(made.record.clone());
    assert_eq!(server.logs.create(&other.caller(), &entry).await, Err(LogError::Forbidden));
    let head = server.logs.create(&owner.caller(), &entry).await.unwrap();
    assert_eq!(server.logs.create(&owner.caller(), &entry).await, Ok(head));
    // The same vault by another record: the same nonce, made later.
    let mut rng = vault_testkit::FixedRng::new(5);
    let again = vault_crypto::make_vault(&owner.id(), &owner.identity, &owner.certificate, 2, &mut rng);
    assert_eq!(again.vault_id, made.vault_id);
    let again = LogEntry::Record(again.record);
    assert_eq!(server.logs.create(&owner.caller(), &again).await, Err(LogError::Exists));
    let mut forged = made.record;
    forged.bytes[20] ^= 1;
    let forged = server.logs.create(&owner.caller(), &LogEntry::Record(forged)).await;
    assert_eq!(forged, Err(LogError::Refused(None)));
}
