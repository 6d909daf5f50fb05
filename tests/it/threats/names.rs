//! Names of vaults that somebody is invited to.

use vault_engine::session::MemberChange;
use vault_wire::EntryHash;
use vault_wire::roster::MemberRole;

use super::team::Team;

#[tokio::test]
async fn t28_vault_name_counts_for_its_genesis_only() {
    let team = Team::new().await;
    let bob = team.member("bob", MemberRole::Editor).await;
    let carol = team.other("carol").await;
    let vault = team.vault;
    let genesis = team.log().await[0].entry_hash();
    team.remove(bob.account()).await;
    bob.connected.sync().await;
    let name = |person: &super::team::Person, genesis: &EntryHash| {
        person.work(|session| session.known_vault_name(vault, genesis).unwrap())
    };
    // Who was in it knows it; an invitation to something else under its id has no name.
    assert_eq!(name(&bob, &genesis).as_deref(), Some("Team"));
    assert_eq!(name(&bob, &EntryHash::from_bytes([7; 32])), None);
    assert_eq!(name(&carol, &genesis), None, "a stranger learns no name");
    let link = team.alice.invite(vault, MemberRole::Editor).await;
    bob.try_accept(&link).await.unwrap();
    let joining = bob.work(|session| session.joining().unwrap());
    assert_eq!(joining[0].name.as_deref(), Some("Team"));
    // One that a directory names is known before it is here.
    let directory = team.alice.work(|session| session.create_team("Company", "Alice").unwrap());
    let grants = vault_engine::session::TeamVaultChange {
        vault,
        groups: std::collections::BTreeMap::new(),
        accounts: std::collections::BTreeMap::new(),
    };
    team.alice.work(|session| session.put_team_vault(directory, &grants).unwrap());
    team.alice.connected.sync().await;
    let link = team.alice.invite(directory, MemberRole::Viewer).await;
    carol.accept(&link).await;
    team.alice.connected.sync().await;
    carol.connected.sync().await;
    assert_eq!(name(&carol, &genesis).as_deref(), Some("Team"));
    assert_eq!(name(&carol, &EntryHash::from_bytes([7; 32])), None);
    let revoke = MemberChange::Leave;
    carol.change(directory, &revoke);
    carol.connected.sync().await;
    assert_eq!(name(&carol, &genesis), None, "it is no member of the directory any more");
}
