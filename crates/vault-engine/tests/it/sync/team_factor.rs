//! Vaults of a team that are to need a second factor.

use vault_crypto::SecretText;
use vault_engine::session::{
    KeysError, MemberChange, MembersError, MissingFactor, SessionError, TeamError, TeamPolicy,
};
use vault_wire::VaultId;
use vault_wire::roster::MemberRole;

use super::directory::{World, new_vault};
use crate::support::PASSWORD;

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

/// What a vault lacks.
fn missing(world: &World, vault: VaultId) -> Option<MissingFactor> {
    let mut vaults = world.team().vaults.into_iter();
    vaults.find(|info| info.id == vault).unwrap().missing_factor
}

fn needs_factor(world: &World, vault: VaultId) -> bool {
    world.alice.session.members(vault).unwrap().needs_second_factor
}

fn ask(world: &mut World, second_factor: bool) {
    let policy = TeamPolicy { second_factor, ..TeamPolicy::default() };
    world.alice.session.set_team_policy(world.team, policy).unwrap();
}

#[test]
fn owner_requires_the_factor_of_a_team_with_password() {
    let mut world = World::new(1);
    let (team, vault, own) = (world.team, world.vault, world.alice.session.account());
    world.assign(vault, &[]);
    world.carry_out(vault);
    ask(&mut world, true);
    let waits = |is_waiting| Some(MissingFactor { by: vec![own], is_waiting });
    assert_eq!(missing(&world, vault), waits(false));
    assert!(!world.alice.session.has_roster_work(vault).unwrap(), "no program does it alone");
    let wrong = world.alice.session.require_team_factor(team, &SecretText::from("wrong"));
    assert!(matches!(wrong, Err(TeamError::Members(MembersError::Keys(KeysError::WrongPassword)))));
    assert_eq!(missing(&world, vault), waits(false));
    world.alice.session.require_team_factor(team, &password()).unwrap();
    assert_eq!(missing(&world, vault), waits(true));
    // What is signed outlives the program.
    world.alice = world.alice.restart();
    world.alice.session.require_team_factor(team, &password()).unwrap();
    assert_eq!(world.alice.session.pending_changes(vault).unwrap().len(), 1);
    world.carry_out(vault);
    assert_eq!(missing(&world, vault), None);
    assert!(needs_factor(&world, vault));
    assert!(
        !needs_factor(&world, team),
        "the directory says what is missing, also to those without a factor"
    );

    // A vault that comes later is listed, and a vault that another change waits for stays so.
    let later = new_vault(&mut world.alice, "Later");
    world.alice.found(&mut world.server.logs);
    world.assign(later, &[]);
    world.carry_out(later);
    assert_eq!(missing(&world, later), waits(false));
    let invitation = vault_engine::session::NewInvitation {
        role: MemberRole::Viewer,
        expires_at: super::sharing::LATER,
        name: String::new(),
        own_name: "Alice".to_owned(),
    };
    world.alice.session.invite(later, &invitation).unwrap();
    let refused = world.alice.session.require_team_factor(team, &password());
    assert!(matches!(refused, Err(TeamError::Members(MembersError::ChangesWait))));
    world.carry_out(later);
    world.alice.session.require_team_factor(team, &password()).unwrap();
    world.carry_out(later);
    assert!(needs_factor(&world, later));

    // It cannot be dropped while the team asks for it, and stays when it does not any more.
    let drop = MemberChange::SecondFactor { required: false };
    let refused = world.alice.session.change_members(vault, &drop, Some(&password()));
    assert!(matches!(refused, Err(MembersError::Session(SessionError::Policy))));
    ask(&mut world, false);
    assert!(needs_factor(&world, vault));
    world.alice.session.change_members(vault, &drop, Some(&password())).unwrap();
    world.carry_out(vault);
    assert!(!needs_factor(&world, vault));
    assert_eq!(missing(&world, vault), None);
}

#[test]
fn vault_outside_a_team_is_left_alone() {
    let mut world = World::new(1);
    let (team, vault) = (world.team, world.vault);
    let private = new_vault(&mut world.alice, "Private");
    world.alice.found(&mut world.server.logs);
    world.assign(vault, &[]);
    world.carry_out(vault);
    ask(&mut world, true);
    world.alice.session.leave_team(vault).unwrap();
    world.carry_out(vault);
    assert_eq!(missing(&world, vault), None);
    world.alice.session.require_team_factor(team, &password()).unwrap();
    for unchanged in [team, vault, private] {
        assert!(world.alice.session.pending_changes(unchanged).unwrap().is_empty());
    }
    // Somebody who manages the team owns none of its vaults, and changes nothing.
    world.receive(0);
    world.others[0].session.require_team_factor(team, &password()).unwrap();
}
