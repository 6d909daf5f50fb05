//! The end of a membership as a server shows it, and what becomes of a vault that was removed from the profile when its account
//! is a member again.

use vault_engine::session::{Alarm, AlarmKind, Bodies, MemberChange, SyncError, VaultReadOnly};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::VaultId;
use vault_wire::log::Recovery;
use vault_wire::message::LogPage;
use vault_wire::roster::MemberRole;

use super::device::Device;
use super::sharing::{Server, founder, member};
use super::titles;
use crate::vaults::add_to;

/// What a server returns to a former member.
fn last_page(device: &Device, server: &LogServer, vault: VaultId) -> LogPage {
    server.page(vault, device.confirmed(vault), 1_000, PageBodies::None).unwrap()
}

fn remove(alice: &mut Device, server: &mut Server, vault: VaultId, other: &Device) {
    let change = MemberChange::Remove { account: other.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(server, vault);
}

/// Invites a former member again, and lets it in.
fn invite_again(alice: &mut Device, server: &mut Server, vault: VaultId, other: &mut Device) {
    let link = alice.invite(vault, MemberRole::Editor);
    alice.change(server, vault);
    alice.send(server, vault);
    other.join(server, alice, &link, "Bob again");
    alice.change(server, vault);
    alice.send(server, vault);
}

#[test]
fn vault_that_was_forgotten_comes_back_on_all_devices() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    bob.found(&mut server.logs);
    bob.sync(&mut server.logs);
    let home = bob.home();
    let (mut bob, mut two) = bob.copy(6);
    remove(&mut alice, &mut server, vault, &bob);
    assert!(bob.session.receive_removal(vault, &[last_page(&bob, &server.logs, vault)]).unwrap());
    bob.session.forget_vault(vault).unwrap();
    bob.send(&mut server, home);
    two.pull(&server.logs, home);
    two.pull(&server.logs, vault);
    two.session.end_deleted(&[home, vault]).unwrap();
    add_to(&mut alice.session, vault, "Second");
    alice.send(&mut server, vault);
    let mut bob = bob.restart();
    assert!(!bob.session.vault_ids().contains(&vault));

    invite_again(&mut alice, &mut server, vault, &mut bob);
    bob.enter(&server, vault);
    assert!(bob.session.joining().unwrap().is_empty());
    let mut bob = bob.restart();
    add_to(&mut bob.session, vault, "Of Bob");
    bob.send(&mut server, vault);
    bob.send(&mut server, home);
    alice.follow(&server, vault);
    // His other computer takes it from the home vault.
    assert!(!two.session.vault_ids().contains(&vault));
    two.pull(&server.logs, home);
    let mut two = two.restart();
    two.follow(&server, vault);
    let all = ["First", "Of Bob", "Second"].map(str::to_owned).into();
    for mut device in [alice, bob, two] {
        assert_eq!(titles(&mut device), all);
        assert_eq!(device.read_only(vault), None);
        device.restart().session.check_log().unwrap();
    }
}

#[test]
fn t08_forgotten_vault_with_another_history_raises_alarm() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let (mut alice, mut liar) = alice.copy(7);
    let mut other = Server { logs: server.logs.clone(), grants: server.grants.clone() };
    add_to(&mut alice.session, vault, "Known");
    alice.send(&mut server, vault);
    bob.follow(&server, vault);
    remove(&mut alice, &mut server, vault, &bob);
    bob.follow(&server, vault);
    bob.session.forget_vault(vault).unwrap();
    // The history in which he is invited again lacks what he knew.
    remove(&mut liar, &mut other, vault, &bob);
    for title in ["Another", "And another", "And one more"] {
        add_to(&mut liar.session, vault, title);
        liar.send(&mut other, vault);
    }
    invite_again(&mut liar, &mut other, vault, &mut bob);
    assert!(bob.session.join_invited(vault, &other.logs.entries(vault)[0]).unwrap());
    let page = other.logs.page(vault, 0, 1_000, PageBodies::Live).unwrap();
    let refused = bob.session.receive(vault, &page, Bodies::Live, Recovery::None);
    assert!(matches!(refused, Err(SyncError::Alarm(Alarm { kind: AlarmKind::Fork, .. }))), "{refused:?}");
    assert!(titles(&mut bob).is_empty());
    let bob = bob.restart();
    assert_eq!(bob.read_only(vault), Some(VaultReadOnly::Alarm));
}

#[test]
fn t08_removal_without_an_accepted_entry_raises_alarm() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    add_to(&mut bob.session, vault, "Of Bob");
    let mut hiding = Server { logs: server.logs.clone(), grants: server.grants.clone() };
    assert!(bob.push(&mut server.logs, vault).is_some(), "the server has accepted it");
    let (mut bob, mut honest) = bob.copy(6);
    let (mut alice, mut other) = alice.copy(7);
    remove(&mut alice, &mut server, vault, &bob);
    remove(&mut other, &mut hiding, vault, &bob);
    let page = last_page(&honest, &server.logs, vault);
    assert_eq!(honest.session.receive_removal(vault, &[page]), Ok(true));
    assert_eq!(honest.read_only(vault), Some(VaultReadOnly::NotPermitted));

    let page = last_page(&bob, &hiding.logs, vault);
    let refused = bob.session.receive_removal(vault, &[page]);
    assert!(
        matches!(refused, Err(SyncError::Alarm(Alarm { kind: AlarmKind::MissingOwn, .. }))),
        "{refused:?}"
    );
    let mut bob = bob.restart();
    assert_eq!(bob.read_only(vault), Some(VaultReadOnly::Alarm));
    assert!(bob.session.is_former(vault).unwrap(), "he is no member nevertheless");
    assert!(titles(&mut bob).contains("Of Bob"), "what he wrote stays");
    bob.session.forget_vault(vault).unwrap();
    bob.restart().session.check_log().unwrap();
}
