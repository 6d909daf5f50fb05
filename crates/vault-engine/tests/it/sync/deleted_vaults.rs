//! Vaults that one device deletes, between devices and a server's logs.

use std::ops::ControlFlow;

use vault_engine::session::{Contents, Put, VaultAppearance};
use vault_testkit::LogServer;
use vault_wire::{ItemId, VaultId};

use super::device::Device;
use crate::support::login;

/// Two devices with a vault that has items, and what the server has of both logs.
fn two_with_a_vault(items: u32) -> (LogServer, Device, Device, VaultId, Vec<ItemId>) {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let name = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = one.session.create_vault(&name).unwrap();
    let ids = (0..items).map(|number| put_in(&mut one, vault, &format!("Item {number}"))).collect();
    one.found(&mut server);
    one.sync(&mut server);
    let (one, two) = one.copy(2);
    (server, one, two, vault, ids)
}

fn put_in(device: &mut Device, vault: VaultId, title: &str) -> ItemId {
    let put = Put { vault: Some(vault), ..Put::new(login(title, "u", "p")) };
    device.session.put(put).unwrap().id
}

fn delete(device: &mut Device, vault: VaultId) {
    let items = u32::try_from(device.session.items_of_vault(vault).unwrap().len()).unwrap();
    let contents = if items == 0 { Contents::None } else { Contents::Delete { items } };
    device.session.delete_vault(vault, contents, &mut |_| ControlFlow::Continue(())).unwrap();
}

/// The names of the vaults but the home vault, with the titles of their items.
fn shown(device: &mut Device) -> Vec<(String, Vec<String>)> {
    let vaults = device.session.vaults().unwrap().into_iter().filter(|vault| !vault.home);
    let of = |device: &Device, vault: VaultId| {
        let ids = device.session.items_of_vault(vault).unwrap();
        let mut titles: Vec<_> = ids.into_iter().map(|id| device.item(id).title).collect();
        titles.sort();
        titles
    };
    vaults.map(|vault| (vault.appearance.name, of(device, vault.id))).collect()
}

/// Synchronizes both, restarted before each round, until nothing changes any more; returns what both show.
fn settled(server: &mut LogServer, one: Device, two: Device) -> Vec<(String, Vec<String>)> {
    let (mut one, mut two) = (one, two);
    for _ in 0..3 {
        (one, two) = (one.restart(), two.restart());
        one.sync(server);
        two.sync(server);
    }
    for device in [&one, &two] {
        device.session.check_log().unwrap();
        for vault in device.session.vault_ids() {
            assert_eq!(device.confirmed(vault), server.head(vault).seq);
        }
    }
    let (of_one, of_two) = (shown(&mut one), shown(&mut two));
    assert_eq!(of_one, of_two);
    of_one
}

#[test]
fn deleted_vault_ends_on_other_devices_too() {
    for items in [0, 2] {
        let (mut server, mut one, two, vault, _) = two_with_a_vault(items);
        delete(&mut one, vault);
        assert_eq!(shown(&mut one), []);
        let mut one = one.restart();
        assert_eq!(shown(&mut one), []);
        assert_eq!(settled(&mut server, one, two), []);
    }
}

#[test]
fn deleted_vault_returns_with_an_item_edited_meanwhile() {
    let (mut server, mut one, mut two, vault, ids) = two_with_a_vault(2);
    delete(&mut one, vault);
    two.set_title(ids[0], "Edited meanwhile");
    let back = vec![("Work".to_owned(), vec!["Edited meanwhile".to_owned()])];
    assert_eq!(settled(&mut server, one, two), back);
}

#[test]
fn deleted_vault_returns_with_a_new_item() {
    let (mut server, mut one, mut two, vault, _) = two_with_a_vault(1);
    delete(&mut one, vault);
    // The deletion is complete at the server before the other device writes again.
    one.sync(&mut server);
    one.sync(&mut server);
    put_in(&mut two, vault, "Added meanwhile");
    let back = vec![("Work".to_owned(), vec!["Added meanwhile".to_owned()])];
    assert_eq!(settled(&mut server, one, two), back);
}

#[test]
fn vault_deleted_before_the_first_contact_stays_deleted() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let vault = one
        .session
        .create_vault(&VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() })
        .unwrap();
    put_in(&mut one, vault, "Gone");
    delete(&mut one, vault);
    one.found(&mut server);
    one.sync(&mut server);
    let (one, two) = one.copy(2);
    assert_eq!(settled(&mut server, one, two), []);
}

#[test]
fn vault_that_both_delete_ends_once() {
    let (mut server, mut one, mut two, vault, _) = two_with_a_vault(2);
    delete(&mut one, vault);
    delete(&mut two, vault);
    assert_eq!(settled(&mut server, one, two), []);
}

#[test]
fn deleted_vault_returns_with_a_name_given_meanwhile() {
    let (mut server, mut one, mut two, vault, _) = two_with_a_vault(1);
    delete(&mut one, vault);
    let name = VaultAppearance { name: "Renamed".to_owned(), ..VaultAppearance::default() };
    two.session.set_vault_appearance(vault, &name).unwrap();
    assert_eq!(settled(&mut server, one, two), [("Renamed".to_owned(), vec![])]);
}
