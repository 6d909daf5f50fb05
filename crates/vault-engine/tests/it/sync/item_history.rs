//! The history of items that other devices have written.

use std::ops::ControlFlow;

use vault_engine::session::{Bodies, TransferMode, VaultAppearance};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::ItemId;
use vault_wire::log::Recovery;

use super::device::{Device, two};
use crate::support::{add, login};

impl Device {
    /// Receives everything of the home vault, with the bodies that are asked for.
    fn pull_home(&mut self, server: &LogServer, bodies: PageBodies) {
        let home = self.home();
        let page = server.page(home, self.confirmed(home), 1_000, bodies).unwrap();
        self.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap();
    }

    fn past_titles(&self, id: ItemId) -> Vec<String> {
        let history = self.session.history(id).unwrap();
        history.iter().map(|entry| self.session.at_revision(id, entry.revision).unwrap().title).collect()
    }
}

/// An item that one device has renamed before it was sent, and another one has received.
fn renamed(bodies: PageBodies) -> (LogServer, Device, Device, ItemId) {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let id = add(&mut one.session, login("Typed", "u", "p")).id;
    one.set_title(id, "Typed later");
    one.sync(&mut server);
    two.pull_home(&server, bodies);
    (server, one, two, id)
}

#[test]
fn t04_withheld_history_keeps_an_item_from_moving() {
    let (_server, _, mut two, id) = renamed(PageBodies::Live);
    assert_eq!(two.past_titles(id), ["Typed later"]);
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = two.session.create_vault(&work).unwrap();
    // A move deletes the history everywhere, and what would be moved is not all of it.
    let plan = two.session.plan_transfer(&[id], vault, TransferMode::Move).unwrap();
    assert!(plan.is_empty());
    let done = two.session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((done.items, done.left), (Vec::new(), vec![id]));
    // The original stays with its history, here in the trash.
    let plan = two.session.plan_transfer(&[id], vault, TransferMode::MoveWithoutHistory).unwrap();
    assert_eq!(two.session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap().items.len(), 1);
}

#[test]
fn received_history_is_moved_with_its_item() {
    let (mut server, mut one, mut two, id) = renamed(PageBodies::All);
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = two.session.create_vault(&work).unwrap();
    let plan = two.session.plan_transfer(&[id], vault, TransferMode::Move).unwrap();
    let done = two.session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(two.past_titles(done.items[0].to), ["Typed later", "Typed"]);
    two.found(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    assert!(one.session.get(id).is_err());
}

#[test]
fn returned_item_brings_nothing_deleted_back() {
    let mut server = LogServer::default();
    let (mut one, late) = two(&mut server);
    let (mut late, mut two) = late.copy(3);
    let id = add(&mut one.session, login("Typed", "u", "p")).id;
    one.set_title(id, "Typed later");
    one.sync(&mut server);
    two.pull_home(&server, PageBodies::All);
    two.set_title(id, "Typed meanwhile");
    one.session.trash(&[id]).unwrap();
    one.session.purge(&[id]).unwrap();
    one.sync(&mut server);
    two.sync(&mut server);
    // Everything in one page: both revisions, the deletion, and the return.
    late.pull_home(&server, PageBodies::All);
    assert_eq!(late.past_titles(id), ["Typed meanwhile"]);
    assert_eq!(late.session.check_log().unwrap(), server.head(late.home()).seq);
}
