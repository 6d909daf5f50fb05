use std::task::{Context, Poll, Waker};

use vault_wire::{AccountId, DeviceId, SessionId, VaultId};

use super::hub::VAULTS;
use super::mailbox::Mailbox;
use super::{Change, Hub, Position, Reader};

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
const VAULT: VaultId = VaultId::from_bytes([9; 16]);

fn reader() -> Reader {
    let (session, device) = (SessionId::from_bytes([1; 16]), DeviceId::from_bytes([1; 32]));
    Reader { account: ACCOUNT, session, device, factor: false }
}

const fn at(seq: u64) -> Position {
    Position { seq, record_seq: 1 }
}

/// What a reader gets now.
fn take(mailbox: &Mailbox) -> String {
    match mailbox.poll_take(&Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(piece)) => piece,
        Poll::Ready(None) => "end".to_owned(),
        Poll::Pending => String::new(),
    }
}

#[test]
fn a_stream_waits_for_so_many_vaults_and_for_each_once() {
    let hub = Hub::new(1);
    let (stream, mailbox) = hub.open(reader()).unwrap();
    let vault = |number: usize| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        VaultId::from_bytes(bytes)
    };
    (0..2 * VAULTS).for_each(|number| hub.subscribe(stream, vault(number / 2), at(1)));
    (0..10).for_each(|number| hub.subscribe(stream, vault(VAULTS + number), at(1)));
    assert_eq!(hub.vaults_of(stream).len(), VAULTS);
    assert!(hub.of_vault(vault(VAULTS)).is_none());
    assert_eq!(hub.of_vault(vault(0)).unwrap().1.len(), 1);
    // A reader gets them in pieces of a bounded size.
    let mut events = 0;
    loop {
        let piece = take(&mailbox);
        assert!(piece.len() < 8192);
        match piece.matches("data: ").count() {
            0 => break,
            more => events += more,
        }
    }
    assert_eq!(events, VAULTS);
}

#[test]
fn a_stream_gets_each_head_once_and_none_of_lost_vaults() {
    let hub = Hub::new(1);
    let (stream, mailbox) = hub.open(reader()).unwrap();
    hub.subscribe(stream, VAULT, at(5));
    assert!(take(&mailbox).contains("\"head\":5"));
    hub.deliver(VAULT, at(5));
    hub.deliver(VAULT, at(4));
    assert_eq!(take(&mailbox), "");
    hub.deliver(VAULT, at(6));
    hub.unsubscribe(stream, VAULT);
    hub.deliver(VAULT, at(7));
    assert_eq!(take(&mailbox), "");
    hub.end(stream);
    assert_eq!(take(&mailbox), "end");
}

#[tokio::test]
async fn accounts_with_streams_are_checked_every_five_minutes() {
    let hub = Hub::new(1);
    let (_stream, mailbox) = hub.open(reader()).unwrap();
    assert_eq!(hub.next().await, Change::Account(ACCOUNT));
    let mut looks = 0;
    for _ in 0..300 {
        hub.tick();
        take(&mailbox);
        // What is not noted by then is not noted at all.
        let next = tokio::time::timeout(std::time::Duration::ZERO, hub.next()).await;
        looks += usize::from(next == Ok(Change::Account(ACCOUNT)));
    }
    assert_eq!((looks, hub.count()), (1, 1));
}
