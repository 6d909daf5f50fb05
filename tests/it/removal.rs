//! Members who are removed, and come back.

use vault_api::ErrorCode;
use vault_api::views::{ChangeKind, RoleView, VaultReadOnlyView};
use vault_wire::message::ProblemCode;

use crate::members::{account_of, change, other, team};
use crate::support::{LOGIN, PASSWORD, Reply, connected};

#[tokio::test]
async fn removed_member_learns_it_at_once_and_may_return() {
    let (server, hostile, alice) = connected().await;
    let vault = team(&alice).await;
    let bob = other(&server, &hostile).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_vault(vault, |found| found.read_only.is_none()).await;
    bob.until_titles(&["Shared"]).await;
    bob.up_to_date().await;
    alice.until_members(vault, |members| members.members.len() == 2 && members.pending.is_empty()).await;
    // No other stream is opened: what he learns, he learns by the one that he has.
    hostile.answers("GET /v1/events", |_| Reply::problem(503, ProblemCode::Unavailable));
    let account = account_of(&alice.coffer.members_get(vault).await.unwrap(), "Bob");
    alice.coffer.member_change(change(vault, ChangeKind::Remove, Some(&account))).await.unwrap();
    bob.until_vault(vault, |found| found.read_only == Some(VaultReadOnlyView::NoMember)).await;
    hostile.reforms();

    // He removes the vault from his profile, and is invited again.
    assert_eq!(bob.coffer.vault_forget(vault).await.unwrap().len(), 1);
    bob.until_titles(&[]).await;
    alice.add_to("Second", vault).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link).await;
    bob.until_titles(&["Second", "Shared"]).await;
    bob.add_to("Of Bob", vault).await;
    alice.until_titles(&["First", "Of Bob", "Second", "Shared"]).await;
    // Without her nobody could change its managers.
    let leaving = alice.coffer.account_leaving().await.unwrap();
    assert_eq!(leaving.owned, ["Team"]);
    let refused = alice.coffer.account_delete(LOGIN.to_owned(), PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::LastOwner);
    for program in [&alice, &bob] {
        program.up_to_date().await;
        program.check_log().await;
    }
}
