//! Teams: members of vaults follow the groups of a directory. Accounts with the real engine and database, and a server's logs
//! in memory.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::item::ItemType;
use vault_engine::session::{
    DeviationKind, GroupChange, MemberState, SessionError, Team, TeamError, TeamPolicy, TeamVaultChange,
    TransferMode, VaultAppearance, VaultReadOnly,
};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, ItemId, VaultId};

use super::device::Device;
use super::sharing::Server;
use super::titles;
use crate::support::{login, query};
use crate::vaults::add_to;

/// A team of Alice, its owner, with members, and a vault of hers with one item.
pub(super) struct World {
    pub(super) server: Server,
    pub(super) alice: Device,
    pub(super) team: VaultId,
    pub(super) vault: VaultId,
    pub(super) others: Vec<Device>,
}

impl World {
    pub(super) fn new(others: u32) -> Self {
        let mut server = Server::default();
        let mut alice = Device::numbered(1);
        let team = alice.session.create_team("Company", "Alice").unwrap();
        let vault = new_vault(&mut alice, "Designs");
        add_to(&mut alice.session, vault, "First");
        alice.found(&mut server.logs);
        alice.sync(&mut server.logs);
        let mut world = Self { server, alice, team, vault, others: Vec::new() };
        for number in 2..2 + others {
            let other =
                super::sharing::member(&mut world.server, &mut world.alice, team, number, MemberRole::Viewer);
            world.others.push(other);
        }
        world
    }

    pub(super) fn account(&self, at: usize) -> AccountId {
        self.others[at].session.account()
    }

    /// Sends what Alice has changed in the team and in a vault, and what follows from it.
    pub(super) fn carry_out(&mut self, vault: VaultId) {
        self.alice.send(&mut self.server, self.team);
        self.alice.change(&mut self.server, self.team);
        self.alice.follow(&self.server, vault);
        self.alice.change(&mut self.server, vault);
        self.alice.send(&mut self.server, vault);
    }

    /// What another member has received, with the vaults that it was added to.
    pub(super) fn receive(&mut self, at: usize) {
        let Self { server, others, team, .. } = self;
        let device = &mut others[at];
        device.follow(server, *team);
        let account = device.session.account();
        let is_member = |vault: &VaultId| {
            server.logs.roster(*vault).is_some_and(|roster| roster.member(&account).is_some())
        };
        for vault in device.session.unentered(is_member).unwrap() {
            device.enter(server, vault);
        }
        for vault in device.session.vault_ids() {
            if server.logs.roster(vault).is_some() {
                device.follow(server, vault);
            }
        }
    }

    pub(super) fn group(&mut self, id: Option<ItemId>, members: &[usize]) -> ItemId {
        let accounts = members.iter().map(|at| self.account(*at)).collect();
        let change = GroupChange { id, name: "Designers".to_owned(), accounts };
        self.alice.session.put_group(self.team, &change).unwrap()
    }

    pub(super) fn assign(&mut self, vault: VaultId, groups: &[(ItemId, MemberRole)]) {
        let change =
            TeamVaultChange { vault, groups: groups.iter().copied().collect(), accounts: BTreeMap::new() };
        self.alice.session.put_team_vault(self.team, &change).unwrap();
    }

    pub(super) fn role(&self, at: usize) -> Option<MemberRole> {
        self.alice.role_of(self.vault, self.account(at))
    }

    pub(super) fn team(&self) -> Team {
        self.alice.session.team(self.team).unwrap()
    }
}

pub(super) fn new_vault(device: &mut Device, name: &str) -> VaultId {
    let appearance = VaultAppearance { name: name.to_owned(), ..VaultAppearance::default() };
    device.session.create_vault(&appearance).unwrap()
}

#[test]
fn members_of_a_vault_follow_its_groups() {
    let mut world = World::new(2);
    let vault = world.vault;
    let group = world.group(None, &[0, 1]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    let [info] = world.team().vaults.try_into().unwrap();
    assert_eq!((info.id, info.name.as_str(), info.members), (vault, "Designs", Some(1)));
    let kinds: Vec<DeviationKind> = info.deviations.iter().map(|deviation| deviation.kind).collect();
    assert_eq!(kinds, [DeviationKind::Add(MemberRole::Editor); 2]);
    assert_eq!(info.deviations[0].by, [world.alice.session.account()]);
    assert!(world.alice.session.has_roster_work(vault).unwrap());

    world.carry_out(vault);
    assert_eq!([world.role(0), world.role(1)], [Some(MemberRole::Editor); 2]);
    assert!(!world.alice.session.has_roster_work(vault).unwrap());
    assert!(world.team().vaults[0].deviations.is_empty());
    for at in [0, 1] {
        world.receive(at);
        assert_eq!(titles(&mut world.others[at]), ["First".to_owned()].into());
        let found = world.others[at].session.vaults().unwrap();
        let found = found.iter().find(|found| found.id == vault).unwrap();
        assert_eq!(found.appearance.name, "Designs");
        assert_eq!(found.team, Some(world.team));
        assert_eq!(found.sharing.shared_by.as_ref().unwrap().name.as_deref(), Some("Alice"));
    }
    let name = world.alice.session.member_name(vault, &world.account(0)).unwrap();
    assert_eq!(name.as_deref(), Some("Member 2"), "the name of the team's card");

    // The group gets another role, then loses one of them.
    world.assign(vault, &[(group, MemberRole::Viewer)]);
    world.carry_out(vault);
    assert_eq!([world.role(0), world.role(1)], [Some(MemberRole::Viewer); 2]);
    world.group(Some(group), &[0]);
    world.carry_out(vault);
    assert_eq!([world.role(0), world.role(1)], [Some(MemberRole::Viewer), None]);
    add_to(&mut world.alice.session, vault, "After");
    world.carry_out(vault);
    world.receive(0);
    world.receive(1);
    assert_eq!(titles(&mut world.others[0]).len(), 2);
    assert_eq!(titles(&mut world.others[1]).len(), 1, "what follows the removal has another key");

    // A deleted group gives nothing.
    world.alice.session.delete_group(world.team, group).unwrap();
    assert!(world.team().groups.is_empty());
    world.carry_out(vault);
    assert_eq!(world.role(0), None);
    let World { alice, others, .. } = world;
    for device in others.into_iter().chain([alice]) {
        device.restart().session.check_log().unwrap();
    }
}

#[test]
fn suspended_member_is_in_no_vault_until_it_is_resumed() {
    let mut world = World::new(2);
    let (team, vault) = (world.team, world.vault);
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    let other = new_vault(&mut world.alice, "Other");
    world.alice.found(&mut world.server.logs);
    let bob = world.account(0);
    let direct = TeamVaultChange {
        vault: other,
        groups: BTreeMap::new(),
        accounts: [(bob, MemberRole::Viewer)].into(),
    };
    world.alice.session.put_team_vault(team, &direct).unwrap();
    world.carry_out(vault);
    world.carry_out(other);
    assert_eq!(world.alice.role_of(other, bob), Some(MemberRole::Viewer));
    assert_eq!(world.team().people.iter().find(|person| person.account == bob).unwrap().vaults, 2);

    world.alice.session.set_member_state(team, bob, MemberState::Suspended, None).unwrap();
    // Killed before anything was sent: the program goes on after a restart.
    world.alice = world.alice.restart();
    world.carry_out(vault);
    world.carry_out(other);
    assert_eq!([world.role(0), world.alice.role_of(other, bob)], [None, None]);
    let person =
        |world: &World| world.team().people.into_iter().find(|person| person.account == bob).unwrap();
    assert_eq!((person(&world).state, person(&world).vaults), (MemberState::Suspended, 0));
    assert_eq!(person(&world).role, Some(MemberRole::Viewer), "it stays in the directory");

    world.alice.session.set_member_state(team, bob, MemberState::Active, None).unwrap();
    world.carry_out(vault);
    world.carry_out(other);
    let roles = [world.role(0), world.alice.role_of(other, bob)];
    assert_eq!(roles, [Some(MemberRole::Editor), Some(MemberRole::Viewer)], "groups keep the roles");

    world.alice.session.set_member_state(team, bob, MemberState::Removed, None).unwrap();
    world.carry_out(vault);
    world.carry_out(other);
    assert_eq!([world.role(0), world.alice.role_of(other, bob)], [None, None]);
    assert_eq!(world.alice.role_of(team, bob), None);
    assert_eq!((person(&world).state, person(&world).role), (MemberState::Removed, None));
    let own = world.alice.session.account();
    let refused = world.alice.session.set_member_state(team, own, MemberState::Suspended, None);
    assert!(matches!(refused, Err(TeamError::NotPermitted)));
}

#[test]
fn vault_that_a_suspended_member_removed_comes_back() {
    let mut world = World::new(1);
    let (team, vault, bob) = (world.team, world.vault, world.account(0));
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    world.carry_out(vault);
    world.receive(0);
    world.alice.session.set_member_state(team, bob, MemberState::Suspended, None).unwrap();
    world.carry_out(vault);
    let device = &mut world.others[0];
    let last = world.server.logs.page(vault, device.confirmed(vault), 100, vault_testkit::PageBodies::None);
    assert!(device.session.receive_removal(vault, &[last.unwrap()]).unwrap());
    device.session.forget_vault(vault).unwrap();
    assert!(titles(device).is_empty());
    world.alice.session.set_member_state(team, bob, MemberState::Active, None).unwrap();
    world.carry_out(vault);
    world.receive(0);
    assert_eq!(titles(&mut world.others[0]), ["First".to_owned()].into());
}

#[test]
fn administrator_outside_a_vault_asks_its_managers() {
    let mut world = World::new(3);
    let team = world.team;
    // Bob becomes a manager of the directory and gives his vault to the team.
    let bob = world.account(0);
    let change = vault_engine::session::MemberChange::Role { account: bob, role: MemberRole::Manager };
    world.alice.session.change_members(team, &change, None).unwrap();
    world.alice.change(&mut world.server, team);
    world.receive(0);
    let vault = new_vault(&mut world.others[0], "Of Bob");
    add_to(&mut world.others[0].session, vault, "Of Bob");
    let founding = world.others[0].session.founding(vault).unwrap();
    world.server.logs.create(vault, &founding.entry);
    let give = TeamVaultChange { vault, groups: BTreeMap::new(), accounts: BTreeMap::new() };
    world.others[0].session.put_team_vault(team, &give).unwrap();
    for sent in [team, vault] {
        world.others[0].send(&mut world.server, sent);
    }

    // Alice is no member of it, and says who gets it.
    world.alice.follow(&world.server, team);
    let group = world.group(None, &[1, 2]);
    world.assign(vault, &[(group, MemberRole::Viewer)]);
    let info = |device: &Device| {
        device.session.team(team).unwrap().vaults.into_iter().find(|info| info.id == vault).unwrap()
    };
    assert_eq!((info(&world.alice).role, info(&world.alice).by), (None, world.alice.session.account()));
    assert_eq!(info(&world.others[0]).by, bob);
    assert_eq!(info(&world.alice).name, "Of Bob");
    world.alice.send(&mut world.server, team);

    // Bob's program carries it out.
    world.receive(0);
    assert_eq!(info(&world.others[0]).deviations.len(), 2);
    let World { server, others, .. } = &mut world;
    others[0].change(server, vault);
    others[0].send(server, vault);
    assert!(info(&world.others[0]).deviations.is_empty());
    world.receive(1);
    assert_eq!(titles(&mut world.others[1]), ["Of Bob".to_owned()].into());
}

#[test]
fn changes_of_one_group_by_two_managers_both_count() {
    let mut world = World::new(3);
    let team = world.team;
    let group = world.group(None, &[0]);
    world.alice.send(&mut world.server, team);
    let World { server, alice, others, .. } = world;
    let accounts: Vec<AccountId> = others.iter().map(|other| other.session.account()).collect();
    let (mut one, mut two) = alice.copy(9);
    let put = |device: &mut Device, accounts: &[AccountId]| {
        let accounts: BTreeSet<AccountId> = accounts.iter().copied().collect();
        let change = GroupChange { id: Some(group), name: "Designers".to_owned(), accounts };
        device.session.put_group(team, &change).unwrap();
    };
    // One adds somebody, the other takes somebody out and adds somebody else.
    put(&mut one, &[accounts[0], accounts[1]]);
    put(&mut two, &[accounts[2]]);
    let mut server = server;
    one.send(&mut server, team);
    two.send(&mut server, team);
    one.follow(&server, team);
    let mut expected = vec![accounts[1], accounts[2]];
    expected.sort_unstable();
    for device in [one, two] {
        let device = device.restart();
        let [found] = device.session.team(team).unwrap().groups.try_into().unwrap();
        assert_eq!(found.accounts, expected);
        device.session.check_log().unwrap();
    }
}

#[test]
fn invited_guests_stay_and_managers_are_left_alone() {
    let mut world = World::new(1);
    let vault = world.vault;
    let guest = super::sharing::member(&mut world.server, &mut world.alice, vault, 7, MemberRole::Editor);
    let manager = super::sharing::member(&mut world.server, &mut world.alice, vault, 8, MemberRole::Manager);
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Viewer)]);
    world.carry_out(vault);
    assert_eq!(world.team().vaults[0].others, [guest.session.account()]);
    world.group(Some(group), &[]);
    world.carry_out(vault);
    assert_eq!(world.role(0), None);
    for (device, role) in [(&guest, MemberRole::Editor), (&manager, MemberRole::Manager)] {
        assert_eq!(world.alice.role_of(vault, device.session.account()), Some(role));
    }

    // A vault that is taken out of the team keeps its members, and follows no group any more.
    world.group(Some(group), &[0]);
    world.carry_out(vault);
    world.alice.session.remove_team_vault(world.team, vault).unwrap();
    world.group(Some(group), &[]);
    world.carry_out(vault);
    assert_eq!(world.role(0), Some(MemberRole::Viewer));
    assert!(world.team().vaults.is_empty());
    let found = world.alice.session.vaults().unwrap();
    assert_eq!(found.iter().find(|found| found.id == vault).unwrap().team, None);
}

#[test]
fn policy_of_a_team_is_followed() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    let policy = TeamPolicy {
        password: Some(4),
        no_plain_export: true,
        no_personal_copies: true,
        lock_minutes: Some(5),
        trash_days: Some(30),
        ..TeamPolicy::default()
    };
    world.alice.session.set_team_policy(team, policy).unwrap();
    let wrong = TeamPolicy { lock_minutes: Some(0), ..policy };
    assert!(matches!(world.alice.session.set_team_policy(team, wrong), Err(TeamError::Invalid)));
    world.carry_out(vault);
    world.receive(0);
    let bob = &mut world.others[0];
    assert_eq!(bob.session.policy().unwrap(), policy);
    assert_eq!(bob.session.policy_of(vault).unwrap(), policy);
    assert_eq!(bob.session.policy_of(bob.home()).unwrap(), TeamPolicy::default());
    let refused = bob.session.set_team_policy(team, TeamPolicy::default());
    assert!(matches!(refused, Err(TeamError::NotPermitted)));

    let home = bob.home();
    let item = bob.session.list(&query(vault_engine::search::Scope::All)).unwrap().rows[0].id;
    for mode in [TransferMode::Copy, TransferMode::Move] {
        let plan = bob.session.plan_transfer(&[item], home, mode);
        assert_eq!(plan.err(), Some(SessionError::Policy));
    }
    assert!(bob.session.plan_transfer(&[item], vault, TransferMode::Duplicate).is_ok());
    // The other way is open.
    let own = add_to(&mut bob.session, home, "Own").id;
    assert!(bob.session.plan_transfer(&[own], vault, TransferMode::Copy).is_ok());

    // A team has no items of its own.
    let mut note = login("In the directory", "u", "p");
    note.set_type(ItemType::Note);
    let put = vault_engine::session::Put { vault: Some(team), ..vault_engine::session::Put::new(note) };
    let refused = world.alice.session.put(put);
    assert_eq!(refused.err(), Some(SessionError::VaultReadOnly(VaultReadOnly::Directory)));
}

#[test]
fn t26_group_by_a_mere_editor_has_no_effect() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let group = world.group(None, &[]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    world.carry_out(vault);
    let mallory = super::sharing::member(&mut world.server, &mut world.alice, team, 6, MemberRole::Manager);
    let account = mallory.session.account();
    world.others.push(mallory);
    let mallory = world.others.last_mut().unwrap();
    // Written as a manager, and as one that was made an editor since.
    let change = GroupChange { id: Some(group), name: "Designers".to_owned(), accounts: [account].into() };
    mallory.session.put_group(team, &change).unwrap();
    let demoted = vault_engine::session::MemberChange::Role { account, role: MemberRole::Editor };
    let World { server, alice, others, .. } = &mut world;
    alice.session.change_members(team, &demoted, None).unwrap();
    alice.change(server, team);
    others.last_mut().unwrap().send(server, team);
    world.carry_out(vault);
    assert_eq!(world.alice.role_of(vault, account), None);
    assert!(world.team().groups.is_empty(), "the group is as an editor wrote it");
    let mallory = world.others.last_mut().unwrap();
    let refused = mallory.session.put_group(team, &change);
    assert!(matches!(refused, Err(TeamError::NotPermitted)));
}

#[test]
fn t26_team_has_no_say_in_vaults_that_left() {
    let mut world = World::new(0);
    let vault = world.vault;
    let World { server, alice, .. } = &mut world;
    // Mallory owns a team, and as a manager of Alice's vault gives it to her team.
    let mut mallory = super::sharing::member(server, alice, vault, 6, MemberRole::Manager);
    let account = mallory.session.account();
    let theirs = mallory.session.create_team("Theirs", "Mallory").unwrap();
    let founding = mallory.session.founding(theirs).unwrap();
    server.logs.create(theirs, &founding.entry);
    let change =
        TeamVaultChange { vault, groups: BTreeMap::new(), accounts: [(account, MemberRole::Editor)].into() };
    mallory.session.put_team_vault(theirs, &change).unwrap();
    mallory.send(server, vault);
    let link = mallory.invite(theirs, MemberRole::Viewer);
    mallory.change(server, theirs);
    mallory.send(server, theirs);
    alice.join(server, &mut mallory, &link, "Alice");
    mallory.change(server, theirs);
    mallory.send(server, theirs);
    alice.enter(server, theirs);
    alice.follow(server, vault);
    let followed = |alice: &Device| alice.session.team(theirs).unwrap().vaults[0].is_followed;
    assert!(followed(alice));
    let own = alice.session.create_team("Own", "Alice").unwrap();
    let taken = alice.session.put_team_vault(own, &TeamVaultChange { vault, ..change.clone() });
    assert!(matches!(taken, Err(TeamError::OtherTeam)));

    // Alice takes it out and Mallory with it. What Mallory's directory says has no effect.
    alice.session.leave_team(vault).unwrap();
    alice.send(server, vault);
    let remove = vault_engine::session::MemberChange::Remove { account };
    alice.session.change_members(vault, &remove, None).unwrap();
    alice.change(server, vault);
    assert!(!followed(alice));
    assert!(!alice.session.has_roster_work(vault).unwrap());
    alice.change(server, vault);
    assert_eq!(alice.role_of(vault, account), None);
}

#[test]
fn t26_editor_who_leaves_has_written_nothing_either() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let group = world.group(None, &[]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    world.carry_out(vault);
    let World { server, alice, others, .. } = &mut world;
    let mut mallory = super::sharing::member(server, alice, team, 6, MemberRole::Manager);
    let account = mallory.session.account();
    let accomplice = others[0].session.account();
    // Mallory was made an editor and does not know it yet, writes for an accomplice, and leaves.
    let change = GroupChange { id: None, name: "Theirs".to_owned(), accounts: [accomplice].into() };
    let theirs = mallory.session.put_group(team, &change).unwrap();
    let grant =
        TeamVaultChange { vault, groups: [(theirs, MemberRole::Editor)].into(), accounts: BTreeMap::new() };
    mallory.session.put_team_vault(team, &grant).unwrap();
    let demoted = vault_engine::session::MemberChange::Role { account, role: MemberRole::Editor };
    alice.session.change_members(team, &demoted, None).unwrap();
    alice.change(server, team);
    mallory.send(server, team);
    mallory.session.change_members(team, &vault_engine::session::MemberChange::Leave, None).unwrap();
    mallory.change(server, team);
    world.carry_out(vault);
    let left = world.team();
    assert!(left.people.iter().all(|person| person.account != account), "Mallory has left");
    assert!(left.groups.iter().all(|group| group.id != theirs));
    assert_eq!(world.role(0), None, "the accomplice is in the vault");

    // What a manager wrote before it left stays.
    let World { server, alice, .. } = &mut world;
    let mut carol = super::sharing::member(server, alice, team, 7, MemberRole::Manager);
    let change = GroupChange { id: None, name: "Carol's".to_owned(), accounts: [accomplice].into() };
    let kept = carol.session.put_group(team, &change).unwrap();
    carol.send(server, team);
    carol.session.change_members(team, &vault_engine::session::MemberChange::Leave, None).unwrap();
    carol.change(server, team);
    world.carry_out(vault);
    assert!(world.team().groups.iter().any(|group| group.id == kept));
}

#[test]
fn t28_vault_that_the_directory_does_not_name_is_not_entered() {
    let mut world = World::new(1);
    let vault = world.vault;
    let group = world.group(None, &[0]);
    world.assign(vault, &[(group, MemberRole::Editor)]);
    // One that Alice keeps for herself, and that the server shows to Bob.
    let private = new_vault(&mut world.alice, "Private");
    let founding = world.alice.session.founding(private).unwrap();
    world.server.logs.create(private, &founding.entry);
    world.carry_out(vault);
    let World { server, others, team, .. } = &mut world;
    let bob = &mut others[0];
    bob.follow(server, *team);
    assert_eq!(bob.session.unentered(|_| true).unwrap(), [vault]);
    let first =
        |vault| server.logs.page(vault, 0, 1, vault_testkit::PageBodies::Live).unwrap().entries.remove(0);
    assert_eq!(bob.session.join_invited(private, &first(private)), Err(SessionError::NotFound));
    assert_eq!(bob.session.join_invited(vault, &first(private)), Ok(false), "under the name of another");
    assert_eq!(bob.session.join_invited(vault, &first(vault)), Ok(true));
}
