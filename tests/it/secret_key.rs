//! Another Secret Key of an account, by the whole program: on the computer that makes it, on the others, and after interruptions.

use vault_api::views::{RotateRequest, SignInView, SyncState};
use vault_api::{ErrorCode, SecretText};
use vault_wire::message::ProblemCode;

use crate::support::{
    PASSWORD, Program, Reply, TestServer, connected, digits, join_request, joined, profile_id, secret_key,
    unlock_request,
};

const NEW: &str = "quite another phrase for it";
/// What stores another registration.
const CHANGE: &str = "POST /v1/auth/register/finish";

fn request(new_password: Option<&str>) -> RotateRequest {
    RotateRequest {
        password: PASSWORD.to_owned(),
        new_password: new_password.map(str::to_owned),
        recovery_code: None,
        new_secret_key: true,
        code: None,
    }
}

async fn reopens(computer: &Program, password: &str) {
    let id = profile_id(computer).await;
    computer.coffer.session_lock().await.unwrap();
    computer.coffer.session_unlock(unlock_request(id, password)).await.map(drop).unwrap();
    computer.up_to_date().await;
}

#[tokio::test]
async fn another_secret_key_is_asked_for_on_the_other_computer() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let before = secret_key(&one).await;
    let with_old = join_request(&hostile, &one, PASSWORD).await;
    one.coffer.session_rotate(request(None)).await.map(drop).unwrap();
    assert!(!one.coffer.security_get().await.unwrap().kit_confirmed);
    let after = secret_key(&one).await;
    assert_ne!(before, after);
    one.add("After it").await;
    one.up_to_date().await;
    reopens(&one, PASSWORD).await;

    two.add("Unsent").await;
    two.until(|view| view.state == SyncState::SignedOut).await;
    let typed = |key: &str| Some(SecretText::from(key));
    for (password, key, code) in [
        (PASSWORD, None, ErrorCode::AccountChanged),
        (PASSWORD, typed(&before), ErrorCode::SignInRefused),
        (PASSWORD, typed("C1-MIST"), ErrorCode::SecretKeyMistyped),
        ("wrong", typed(&after), ErrorCode::SignInRefused),
        ("wrong", None, ErrorCode::SignInRefused),
    ] {
        assert_eq!(two.coffer.account_sign_in(password.into(), key).await.unwrap_err().code, code);
    }
    two.pass(60_000);
    assert_eq!(two.coffer.account_sign_in(PASSWORD.into(), typed(&after)).await, Ok(SignInView::Done));
    two.until_titles(&["After it", "First", "Unsent"]).await;
    assert_eq!(secret_key(&two).await, after);
    reopens(&two, PASSWORD).await;

    // The old Kit opens the account no more, the new one does.
    let three = Program::start();
    let refused = three.coffer.account_join(with_old).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    assert_eq!(joined(&hostile, &one).await.titles().await, ["After it", "First", "Unsent"]);
}

#[tokio::test]
async fn secret_key_and_password_change_together_with_a_second_factor() {
    let (server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let offer = one.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    let code = |server: &TestServer| digits(&offer.secret, server.now());
    one.coffer.factor_confirm(SecretText::new(code(&server))).await.map(drop).unwrap();
    server.pass(30_000);
    let before = secret_key(&one).await;
    let refused = one.coffer.session_rotate(request(Some(NEW))).await.map(drop).unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecondFactorNeeded);
    let mistyped = RotateRequest { recovery_code: Some("R1-MIST".to_owned()), ..request(Some(NEW)) };
    let refused = one.coffer.session_rotate(mistyped).await.map(drop).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoRecoveryCode);
    assert_eq!(secret_key(&one).await, before);
    let with_code = RotateRequest { code: Some(code(&server)), ..request(Some(NEW)) };
    one.coffer.session_rotate(with_code).await.map(drop).unwrap();
    one.up_to_date().await;
    reopens(&one, NEW).await;
    one.coffer.session_confirm(NEW.into()).await.unwrap();
    let after = one.coffer.kit_reveal().await.unwrap().expose().to_owned();
    assert_ne!(before, after);

    two.coffer.sync_now().await.unwrap();
    two.until(|view| view.state == SyncState::SignedOut).await;
    server.pass(30_000);
    let refused = two.coffer.account_sign_in(NEW.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    two.pass(60_000);
    let step = two.coffer.account_sign_in(NEW.into(), Some(SecretText::from(after.as_str()))).await.unwrap();
    let SignInView::Factor { factors } = step else { panic!("no factor") };
    two.coffer.account_factor(factors[0], SecretText::new(code(&server))).await.unwrap();
    reopens(&two, NEW).await;
}

#[tokio::test]
async fn secret_key_whose_answer_is_lost_is_found_at_sign_in() {
    let (_server, hostile, one) = connected().await;
    let before = secret_key(&one).await;
    // What the server did not do leaves everything as it is.
    hostile.answers(CHANGE, |_| Reply::problem(503, ProblemCode::Unavailable));
    one.coffer.session_rotate(request(None)).await.map(drop).unwrap_err();
    assert_eq!(secret_key(&one).await, before);
    hostile.reforms();
    one.add("Second").await;
    one.up_to_date().await;

    hostile.loses(CHANGE);
    let failed = one.coffer.session_rotate(request(None)).await.map(drop).unwrap_err();
    assert_eq!(failed.code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    one.add("Unsent").await;
    one.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(secret_key(&one).await, before);
    // The program may have ended since, too; and the root key was changed alone.
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    let alone = RotateRequest { new_secret_key: false, ..request(None) };
    one.coffer.session_rotate(alone).await.map(drop).unwrap();
    assert_eq!(one.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
    one.up_to_date().await;
    let after = secret_key(&one).await;
    assert_ne!(before, after);
    reopens(&one, PASSWORD).await;
    assert_eq!(joined(&hostile, &one).await.titles().await, ["First", "Second", "Unsent"]);
}
