//! The second factor as a rule of a team.

use vault_api::views::{ChangeKind, ChangeRequest, PolicyView, SyncView, TeamVaultView};
use vault_api::{ErrorCode, SecretText};
use vault_engine::VaultId;

use crate::members::{change, other, team as vault_with_item};
use crate::support::{PASSWORD, Program, connected};
use crate::teams::{company, gives, protect};

/// A vault of the only team of a program.
async fn team_vault(program: &Program, vault: VaultId) -> TeamVaultView {
    let team = program.coffer.team_list().await.unwrap().remove(0);
    team.vaults.into_iter().find(|found| found.id == vault.to_string()).unwrap()
}

#[tokio::test]
async fn vaults_of_a_team_need_its_second_factor() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let (team, _) = company(&alice, &bob).await;
    let directory: VaultId = team.id.parse().unwrap();
    alice.coffer.team_vault_put(gives(&team, vault, &[&team.groups[0].id])).await.unwrap();
    bob.until_titles(&["Shared"]).await;
    let policy = PolicyView { second_factor: true, ..PolicyView::default() };
    alice.coffer.team_policy_set(directory, policy).await.unwrap();
    let missing = team_vault(&alice, vault).await.missing_factor.unwrap();
    assert!(!missing.waiting && missing.by.len() == 1);
    bob.until_holds(async |_| team_vault(&bob, vault).await.missing_factor.is_some()).await;

    let wrong = alice.coffer.team_factor_require(directory, "wrong".into()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    alice.pass(60_000);
    protect(&alice, &server).await;
    alice.up_to_date().await;
    alice.coffer.team_factor_require(directory, SecretText::from(PASSWORD)).await.unwrap();
    alice.until_holds(async |_| team_vault(&alice, vault).await.missing_factor.is_none()).await;
    alice.add_to("Protected", vault).await;
    alice.up_to_date().await;
    let drop =
        ChangeRequest { password: Some(PASSWORD.to_owned()), ..change(vault, ChangeKind::DropFactor, None) };
    assert_eq!(alice.coffer.member_change(drop).await.unwrap_err().code, ErrorCode::PolicyForbids);

    // Bob gets nothing new from the server, but the directory, until he has one, too.
    let problem = |view: &SyncView| {
        let found = view.vaults.iter().find(|found| found.id == vault.to_string());
        found.and_then(|found| found.problem.as_ref()).map(|problem| problem.code)
    };
    bob.coffer.sync_now().await.unwrap();
    bob.until(|view| problem(view) == Some(ErrorCode::SecondFactorNeeded)).await;
    assert_eq!(bob.titles().await, ["Shared"]);
    assert!(bob.coffer.policy_get().await.unwrap().second_factor);
    protect(&bob, &server).await;
    bob.until_titles(&["Protected", "Shared"]).await;
}
