//! The history of items on several computers, through a real server.

use std::ops::ControlFlow;

use vault_crypto::SecretText;
use vault_engine::session::{Opened, Put, TransferMode, VaultAppearance};
use vault_wire::ItemId;

use crate::cycle::{Connected, first};

/// The titles in the history of an item, newest first.
fn past_titles(one: &Connected, id: ItemId) -> Vec<String> {
    one.computer.work(|session| {
        let history = session.history(id).unwrap();
        let titles = history.iter().map(|entry| session.at_revision(id, entry.revision).unwrap().title);
        titles.collect()
    })
}

#[tokio::test]
async fn moved_item_keeps_what_was_overwritten_elsewhere() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = two.computer.work(|session| session.create_vault(&work).unwrap());
    two.sync().await;

    // Both values are sent at once; only the second one is current.
    let id = one.computer.add("Typed");
    one.computer.work(|session| {
        let Opened { mut item, revision, .. } = session.get(id).unwrap();
        item.title = "Typed later".to_owned();
        item.notes = SecretText::from("note");
        session.put(Put::change(id, revision, item)).unwrap();
    });
    one.sync().await;
    two.sync().await;
    assert_eq!(past_titles(&two, id), ["Typed later", "Typed"]);
    let moved = two.computer.work(|session| {
        let plan = session.plan_transfer(&[id], vault, TransferMode::Move).unwrap();
        session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap()
    });
    let [moved] = moved.items[..] else { panic!("{moved:?}") };
    two.sync().await;
    one.sync().await;
    for device in [&one, &two] {
        assert_eq!(past_titles(device, moved.to), ["Typed later", "Typed"]);
        assert_eq!(device.computer.titles(), ["First", "Typed later"]);
    }
}
