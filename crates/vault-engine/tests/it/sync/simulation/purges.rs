//! Purges in a simulation: the server drops what was deleted permanently, and nothing else.

use vault_wire::VaultId;
use vault_wire::cbor::Canonical;
use vault_wire::message::LogEntry;
use vault_wire::revision::{RevisionHeader, RevisionKind};

use super::Simulation;
use super::device::Answer;
use crate::sync::purges::kept;

/// A device sends the records that wait.
pub fn send(simulation: &mut Simulation, at: usize, vault: VaultId) {
    if simulation.server.head(vault).seq == 0 {
        return;
    }
    if let Some(batch) = simulation.devices[at].session().next_record(vault).unwrap() {
        simulation.send(at, vault, batch, Answer::Records);
    }
}

/// One device after the other signs what is due and sends it. Then the server has nothing of deleted items in any vault.
pub fn finish(simulation: &mut Simulation) {
    for at in 0..simulation.devices.len() {
        simulation.devices[at].sign_purges();
        for vault in simulation.devices[at].vault_ids() {
            let number = simulation.devices[at].number;
            while let Some(batch) = simulation.devices[at].session().next_record(vault).unwrap() {
                let reply = simulation.server.push(vault, number, &batch).unwrap();
                simulation.devices[at].session().acknowledge_record(vault, &batch, &reply).unwrap();
                simulation.settle();
            }
        }
        simulation.settle();
    }
    for vault in simulation.devices[0].vault_ids() {
        for item in deleted(simulation, vault) {
            assert_eq!(kept(&simulation.server, vault, item), 0, "seed {}: {item}", simulation.seed);
        }
    }
}

/// The items whose last revision in a log is a tombstone.
fn deleted(simulation: &Simulation, vault: VaultId) -> Vec<vault_wire::ItemId> {
    let mut last = std::collections::BTreeMap::new();
    for entry in simulation.server.entries(vault) {
        if let LogEntry::Revision { revision, .. } = entry {
            let header = RevisionHeader::decode(&revision.header).unwrap();
            last.insert(header.item_id, header.kind);
        }
    }
    last.into_iter().filter(|(_, kind)| *kind == RevisionKind::Tombstone).map(|(item, _)| item).collect()
}
