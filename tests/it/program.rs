//! The whole program without its window, connected with a real server.

use vault_api::views::{
    AccountRequest, FactorKind, LostDeviceRequest, ProfileCopyChoice, ProfileCopyRequest, RotateRequest,
    ServerChoice, ServerView, SignInView, SignUpView, SyncState, SyncView,
};
use vault_api::{ErrorCode, SecretText};
use vault_wire::message::ProblemCode;

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, Reply, TestServer, choice, connected, digits, join_request,
    joined, profile_id, unlock_request,
};

const NEW: &str = "another staple of horses";

#[tokio::test]
async fn server_is_found_by_address_and_by_connect_code() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let program = Program::start();
    let choice =
        |server: &str, key: Option<String>| ServerChoice { server: server.to_owned(), key, network: None };
    let found = program.coffer.server_find(choice(hostile.origin().as_str(), None)).await.unwrap();
    let ServerView::Unknown { key, words, .. } = found else { panic!("{found:?}") };
    assert_eq!(words.len(), 8);
    let found = program.coffer.server_find(choice(hostile.origin().as_str(), Some(key))).await.unwrap();
    assert!(matches!(found, ServerView::Found { sign_up: SignUpView::Code, key: Some(_), .. }), "{found:?}");
    let code = server.connect_code().await;
    let found = program.coffer.server_find(choice(&code, None)).await.unwrap();
    assert!(matches!(found, ServerView::Found { sign_up: SignUpView::Included, .. }), "{found:?}");
    for (text, code) in [
        ("not a server", ErrorCode::ServerAddressInvalid),
        ("http://server.test", ErrorCode::ServerAddressInvalid),
        ("no-such-name.invalid", ErrorCode::ServerUnreachable),
    ] {
        assert_eq!(program.coffer.server_find(choice(text, None)).await.unwrap_err().code, code, "{text}");
    }
}

#[tokio::test]
async fn two_programs_share_an_account() {
    let (_server, hostile, one) = connected().await;
    let view = one.coffer.sync_status().await.unwrap();
    assert_eq!(view.account.unwrap().login, LOGIN);
    let two = joined(&hostile, &one).await;
    assert_eq!(two.titles().await, ["First"]);
    one.add("Second").await;
    two.until_titles(&["First", "Second"]).await;
    two.add("Third").await;
    one.until_titles(&["First", "Second", "Third"]).await;
    let devices = one.coffer.device_list().await.unwrap();
    assert_eq!(devices.len(), 2);
    assert!(devices.iter().all(|device| device.name == "computer"));

    // After a lock and an unlock it goes on by itself.
    two.coffer.session_lock().await.unwrap();
    one.add("While locked").await;
    one.up_to_date().await;
    let id = profile_id(&two).await;
    two.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    two.until_titles(&["First", "Second", "Third", "While locked"]).await;
}

#[tokio::test]
async fn local_profile_connects_with_nothing() {
    let program = Program::with_profile().await;
    program.add("First").await;
    let view = program.coffer.sync_status().await.unwrap();
    assert_eq!((view.state, view.unsent, view.vaults.len()), (SyncState::Local, 0, 0));
    let again = program.coffer.sync_now().await.unwrap();
    assert_eq!(again.state, SyncState::Local);
    let refused = program.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotConnected);
}

#[tokio::test]
async fn state_says_what_waits_and_since_when() {
    let (_server, hostile, one) = connected().await;
    hostile.loses("*");
    one.add("Unsent").await;
    let offline = one.until(|view| view.state == SyncState::Offline).await;
    assert_eq!(offline.unsent, 1);
    assert!(offline.oldest_unsent.is_some() && offline.verified_at.is_some());
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
    // Nothing was heard of the server for long.
    one.pass(60 * 60 * 1000);
    assert_ne!(one.coffer.sync_status().await.unwrap().state, SyncState::UpToDate);
}

#[tokio::test]
async fn signed_out_profile_keeps_its_changes() {
    let (_server, _hostile, one) = connected().await;
    assert_eq!(one.coffer.account_sign_out().await.unwrap().state, SyncState::SignedOut);
    one.add("Unsent").await;
    let view = one.coffer.sync_status().await.unwrap();
    assert_eq!((view.state, view.unsent), (SyncState::SignedOut, 1));
    let wrong = one.coffer.account_sign_in("wrong".into(), None).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInRefused);
    assert_eq!(one.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
    one.up_to_date().await;
    assert_eq!(one.coffer.device_list().await.unwrap().len(), 1, "it is the same device");
}

#[tokio::test]
async fn revoked_device_is_asked_to_sign_in_and_cannot() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let devices = one.coffer.device_list().await.unwrap();
    let other = devices.iter().find(|device| !device.current).unwrap().id.clone();
    let wrong = one.coffer.device_revoke(other.clone(), "wrong".into(), None).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInRefused);
    let left = one.coffer.device_revoke(other, PASSWORD.into(), None).await.unwrap();
    assert_eq!(left.len(), 1);
    two.add("Unsent").await;
    let view = two.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(view.unsent, 1);
    assert_eq!(view.problem.map(|problem| problem.code), Some(ErrorCode::SignInNeeded));
    assert_eq!(two.titles().await, ["First", "Unsent"]);
    one.add("Second").await;
    one.up_to_date().await;
}

#[tokio::test]
async fn lost_device_is_revoked_and_the_password_changed() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let devices = one.coffer.device_list().await.unwrap();
    let device = devices.iter().find(|device| !device.current).unwrap().id.clone();
    let lost = async |password: &str, new_password: &str| {
        let (device, password, new_password) = (device.clone(), password.to_owned(), new_password.to_owned());
        one.coffer.device_lost(LostDeviceRequest { device, password, new_password, code: None }).await
    };
    assert_eq!(lost(PASSWORD, "short").await.unwrap_err().code, ErrorCode::PasswordTooWeak);
    assert_eq!(lost("wrong", NEW).await.unwrap_err().code, ErrorCode::SignInRefused);
    // It is interrupted after the revocation, and done again.
    hostile.loses("POST /v1/auth/register/start");
    assert_eq!(lost(PASSWORD, NEW).await.unwrap_err().code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    two.add("From the finder").await;
    two.until(|view| view.state == SyncState::SignedOut).await;
    let left = lost(PASSWORD, NEW).await.unwrap();
    assert_eq!(left.len(), 1);
    let refused = two.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountChanged);
    one.add("After it").await;
    one.up_to_date().await;
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, NEW)).await.map(drop).unwrap();
    assert_eq!(one.titles().await, ["After it", "First"]);
}

#[tokio::test]
async fn second_factor_is_turned_on_asked_for_and_turned_off() {
    let (server, hostile, one) = connected().await;
    let offer = one.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    assert!(offer.qr.side > 20 && offer.secret.len() == 32);
    let wrong = one.coffer.factor_confirm("000000".into()).await.map(drop).unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInRefused);
    let code = |server: &TestServer| SecretText::new(digits(&offer.secret, server.now()));
    let codes = one.coffer.factor_confirm(code(&server)).await.unwrap().codes;
    assert_eq!(codes.len(), 10);
    assert!(one.coffer.factor_status().await.unwrap().totp);

    let two = Program::start();
    let step = two.coffer.account_join(join_request(&hostile, &one, PASSWORD).await).await.unwrap();
    assert_eq!(step, SignInView::Factor { factors: vec![FactorKind::Totp, FactorKind::Recovery] });
    let refused = two.coffer.account_factor(FactorKind::Totp, "000000".into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    let recovery = SecretText::from(codes[0].as_str());
    assert_eq!(two.coffer.account_factor(FactorKind::Recovery, recovery).await, Ok(SignInView::Done));
    two.until_titles(&["First"]).await;

    let refused = one.coffer.factor_remove(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecondFactorNeeded);
    server.pass(30_000);
    assert!(!one.coffer.factor_remove(PASSWORD.into(), Some(code(&server))).await.unwrap().totp);
}

#[tokio::test]
async fn password_is_changed_everywhere_and_other_computers_ask_for_it() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    one.coffer.session_change_password(PASSWORD.into(), NEW.into(), None).await.unwrap();
    one.add("After the change").await;
    one.up_to_date().await;
    two.add("Unsent").await;
    two.until(|view| view.state == SyncState::SignedOut).await;
    let refused = two.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountChanged);
    assert_eq!(two.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    two.until_titles(&["After the change", "First", "Unsent"]).await;
    // From now on it opens both profiles, and the old one none.
    for program in [&one, &two] {
        program.coffer.session_lock().await.unwrap();
        let id = profile_id(program).await;
        let old = program.coffer.session_unlock(unlock_request(id.clone(), PASSWORD)).await.unwrap_err();
        assert_eq!(old.code, ErrorCode::WrongPasswordHere);
        program.pass(60_000);
        program.coffer.session_unlock(unlock_request(id, NEW)).await.unwrap();
        program.up_to_date().await;
    }
}

#[tokio::test]
async fn mistakes_are_named_and_leave_the_profile_local() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Program::with_profile().await;
    let request = |login: &str, password: &str, code: Option<&str>| AccountRequest {
        server: choice(&hostile),
        login: login.to_owned(),
        password: password.to_owned(),
        code: code.map(str::to_owned),
    };
    for (request, code) in [
        (request("", PASSWORD, None), ErrorCode::LoginInvalid),
        (request("two words", PASSWORD, None), ErrorCode::LoginInvalid),
        (request(LOGIN, "wrong", None), ErrorCode::WrongPassword),
        (request(LOGIN, PASSWORD, None), ErrorCode::SignUpRefused),
        (request(LOGIN, PASSWORD, Some("no-such-code")), ErrorCode::SignUpRefused),
    ] {
        assert_eq!(one.coffer.account_create(request).await.unwrap_err().code, code);
        one.pass(60_000);
    }
    assert_eq!(one.coffer.sync_status().await.unwrap().state, SyncState::Local);
    one.connect(&server, &hostile).await;
    let again = one.coffer.account_create(request(LOGIN, PASSWORD, None)).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::AccountConnected);
    let two = Program::with_profile().await;
    let code = server.sign_up_code().await.expose().to_owned();
    let taken = two.coffer.account_create(request(LOGIN, PASSWORD, Some(&code))).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::LoginTaken);
    let mut join = join_request(&hostile, &one, PASSWORD).await;
    join.secret_key.pop();
    let mistyped = two.coffer.account_join(join).await.unwrap_err();
    assert_eq!(mistyped.code, ErrorCode::SecretKeyMistyped);
}

#[tokio::test]
async fn root_key_is_this_computers_own() {
    let (_server, _hostile, one) = connected().await;
    let request = RotateRequest {
        password: PASSWORD.to_owned(),
        new_password: None,
        recovery_code: None,
        new_secret_key: false,
        code: None,
    };
    one.coffer.session_rotate(request).await.map(drop).unwrap();
    one.add("After it").await;
    one.up_to_date().await;
}

#[tokio::test]
async fn documents_follow_their_items() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let content: Vec<u8> = (0..9_000_000_u32).map(|number| (number % 251) as u8).collect();
    hostile.changes("GET /v1/vaults/*", |sent, reply| {
        if sent.route.contains("/blobs/") {
            *reply = Reply::problem(404, ProblemCode::NotFound);
        }
    });
    one.add_document("scan.bin", &content).await;
    one.up_to_date().await;
    let missing = |code| {
        move |view: &SyncView| {
            view.vaults.iter().any(|vault| vault.problem.as_ref().is_some_and(|problem| problem.code == code))
        }
    };
    let view = two.until(missing(ErrorCode::DocumentNotHere)).await;
    assert_eq!((view.state, view.documents), (SyncState::Waiting, 1));
    assert_eq!(two.titles().await, ["First", "scan"]);
    assert_eq!(two.document("scan").await.unwrap_err().code, ErrorCode::DocumentNotHere);
    hostile.reforms();
    two.coffer.sync_now().await.unwrap();
    two.up_to_date().await;
    assert!(two.document("scan").await.unwrap() == content);
    // What is larger than the server takes stays here, and the rest goes on.
    hostile.answers("POST /v1/vaults/*", |sent| match sent.route.ends_with("/blobs") {
        true => Reply::problem(413, ProblemCode::TooLarge),
        false => Reply::problem(503, ProblemCode::Unavailable),
    });
    one.add_document("large.bin", b"content").await;
    one.until(missing(ErrorCode::DocumentTooLarge)).await;
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
}

#[tokio::test]
async fn local_profile_is_copied_into_an_account_and_reaches_other_computers() {
    let (_server, hostile, one) = connected().await;
    // The second computer has a local profile with an item that the account has as well.
    let two = Program::with_profile().await;
    let local = profile_id(&two).await;
    two.add("First").await;
    two.add("Local").await;
    two.add_document("lease.txt", b"signed and sealed").await;
    let request = join_request(&hostile, &one, PASSWORD).await;
    assert_eq!(two.coffer.account_join(request).await, Ok(SignInView::Done));
    two.up_to_date().await;
    assert_eq!(two.titles().await, ["First"]);

    let open =
        ProfileCopyRequest { profile_id: local.clone(), password: PASSWORD.to_owned(), secret_key: None };
    let preview = two.coffer.profile_copy_open(open).await.unwrap();
    assert_eq!((preview.items, preview.identical, preview.documents), (3, 1, 1));
    assert_eq!(preview.bytes, 17);
    assert!(preview.room.unwrap() > preview.size, "the server was asked");
    let choice = ProfileCopyChoice { token: preview.token, skip_identical: true };
    let done = two.coffer.profile_copy_commit(choice).await.unwrap();
    assert_eq!((done.items, done.identical, done.left.len()), (2, 1, 0));
    one.until_titles(&["First", "lease", "Local"]).await;
    one.up_to_date().await;
    assert_eq!(one.document("lease").await.unwrap(), b"signed and sealed");

    // Undo reaches them as well, and the local profile is as it was.
    two.coffer.undo(done.undo.unwrap().parse().unwrap()).await.unwrap();
    one.until_titles(&["First"]).await;
    two.coffer.session_unlock(unlock_request(local, PASSWORD)).await.unwrap();
    assert_eq!(two.titles().await, ["First", "lease", "Local"]);
}
