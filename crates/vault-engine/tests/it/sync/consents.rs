//! Consents to recovery by guardians, as own devices share the pins of them.

use std::collections::BTreeSet;

use vault_crypto::SecretText;
use vault_engine::session::{ConsentMade, ConsentState, GuardianError, GuardianGroup};
use vault_testkit::LogServer;
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, VaultId};

use super::device::Device;
use super::directory::World;
use super::sharing::member;
use crate::connection::store_server;
use crate::support::PASSWORD;

/// Alice and Carol are the guardians of a team in which Bob has consented to recovery. The server holds all of it.
struct Consented {
    world: World,
    bob: Device,
    carol: Device,
    account: AccountId,
}

impl Consented {
    fn new() -> Self {
        let mut world = World::new(0);
        let team = world.team;
        let mut bob = member(&mut world.server, &mut world.alice, team, 2, MemberRole::Viewer);
        let mut carol = member(&mut world.server, &mut world.alice, team, 3, MemberRole::Manager);
        let accounts = BTreeSet::from([world.alice.session.account(), carol.session.account()]);
        world.alice.session.set_guardians(team, GuardianGroup { accounts, threshold: 2 }).unwrap();
        world.alice.send(&mut world.server, team);
        bob.follow(&world.server, team);
        carol.follow(&world.server, team);
        let text = handed(bob.session.consent_to_recovery(team, &password()));
        let account = carol.session.add_recovery_card(team, &text).unwrap();
        carol.send(&mut world.server, team);
        Self { world, bob, carol, account }
    }

    /// Carol adds Bob's withdrawal, and the server has it.
    fn withdraw(&mut self) {
        let Self { world: World { server, team, .. }, bob, carol, .. } = self;
        bob.follow(server, *team);
        let text = handed(bob.session.withdraw_consent(*team, &password()));
        carol.session.add_recovery_card(*team, &text).unwrap();
        carol.send(server, *team);
    }
}

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

fn handed(made: Result<ConsentMade, GuardianError>) -> String {
    match made.unwrap() {
        ConsentMade::ToBeHanded(text) => text,
        ConsentMade::Stored => panic!("a viewer wrote to the directory"),
    }
}

fn share(device: &mut Device, logs: &mut LogServer) {
    let home = device.home();
    device.pull(logs, home);
    device.session.share_client_state().unwrap();
    while device.push(logs, home).is_some() {
        device.pull(logs, home);
    }
}

fn states(device: &Device, team: VaultId) -> Vec<ConsentState> {
    let recovery = device.session.team_recovery(team).unwrap();
    recovery.consents.into_iter().map(|(_, state)| state).collect()
}

#[test]
fn t29_withdrawal_hidden_from_own_device_counts_there() {
    let mut consented = Consented::new();
    let team = consented.world.team;
    consented.world.alice.follow(&consented.world.server, team);
    let alice = std::mem::replace(&mut consented.world.alice, Device::numbered(9));
    let (mut one, mut two) = alice.copy(4);
    for device in [&mut one, &mut two] {
        store_server(&mut device.session);
        assert_eq!(states(device, team), [ConsentState::Given]);
    }
    assert!(two.session.recovery_offer(team, consented.account).is_ok());
    // The server shows the withdrawal to the first device, and the team as it was before to the second.
    consented.withdraw();
    one.follow(&consented.world.server, team);
    let logs = &mut consented.world.server.logs;
    share(&mut one, logs);
    share(&mut two, logs);
    let two = two.restart();
    assert_eq!(states(&two, team), [ConsentState::Outdated]);
    let refused = two.session.recovery_offer(team, consented.account).unwrap_err();
    assert!(matches!(refused, GuardianError::NotConsented), "{refused:?}");
}
