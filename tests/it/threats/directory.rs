//! Teams that a server or somebody else puts in front of an account.

use std::collections::BTreeMap;

use vault_crypto::{Identity, sign_record};
use vault_engine::session::{AlarmKind, TeamVaultChange};
use vault_sync::cycle::VaultProblem;
use vault_wire::log::Head;
use vault_wire::message::{LogEntry, LogPage, PushResult};
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, VaultId};

use super::scene::{head, log, show};
use super::team::{Person, Team, verified};
use crate::support::{NOW, Owner};

/// A record on these entries of any vault.
fn record(vault: VaultId, on: &[LogEntry], author: AccountId, by: &Identity, ops: Vec<Op>) -> LogEntry {
    let Head { seq, root } = head(vault, on);
    let prev = *verified(on).roster().last_record();
    let record = Record {
        vault_id: vault,
        prev,
        base_seq: seq,
        base_root: root,
        author,
        generation: 1,
        made_at: NOW,
        ops,
    };
    LogEntry::Record(sign_record(&record, by, None))
}

/// Gives one account a vault of a team.
fn give(person: &Person, directory: VaultId, vault: VaultId, account: AccountId) {
    let accounts = [(account, MemberRole::Viewer)].into();
    let change = TeamVaultChange { vault, groups: BTreeMap::new(), accounts };
    person.work(|session| session.put_team_vault(directory, &change).unwrap());
}

/// Alice's team with Bob, and the vault of the scene given to him; Alice's program has added him to it.
async fn company(team: &Team, bob: &Person) -> VaultId {
    let directory = team.alice.work(|session| session.create_team("Company", "Alice").unwrap());
    team.alice.connected.sync().await;
    let link = team.alice.invite(directory, MemberRole::Viewer).await;
    bob.accept(&link).await;
    team.alice.connected.sync().await;
    bob.connected.sync().await;
    assert_eq!(bob.work(|session| session.teams().unwrap().len()), 1);
    give(&team.alice, directory, team.vault, bob.account());
    team.alice.connected.sync().await;
    assert_eq!(team.alice.role_of(team.vault, bob.account()), Some(MemberRole::Viewer));
    directory
}

#[tokio::test]
async fn t28_team_that_nobody_joined_gives_no_vault() {
    let team = Team::new().await;
    let (bob, mallory) = (team.other("bob").await, team.other("mallory").await);
    // Mallory makes Bob a member of her team, and gives him a vault by it.
    let directory = mallory.work(|session| session.create_team("Company", "Mallory").unwrap());
    let vault = mallory.team("Designs");
    mallory.connected.sync().await;
    let certificate = Box::new(bob.connected.computer.account_parts().certificate);
    let add = vec![Op::Add { certificate, role: MemberRole::Viewer, accept: None }];
    let on = log(&mallory.connected, directory).await;
    let entry = record(directory, &on, mallory.account(), &mallory.identity(), add);
    assert!(matches!(mallory.push(directory, entry).await, Ok(PushResult::Accepted { .. })));
    mallory.connected.sync().await;
    give(&mallory, directory, vault, bob.account());
    mallory.connected.sync().await;
    mallory.connected.sync().await;
    assert_eq!(mallory.role_of(vault, bob.account()), Some(MemberRole::Viewer));
    let listed = bob.connected.session.vaults(None).await.unwrap().vaults;
    assert!([directory, vault].iter().all(|id| listed.iter().any(|head| head.vault_id == *id)));
    bob.lying.forget();
    for _ in 0..2 {
        bob.connected.sync().await;
    }
    assert_eq!(bob.vaults(), 1);
    assert!(bob.work(|session| session.teams().unwrap()).is_empty());
    let routes = bob.lying.routes();
    for id in [directory, vault] {
        let path = format!("/v1/vaults/{id}");
        assert!(!routes.iter().any(|route| route.contains(&path)), "nothing of it is asked for");
    }
}

#[tokio::test]
async fn t28_vault_of_a_team_is_the_named_one() {
    let team = Team::new().await;
    let bob = team.other("bob").await;
    company(&team, &bob).await;
    let (vault, other) = (team.vault, Owner::new(9));
    bob.lying.changes(&format!("GET /v1/vaults/{vault}/log"), move |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries = vec![LogEntry::Record(other.home.record.clone())];
            let end = head(page.vault_id, &page.entries);
            (page.head_seq, page.head_root) = (end.seq, end.root);
        });
    });
    bob.try_all().await;
    assert_eq!(
        (bob.vaults(), bob.titles()),
        (2, Vec::new()),
        "the directory, and nothing in the vault's place"
    );
    bob.lying.reforms();
    bob.connected.sync().await;
    bob.connected.sync().await;
    assert_eq!((bob.vaults(), bob.titles()), (3, vec!["Shared".to_owned()]));
}

#[tokio::test]
async fn t28_directory_that_the_server_replaces_raises_an_alarm() {
    let team = Team::new().await;
    let bob = team.other("bob").await;
    let directory = company(&team, &bob).await;
    bob.connected.sync().await;
    let before = bob.work(|session| session.teams().unwrap());
    let true_log = log(&team.alice.connected, directory).await;
    // The team of somebody else, and an earlier state of this one.
    show(&bob.lying, directory, team.log().await);
    let problem = bob.try_sync(directory).await.unwrap_err();
    assert!(matches!(problem, VaultProblem::Alarm(_)), "{problem:?}");
    bob.lying.reforms();
    bob.connected.sync().await;
    show(&bob.lying, directory, true_log[..true_log.len() - 1].to_vec());
    bob.expect_alarm(directory, AlarmKind::Rollback).await;
    assert_eq!(bob.work(|session| session.teams().unwrap()), before);
    bob.lying.reforms();
    bob.connected.sync().await;
    assert_eq!(bob.work(|session| session.teams().unwrap()), before);
}
