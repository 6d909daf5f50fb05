//! Login sessions of an account, listed and ended.

use vault_api::ErrorCode;
use vault_api::views::{SignInView, SyncState};

use crate::support::{PASSWORD, Program, connected, joined};

async fn signed_out(program: &Program) {
    program.until(|view| view.state == SyncState::SignedOut).await;
}

#[tokio::test]
async fn session_that_is_ended_must_sign_in_again() {
    let (_server, hostile, one) = connected().await;
    let (two, three) = (joined(&hostile, &one).await, joined(&hostile, &one).await);
    let logins = one.coffer.login_list().await.unwrap();
    assert_eq!(logins.iter().map(|login| login.current).collect::<Vec<_>>(), [true, false, false]);
    assert!(logins.iter().all(|login| login.device == "computer" && login.used_at >= login.begun_at));
    let of_two = two.coffer.login_list().await.unwrap().remove(0).id;
    assert_eq!(logins.iter().filter(|login| login.id == of_two).count(), 1);
    assert_eq!(one.coffer.login_end(Some("x".to_owned())).await.unwrap_err().code, ErrorCode::NotFound);

    // It learns of it at once by the end of its stream, and loses nothing.
    let left = one.coffer.login_end(Some(of_two)).await.unwrap();
    assert_eq!(left.len(), 2);
    signed_out(&two).await;
    two.add("Kept").await;
    one.add("Meanwhile").await;
    three.until_titles(&["First", "Meanwhile"]).await;
    assert_eq!(two.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
    one.until_titles(&["First", "Kept", "Meanwhile"]).await;

    let left = one.coffer.login_end(None).await.unwrap();
    assert!(left.len() == 1 && left[0].current, "{left:?}");
    signed_out(&two).await;
    signed_out(&three).await;
    // The ended session may still be there to be refused.
    let refused = three.coffer.login_list().await.unwrap_err().code;
    assert!(matches!(refused, ErrorCode::ServerUnreachable | ErrorCode::SignInNeeded), "{refused:?}");
    one.add("Alone").await;
    one.up_to_date().await;
}
