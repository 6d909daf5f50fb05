//! Teams whose members write what they may not, and identities that a team cannot vouch for.

use std::collections::BTreeMap;

use vault_crypto::{Identity, RootSigner, SecretText};
use vault_engine::session::{
    DeviationKind, MemberChange, MemberState, TeamError, TeamPolicy, TeamVaultChange,
};
use vault_testkit::FixedRng;
use vault_wire::VaultId;
use vault_wire::account::Predecessor;
use vault_wire::roster::MemberRole;

use super::directory::{World, new_vault};
use super::sharing::{answer_of, member};
use crate::support::PASSWORD;

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

#[test]
fn t26_policy_counts_by_present_owners_only() {
    let mut world = World::new(0);
    let team = world.team;
    let World { server, alice, .. } = &mut world;
    let mut mallory = member(server, alice, team, 6, MemberRole::Manager);
    let role = |role| MemberChange::Role { account: mallory.session.account(), role };
    let (owner, manager) = (role(MemberRole::Owner), role(MemberRole::Manager));
    let policy = TeamPolicy { no_export: true, no_plain_export: true, ..TeamPolicy::default() };
    let refused = mallory.session.set_team_policy(team, policy);
    assert!(matches!(refused, Err(TeamError::NotPermitted)));
    alice.session.change_members(team, &owner, Some(&password())).unwrap();
    alice.change(server, team);
    mallory.follow(server, team);
    // Mallory was made a manager again, and does not know it yet.
    mallory.session.set_team_policy(team, policy).unwrap();
    assert_eq!(mallory.session.policy().unwrap(), policy);
    alice.session.change_members(team, &manager, Some(&password())).unwrap();
    alice.change(server, team);
    mallory.send(server, team);
    alice.follow(server, team);
    mallory.follow(server, team);
    for device in [alice, &mut mallory] {
        assert_eq!(device.session.policy().unwrap(), TeamPolicy::default());
    }
}

#[test]
fn t24_team_gives_nothing_to_a_contradicted_identity() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let bob = world.account(0);
    let manager = MemberChange::Role { account: bob, role: MemberRole::Manager };
    world.alice.session.change_members(team, &manager, None).unwrap();
    world.alice.change(&mut world.server, team);
    world.receive(0);
    // Eve's root certified two identities of one generation. Alice knows the first, Bob lets the other into the team.
    let rng = &mut FixedRng::new(77);
    let root = RootSigner::make(rng);
    let eve = root.account_id();
    let identities = [Identity::make_first(rng), Identity::make_first(rng)];
    let other = new_vault(&mut world.alice, "Other");
    world.alice.found(&mut world.server.logs);
    let World { server, alice, others, .. } = &mut world;
    for ((vault, device), identity) in [(other, alice), (team, &mut others[0])].into_iter().zip(&identities) {
        let certificate = root.certify(identity, Predecessor::Sound, 1);
        let link = device.invite(vault, MemberRole::Viewer);
        device.change(server, vault);
        device.send(server, vault);
        let answer = answer_of(server, &device.read_invitation(server, &link), identity, &certificate);
        device.session.take_answers(vault, &[answer]).unwrap();
        device.change(server, vault);
        device.send(server, vault);
    }
    world.alice.follow(&world.server, team);
    assert_eq!(world.alice.role_of(team, eve), Some(MemberRole::Viewer));
    let change =
        TeamVaultChange { vault, groups: BTreeMap::new(), accounts: [(eve, MemberRole::Editor)].into() };
    world.alice.session.put_team_vault(team, &change).unwrap();
    world.carry_out(vault);
    let [deviation] = world.team().vaults.remove(0).deviations.try_into().unwrap();
    assert_eq!((deviation.account, deviation.kind), (eve, DeviationKind::Add(MemberRole::Editor)));
    assert!(deviation.is_contradicted, "the difference says why");
    assert_eq!(world.alice.role_of(vault, eve), None);
    assert!(!world.server.grants.contains_key(&(vault, 1, eve)));
}

#[test]
fn t27_suspended_manager_carries_nothing_out() {
    let mut world = World::new(2);
    let (team, bob, carol) = (world.team, world.account(0), world.account(1));
    // Bob manages a vault of Alice's team.
    let vault: VaultId = world.vault;
    let direct = |accounts: &[_]| TeamVaultChange {
        vault,
        groups: BTreeMap::new(),
        accounts: accounts.iter().copied().collect(),
    };
    world.alice.session.put_team_vault(team, &direct(&[(bob, MemberRole::Editor)])).unwrap();
    world.carry_out(vault);
    let manager = MemberChange::Role { account: bob, role: MemberRole::Manager };
    world.alice.session.change_members(vault, &manager, None).unwrap();
    world.alice.change(&mut world.server, vault);
    world.receive(0);
    // He is suspended, and somebody gets the vault: his program does neither.
    world.alice.session.set_member_state(team, bob, MemberState::Suspended, None).unwrap();
    world.alice.session.put_team_vault(team, &direct(&[(carol, MemberRole::Viewer)])).unwrap();
    world.alice.send(&mut world.server, team);
    world.receive(0);
    let device = &mut world.others[0];
    assert!(!device.session.has_roster_work(vault).unwrap());
    let info = device.session.team(team).unwrap().vaults.remove(0);
    let own = world.alice.session.account();
    assert_eq!(info.deviations.len(), 2);
    assert!(info.deviations.iter().all(|deviation| deviation.by == [own]), "{:?}", info.deviations);
    world.carry_out(vault);
    assert_eq!([world.role(0), world.role(1)], [None, Some(MemberRole::Viewer)]);
}

#[test]
fn t31_who_leaves_a_team_loses_its_vaults() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    world.carry_out(vault);
    world.receive(0);
    let World { server, others, .. } = &mut world;
    others[0].session.change_members(team, &MemberChange::Leave, None).unwrap();
    others[0].change(server, team);
    // The group still names the account; only members of the team get what it gives.
    world.alice.follow(&world.server, team);
    assert_eq!(world.team().groups[0].accounts, [world.account(0)]);
    world.carry_out(vault);
    assert_eq!(world.role(0), None);
}
