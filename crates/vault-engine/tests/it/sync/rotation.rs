//! Items whose secrets former members know: found by the log and the content alone, and dismissed for all managers.

use std::collections::BTreeSet;

use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, ItemType, PastValue};
use vault_engine::session::{ExposedItem, ExposedItems, MemberChange, MembersError, Put, SecretKind, Stored};
use vault_engine::{ItemId, VaultId};
use vault_wire::log::RejectReason;
use vault_wire::roster::MemberRole;

use super::device::Device;
use super::sharing::{Server, founder, member};
use crate::vaults::add_to;

/// After everybody has left.
const LATER: Timestamp = Timestamp(4_000_000_000_000);

impl Device {
    fn rotation(&mut self, vault: VaultId) -> ExposedItems {
        self.session.rotation(vault, usize::MAX).unwrap().unwrap()
    }

    /// The items to be changed.
    fn due(&mut self, vault: VaultId) -> Vec<ItemId> {
        let ExposedItems { items, due, .. } = self.rotation(vault);
        items.into_iter().take(due).map(|one| one.item).collect()
    }

    fn edit(&mut self, id: ItemId, change: impl FnOnce(&mut Item)) {
        let opened = self.session.get(id).unwrap();
        let mut item = opened.item;
        change(&mut item);
        self.session.put(Put::change(id, opened.revision, item)).unwrap();
    }

    fn set_password(&mut self, id: ItemId, password: &str) {
        self.edit(id, |item| {
            let field = &mut item.fields[1];
            let value = std::mem::replace(&mut field.value, password.into());
            field.history.insert(0, PastValue { value, replaced_at: LATER });
        });
    }

    fn add_note(&mut self, vault: VaultId, title: &str) -> Stored {
        let mut note = Item::new(ItemType::Note, Timestamp(1));
        title.clone_into(&mut note.title);
        note.notes = "text".into();
        self.session.put(Put { vault: Some(vault), ..Put::new(note) }).unwrap()
    }

    fn remove(&mut self, server: &mut Server, vault: VaultId, other: &Device) {
        let change = MemberChange::Remove { account: other.account() };
        self.session.change_members(vault, &change, None).unwrap();
        self.change(server, vault);
        self.send(server, vault);
    }
}

#[test]
fn what_former_members_know_is_listed_worst_first() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let note = alice.add_note(vault, "A note");
    let old = alice.due(vault);
    assert_eq!(old, []);
    alice.send(&mut server, vault);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let second = add_to(&mut alice.session, vault, "Second");
    alice.send(&mut server, vault);
    bob.follow(&server, vault);
    alice.remove(&mut server, vault, &bob);
    let after = add_to(&mut alice.session, vault, "After");
    alice.send(&mut server, vault);

    let found = alice.rotation(vault);
    let [former] = found.former.as_slice() else { panic!("{found:?}") };
    assert_eq!((former.account, former.name.as_str()), (bob.account(), "Member 2"));
    let first = found.items[1].item;
    let item = |item, kind, is_recent| ExposedItem { item, kind, is_recent, readers: vec![0] };
    let expected = [
        item(second.id, SecretKind::Password, true),
        item(first, SecretKind::Password, false),
        item(note.id, SecretKind::Note, false),
    ];
    assert_eq!((found.items.as_slice(), found.due), (expected.as_slice(), 3));
    assert!(found.items.iter().all(|one| one.item != after.id), "it was made later");

    // A new title is no new secret; a new password is, until the former one returns.
    alice.set_title(first, "Renamed");
    assert_eq!(alice.due(vault), [second.id, first, note.id]);
    alice.set_password(first, "new");
    let found = alice.rotation(vault);
    assert_eq!((found.due, found.items.len()), (2, 3));
    assert!(found.items[2].item == first && found.items[2].readers.is_empty(), "it is done");
    alice.set_password(second.id, "also new");
    alice.set_password(second.id, "x");
    assert_eq!(alice.due(vault), [second.id, note.id]);
    // It is the same after a restart, and on another manager's computer.
    let mut alice = alice.restart();
    assert_eq!(alice.due(vault), [second.id, note.id]);
    alice.send(&mut server, vault);
    let mut mia = member(&mut server, &mut alice, vault, 3, MemberRole::Manager);
    assert_eq!(mia.due(vault), [second.id, note.id]);
    assert_eq!(bob.rotation(vault), ExposedItems::default(), "he is neither owner nor manager");
    // In small steps it is the same.
    let mut steps = 0;
    let mut mia = mia.restart();
    let found = loop {
        steps += 1;
        if let Some(found) = mia.session.rotation(vault, 1).unwrap() {
            break found;
        }
    };
    assert_eq!((found.due, steps), (2, 4), "{found:?}");
    // Who comes back knows nothing that members may not know.
    let link = alice.invite(vault, MemberRole::Viewer);
    alice.change(&mut server, vault);
    bob.follow(&server, vault);
    bob.join(&server, &mut alice, &link, "Bob again");
    alice.change(&mut server, vault);
    assert_eq!(alice.rotation(vault), ExposedItems::default());
}

#[test]
fn t31_dismissals_count_by_present_managers_and_for_those_gone() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let mut mia = member(&mut server, &mut alice, vault, 3, MemberRole::Manager);
    let mut carol = member(&mut server, &mut alice, vault, 4, MemberRole::Editor);
    alice.remove(&mut server, vault, &bob);
    mia.follow(&server, vault);
    let [first] = mia.due(vault).try_into().unwrap();
    let all = BTreeSet::from([first]);
    carol.follow(&server, vault);
    let refused = carol.session.dismiss_rotation(vault, &all);
    assert!(matches!(refused, Err(MembersError::Rejected(RejectReason::Role))), "{refused:?}");
    mia.session.dismiss_rotation(vault, &all).unwrap();
    assert_eq!(mia.rotation(vault).items, []);
    mia.send(&mut server, vault);
    alice.follow(&server, vault);
    assert_eq!(alice.rotation(vault).items, []);
    alice.session.check_log().unwrap();

    // Not for somebody who leaves later.
    alice.remove(&mut server, vault, &carol);
    let found = alice.rotation(vault);
    assert_eq!((found.due, found.former[0].account), (1, carol.account()));
    assert_eq!(found.items[0].readers, [0], "of the other one it was dismissed");
    // Nor by somebody who is no manager any more.
    let change = MemberChange::Role { account: mia.account(), role: MemberRole::Editor };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    assert_eq!(alice.rotation(vault).items[0].readers, [0, 1]);
    let mut alice = alice.restart();
    assert_eq!(alice.rotation(vault).items[0].readers, [0, 1]);
    alice.session.dismiss_rotation(vault, &all).unwrap();
    assert_eq!(alice.rotation(vault).items, []);
}

#[test]
fn changed_secrets_stay_done_without_earlier_content() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let second = add_to(&mut alice.session, vault, "Second");
    alice.send(&mut server, vault);
    alice.remove(&mut server, vault, &bob);
    let [_, first] = alice.due(vault).try_into().unwrap();
    alice.set_password(first, "new");
    // As a program that does not note earlier values.
    alice.edit(second.id, |item| item.fields[1].value = "new".into());
    assert_eq!(alice.due(vault), []);
    alice.send(&mut server, vault);
    // Who came later has none of the earlier content.
    let mut mia = member(&mut server, &mut alice, vault, 3, MemberRole::Manager);
    assert_eq!(mia.due(vault), [second.id], "nothing says when it was changed");
}
