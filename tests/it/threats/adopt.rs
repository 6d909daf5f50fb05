//! Of two histories an owner chooses the server's: nothing is lost, and nobody else chooses.

use std::collections::BTreeSet;

use vault_api::{ErrorCode, ErrorView};
use vault_crypto::{RootSigner, sign_record};
use vault_engine::session::{AlarmKind, MemberChange, MembersError};
use vault_sync::cycle::{AdoptError, VaultProblem};
use vault_wire::log::{Head, RejectReason};
use vault_wire::message::LogEntry;
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{ItemId, VaultId};

use super::scene::{Scene, fork, head, log, show};
use super::team::{Person, Team, removal, verified};
use crate::cycle::Connected;
use crate::support::{NOW, PASSWORD, Reply};

/// The titles that an item has, or had in either history.
fn every_title(connected: &Connected, item: ItemId) -> BTreeSet<String> {
    connected.computer.work(|session| {
        let item = session.get(item).unwrap().item;
        let past = item.superseded.iter().map(|past| past.value.expose().to_owned());
        past.chain([item.title.clone()]).collect()
    })
}

async fn expect_alarm(connected: &Connected, vault: VaultId, kind: AlarmKind) {
    let problem = connected.try_sync().await.unwrap().remove(&vault).unwrap().unwrap_err();
    let VaultProblem::Alarm(alarm) = problem else { panic!("{problem:?}") };
    assert_eq!(alarm.kind, kind);
}

#[tokio::test]
async fn t10_chosen_history_has_what_both_devices_wrote() {
    let scene = Scene::new().await;
    let Scene { one, lying, two, home, .. } = &scene;
    let first = one.computer.add("Both change it");
    one.sync().await;
    two.sync().await;
    let shared = log(one, *home).await;
    fork(lying, *home, &shared);
    one.computer.set_title(first, "By one");
    for title in ["Of one", "More of one"] {
        one.computer.add(title);
        one.sync().await;
    }
    two.computer.set_title(first, "By two");
    for title in ["Of two", "More of two"] {
        two.computer.add(title);
        two.sync().await;
    }
    lying.reforms();
    expect_alarm(two, *home, AlarmKind::Fork).await;
    // Written while it lasts: nothing can be.
    two.cycle().adopt(*home, PASSWORD.into()).await.unwrap();
    // What waits survives a restart.
    two.computer.lock();
    two.computer.unlock();
    for connected in [two, one, two] {
        connected.sync().await;
    }
    let all = ["By one", "By two", "First", "More of one", "More of two", "Of one", "Of two"];
    for connected in [one, two] {
        let mut titles: BTreeSet<String> = connected.computer.titles().into_iter().collect();
        titles.extend(every_title(connected, first));
        assert!(all.iter().all(|title| titles.contains(*title)), "{titles:?}");
        assert_eq!(connected.computer.titles(), one.computer.titles());
        connected.computer.work(|session| session.check_log().unwrap());
    }
    // The next device gets all of it, too.
    let three = Connected::another(&scene.hostile, one).await;
    three.sync().await;
    assert_eq!(three.computer.titles(), one.computer.titles());
}

/// A team whose server has shown an editor another history, in which the editor wrote.
async fn split() -> (Team, Person) {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    team.alice.connected.sync().await;
    let shared = team.log().await;
    fork(&bob.lying, team.vault, &shared);
    bob.add(team.vault, "Of Bob");
    bob.connected.sync().await;
    team.alice.add(team.vault, "Of Alice");
    team.alice.connected.sync().await;
    bob.lying.reforms();
    bob.expect_alarm(team.vault, AlarmKind::Fork).await;
    (team, bob)
}

#[tokio::test]
async fn t10_members_follow_an_owner_who_chose() {
    let (team, bob) = split().await;
    let refused = bob.connected.cycle().adopt(team.vault, PASSWORD.into()).await.unwrap_err();
    assert!(
        matches!(refused, AdoptError::Members(MembersError::Rejected(RejectReason::Role))),
        "{refused:?}"
    );
    bob.expect_alarm(team.vault, AlarmKind::Fork).await;
    let wrong = team.alice.connected.cycle().adopt(team.vault, "another password".into()).await;
    assert!(matches!(wrong, Err(AdoptError::Members(MembersError::Keys(_)))), "{wrong:?}");
    team.alice.connected.cycle().adopt(team.vault, PASSWORD.into()).await.unwrap();
    bob.connected.sync().await;
    team.alice.connected.sync().await;
    for person in [&bob, &team.alice] {
        assert_eq!(person.titles(), ["Of Alice", "Of Bob", "Shared"]);
        assert_eq!(person.read_only(team.vault), None);
    }
}

#[tokio::test]
async fn t10_edits_sealed_with_a_lost_key_come_back() {
    let team = Team::new().await;
    let carol = team.member("carol", MemberRole::Editor).await;
    team.alice.connected.sync().await;
    let shared = team.log().await;
    let vault = team.vault;
    // The owner removes somebody in a history that nobody else sees, and writes under the new key.
    fork(&team.alice.lying, vault, &shared);
    team.alice.lying.answers(&format!("POST /v1/vaults/{vault}/grants"), |_| Reply::new(204, "", ""));
    team.alice.change(vault, &MemberChange::Remove { account: carol.account() });
    team.alice.connected.sync().await;
    team.alice.add(vault, "Under the new key");
    team.alice.connected.sync().await;
    assert_eq!(team.alice.role_of(vault, carol.account()), None);
    let former = || {
        let found = team.alice.work(|session| session.rotation(vault, usize::MAX).unwrap().unwrap());
        found.former.len()
    };
    assert_eq!(former(), 1);
    carol.add(vault, "Of Carol");
    carol.connected.sync().await;
    team.alice.lying.reforms();
    team.alice.expect_alarm(vault, AlarmKind::Fork).await;
    team.alice.connected.cycle().adopt(vault, PASSWORD.into()).await.unwrap();
    assert_eq!(former(), 0, "nobody was removed by the chosen history");
    // The key is forgotten with the history.
    team.alice.connected.computer.lock();
    team.alice.connected.computer.unlock();
    team.alice.connected.sync().await;
    carol.connected.sync().await;
    for person in [&team.alice, &carol] {
        assert_eq!(person.titles(), ["Of Carol", "Shared", "Under the new key"]);
        assert_eq!(person.role_of(vault, carol.account()), Some(MemberRole::Editor));
        person.work(|session| session.check_log().unwrap());
    }
}

/// A record by which a member chooses the history with these entries.
fn choice(team: &Team, on: &[LogEntry], by: &Person, root: Option<&RootSigner>) -> LogEntry {
    let Head { seq, root: base_root } = head(team.vault, on);
    let record = Record {
        vault_id: team.vault,
        prev: *verified(on).roster().last_record(),
        base_seq: seq,
        base_root,
        author: by.account(),
        generation: 1,
        made_at: NOW,
        ops: vec![Op::Adopt { seq, root: base_root }],
    };
    LogEntry::Record(sign_record(&record, &by.identity(), root))
}

#[tokio::test]
async fn t10_forged_choice_ends_no_alarm() {
    let (team, bob) = split().await;
    let entries = team.log().await;
    let root = |person: &Person| person.connected.computer.account_parts().root;
    // Without the owner's root; by the editor, with the own root; with another one's root.
    let forged = [
        choice(&team, &entries, &team.alice, None),
        choice(&team, &entries, &bob, Some(&root(&bob))),
        choice(&team, &entries, &team.alice, Some(&root(&bob))),
    ];
    for choice in forged {
        bob.lying.reforms();
        show(&bob.lying, team.vault, [entries.clone(), vec![choice]].concat());
        bob.expect_alarm(team.vault, AlarmKind::Fork).await;
    }
}

#[tokio::test]
async fn t10_history_that_contradicts_itself_cannot_be_chosen() {
    let scene = Scene::new().await;
    let earlier = scene.log().await;
    scene.write(&["Hidden", "Second"]).await;
    // The second entry was written with the hidden one in view.
    let next = scene.log().await.pop().unwrap();
    scene.show([earlier, vec![next]].concat());
    expect_alarm(&scene.two, scene.home, AlarmKind::Contradiction).await;
    let refused = scene.two.cycle().adopt(scene.home, PASSWORD.into()).await.unwrap_err();
    assert!(matches!(refused, AdoptError::Members(MembersError::OtherHistory)), "{refused:?}");
    assert_eq!(ErrorView::from(refused).code, ErrorCode::HistoryNotChosen);
    expect_alarm(&scene.two, scene.home, AlarmKind::Contradiction).await;
}

#[tokio::test]
async fn t10_removed_owner_chooses_no_history_without_the_removal() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let carol = team.member("carol", MemberRole::Editor).await;
    let owner = MemberChange::Role { account: bob.account(), role: MemberRole::Owner };
    let as_root = |change: &MemberChange| {
        team.alice
            .work(|session| session.change_members(team.vault, change, Some(&PASSWORD.into())).unwrap());
    };
    as_root(&owner);
    team.alice.connected.sync().await;
    let before = team.log().await;
    assert!(!removal(&before, bob.account()).is_empty());
    as_root(&MemberChange::Remove { account: bob.account() });
    team.alice.connected.sync().await;
    carol.connected.sync().await;
    assert_eq!(carol.role_of(team.vault, bob.account()), None);
    let root = bob.connected.computer.account_parts().root;
    let choice = choice(&team, &before, &bob, Some(&root));
    let shown = [before, vec![choice]].concat();
    assert_eq!(verified(&shown).roster().adoptions().len(), 1, "it is valid there");
    show(&carol.lying, team.vault, shown);
    let problem = carol.try_sync(team.vault).await.unwrap_err();
    let VaultProblem::Alarm(alarm) = problem else { panic!("{problem:?}") };
    carol.expect_alarm(team.vault, alarm.kind).await;
    assert_eq!(carol.role_of(team.vault, bob.account()), None);
}
