//! What happened in vaults and on this computer, with names, filters, and in parts of bounded size.

use vault_engine::clock::Timestamp;
use vault_engine::session::{
    Activity, ActivityFilter, ActivityGroup, ActivityKind, EventKind, MemberChange, Opened, Put,
};
use vault_engine::{MemberRole, VaultId};

use super::device::Device;
use super::sharing::{Server, founder, member};
use crate::vaults::add_to;

impl Device {
    fn activity(&self, filter: &ActivityFilter, rows: usize, batches: usize) -> Vec<Activity> {
        let mut walk = self.session.activity(filter.clone()).unwrap();
        let mut all = Vec::new();
        while !walk.is_over() {
            let part = self.session.activity_step(&mut walk, rows, batches).unwrap();
            assert!(part.len() <= rows);
            all.extend(part);
        }
        all
    }

    fn all_of(&self, filter: &ActivityFilter) -> Vec<Activity> {
        self.activity(filter, usize::MAX, usize::MAX)
    }
}

fn shown(all: &[Activity]) -> Vec<(ActivityKind, Option<&str>, Option<&str>)> {
    all.iter()
        .map(|one| (one.kind, one.author.as_deref(), one.title.as_deref().or(one.member.as_deref())))
        .collect()
}

fn in_vault(vault: VaultId, group: ActivityGroup) -> ActivityFilter {
    ActivityFilter { vault: Some(vault), group: Some(group), ..ActivityFilter::default() }
}

#[test]
fn changes_of_items_and_members_are_listed_with_names() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let second = add_to(&mut bob.session, vault, "Second");
    bob.set_title(second.id, "Renamed");
    bob.send(&mut server, vault);
    alice.follow(&server, vault);
    alice.session.trash(&[second.id]).unwrap();
    alice.session.purge(&[second.id]).unwrap();
    alice.send(&mut server, vault);
    let change = MemberChange::Remove { account: bob.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);

    let items = alice.all_of(&in_vault(vault, ActivityGroup::Items));
    let by_bob = Some("Member 2");
    let created = (ActivityKind::ItemCreated, None, Some("First"));
    assert_eq!(shown(&items).last(), Some(&created));
    assert!(shown(&items).contains(&(ActivityKind::ItemDeleted, None, None)));
    assert!(shown(&items).contains(&(ActivityKind::ItemCreated, by_bob, None)), "{items:?}");
    assert!(items.iter().all(|one| one.vault == Some(vault) && one.count == 1));
    let members = alice.all_of(&in_vault(vault, ActivityGroup::Members));
    let expected = [
        (ActivityKind::NewKey, None, None),
        (ActivityKind::MemberRemoved, None, by_bob),
        (ActivityKind::MemberAdded, None, by_bob),
        (ActivityKind::Invited, None, None),
    ];
    assert_eq!(shown(&members)[..4], expected);
    assert_eq!(members[2].role, Some(MemberRole::Editor));
    assert_eq!(shown(&members).last(), Some(&(ActivityKind::Founded, None, None)));

    let author =
        |device: &Device| ActivityFilter { author: Some(device.account()), ..ActivityFilter::default() };
    assert!(alice.all_of(&author(&bob)).iter().all(|one| one.author.as_deref() == by_bob));
    assert!(alice.all_of(&author(&alice)).iter().all(|one| one.author.is_none()));
    let computer = ActivityFilter { group: Some(ActivityGroup::Computer), ..ActivityFilter::default() };
    let computer = alice.all_of(&computer);
    assert!(computer.iter().any(|one| one.kind == ActivityKind::Event(EventKind::Purged)), "{computer:?}");
    assert!(computer.iter().all(|one| matches!(one.kind, ActivityKind::Event(_))));
    assert!(!alice.all_of(&author(&bob)).is_empty());
}

#[test]
fn many_activities_come_in_order_and_in_small_parts() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    for at in 1..=200_u64 {
        let place = if at % 2 == 0 { vault } else { alice.home() };
        let home = add_to(&mut alice.session, place, "Item");
        let Opened { mut item, revision, .. } = alice.session.get(home.id).unwrap();
        item.modified_at = Timestamp(1_000 * at);
        alice.session.put(Put::change(home.id, revision, item)).unwrap();
    }
    let items = ActivityFilter { group: Some(ActivityGroup::Items), ..ActivityFilter::default() };
    let at_once = alice.activity(&items, usize::MAX, usize::MAX);
    assert_eq!(alice.activity(&items, 7, 1), at_once);
    let changed: Vec<u64> =
        at_once.iter().filter(|one| one.kind == ActivityKind::ItemChanged).map(|one| one.at.0).collect();
    assert_eq!(changed, (1..=200).rev().map(|at| 1_000 * at).collect::<Vec<u64>>());
    // Both vaults are merged by time.
    let (since, until) = (Some(Timestamp(50_000)), Some(Timestamp(60_000)));
    let some = alice.all_of(&ActivityFilter { since, until, ..items });
    assert_eq!(
        some.iter().map(|one| one.at.0 / 1_000).collect::<Vec<_>>(),
        (50..60).rev().collect::<Vec<_>>()
    );
}
