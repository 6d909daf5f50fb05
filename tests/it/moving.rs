//! Moving an account to another server, by the whole program and two real servers.

use vault_api::views::{
    AccountRequest, AccountView, InviteRequest, RoleView, RotateRequest, SignInView, SyncState,
    VaultAppearanceView,
};
use vault_api::{ErrorCode, SecretText};
use vault_wire::message::ProblemCode;

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, Reply, TestServer, choice, connected, digits, joined,
    profile_id, secret_key, unlock_request,
};

/// Another login, at the new server.
const THERE: &str = "there@example.test";

/// What moves a profile to the server behind this one.
fn request(front: &HostileServer, code: Option<String>) -> AccountRequest {
    AccountRequest { server: choice(front), login: THERE.to_owned(), password: PASSWORD.to_owned(), code }
}

async fn new_server() -> (TestServer, HostileServer) {
    let server = TestServer::elsewhere().await;
    let front = HostileServer::before(&server).await;
    (server, front)
}

async fn signed_up(server: &TestServer, front: &HostileServer) -> AccountRequest {
    request(front, Some(server.sign_up_code().await.expose().to_owned()))
}

fn at(front: &HostileServer, login: &str) -> Option<AccountView> {
    Some(AccountView { login: login.to_owned(), address: front.origin().as_str().to_owned() })
}

#[tokio::test]
async fn account_moves_and_the_other_computer_follows() {
    let (old_server, old, one) = connected().await;
    let two = joined(&old, &one).await;
    one.add_document("scan.bin", b"content").await;
    one.up_to_date().await;
    two.until_titles(&["First", "scan"]).await;
    two.up_to_date().await;
    two.add("Of two").await;
    two.up_to_date().await;
    one.until_titles(&["First", "Of two", "scan"]).await;

    let (server, new) = new_server().await;
    let done = one.coffer.account_move(signed_up(&server, &new).await).await;
    assert_eq!(done.unwrap(), SignInView::Done);
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.moved), (at(&new, THERE), None));
    assert_eq!(view.left_account, at(&old, LOGIN));
    assert_eq!(joined_at(&new, &one).await.titles().await, ["First", "Of two", "scan"]);

    // The other computer learns it from the old server, and keeps what it has until it follows.
    let view = two.until(|view| view.moved.is_some()).await;
    assert_eq!((view.account, view.moved), (at(&old, LOGIN), at(&new, THERE)));
    two.add("Meanwhile").await;
    assert_eq!(two.coffer.account_move(request(&new, None)).await.unwrap(), SignInView::Done);
    two.up_to_date().await;
    one.until_titles(&["First", "Meanwhile", "Of two", "scan"]).await;
    assert_eq!(two.document("scan").await.unwrap(), b"content");

    // Both are asked what becomes of the old account. One deletes it there.
    for (login, password, code) in
        [(THERE, PASSWORD, ErrorCode::LoginInvalid), (LOGIN, "wrong", ErrorCode::SignInRefused)]
    {
        let refused = one.coffer.account_move_delete(login.to_owned(), password.into(), None).await;
        assert_eq!(refused.unwrap_err().code, code);
    }
    let view = one.coffer.account_move_delete(LOGIN.to_owned(), PASSWORD.into(), None).await.unwrap();
    assert_eq!(view.left_account, None);
    let gone = two.coffer.account_move_delete(LOGIN.to_owned(), PASSWORD.into(), None).await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::AccountOther);
    assert_eq!(two.coffer.account_move_keep().await.unwrap().left_account, None);
    assert_eq!(two.coffer.account_move_keep().await.unwrap_err().code, ErrorCode::NotFound);
    drop((old_server, old));
    one.add("Later").await;
    two.until_titles(&["First", "Later", "Meanwhile", "Of two", "scan"]).await;
    for computer in [&one, &two] {
        computer.check_log().await;
        let id = profile_id(computer).await;
        computer.coffer.session_lock().await.unwrap();
        computer.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
        computer.up_to_date().await;
    }
}

/// A new computer of the account that was moved.
async fn joined_at(front: &HostileServer, one: &Program) -> Program {
    let three = Program::start();
    let mut request = crate::support::join_request(front, one, PASSWORD).await;
    request.login = THERE.to_owned();
    assert_eq!(three.coffer.account_join(request).await, Ok(SignInView::Done));
    three.up_to_date().await;
    three
}

#[tokio::test]
async fn move_that_is_interrupted_is_repeated() {
    let (_server, old, one) = connected().await;
    let (server, new) = new_server().await;
    // The account is opened, and nobody learns of it.
    new.loses("POST /v1/auth/register/finish");
    let once = signed_up(&server, &new).await;
    let failed = one.coffer.account_move(once).await.unwrap_err();
    assert_eq!(failed.code, ErrorCode::ServerUnreachable);
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.moved, view.left_account), (at(&old, LOGIN), None, None));
    new.reforms();

    // The program ends after it wrote where the account is and before it moved.
    old.swallows(|route| route.starts_with("POST /v1/vaults/"));
    old.forget();
    let coffer = one.coffer.clone();
    let moving = tokio::spawn({
        let request = request(&new, None);
        async move { coffer.account_move(request).await }
    });
    old.until(|seen| seen.iter().any(|sent| sent.route.starts_with("POST /v1/vaults/"))).await;
    moving.abort();
    let _ = moving.await;
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    old.reforms();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    let view = one.until(|view| view.state == SyncState::UpToDate && view.unsent == 0).await;
    assert_eq!((view.account, view.moved), (at(&old, LOGIN), at(&new, THERE)));
    assert_eq!(one.coffer.account_move(request(&new, None)).await.unwrap(), SignInView::Done);
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.moved), (at(&new, THERE), None));

    // And while everything is sent to the new server.
    one.add("Second").await;
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    let view = one.up_to_date().await;
    assert_eq!(view.left_account, at(&old, LOGIN));
    assert_eq!(joined_at(&new, &one).await.titles().await, ["First", "Second"]);
}

#[tokio::test]
async fn old_account_stays_until_the_new_server_has_everything() {
    let (_server, old, one) = connected().await;
    let two = joined(&old, &one).await;
    let (server, new) = new_server().await;
    new.answers("POST /v1/vaults/*", |_| Reply::problem(503, ProblemCode::Unavailable));
    // A server that is gone does not hold the move up.
    old.loses("*");
    one.coffer.account_move(signed_up(&server, &new).await).await.unwrap();
    old.reforms();
    one.until(|view| view.problem.is_some()).await;
    let delete = || one.coffer.account_move_delete(LOGIN.to_owned(), PASSWORD.into(), None);
    assert_eq!(delete().await.unwrap_err().code, ErrorCode::MoveUnfinished);
    assert_eq!(one.coffer.account_move_keep().await.unwrap_err().code, ErrorCode::MoveUnfinished);

    // The user returns, with what was written meanwhile.
    one.add("Meanwhile").await;
    let wrong = one.coffer.account_move_back("wrong".into()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    one.coffer.account_move_back(PASSWORD.into()).await.unwrap();
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.moved, view.left_account), (at(&old, LOGIN), None, at(&new, THERE)));
    two.until_titles(&["First", "Meanwhile"]).await;
    let view = two.up_to_date().await;
    assert_eq!((view.moved, view.left_account), (None, None));
    new.reforms();
    one.coffer.account_move_delete(THERE.to_owned(), PASSWORD.into(), None).await.unwrap();
    one.up_to_date().await;
    assert_eq!(one.coffer.account_move_back(PASSWORD.into()).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn follower_signs_in_with_the_password_and_factor_there() {
    let (_server, old, one) = connected().await;
    let two = joined(&old, &one).await;
    let (server, new) = new_server().await;
    one.coffer.account_move(signed_up(&server, &new).await).await.unwrap();
    one.up_to_date().await;
    two.until(|view| view.moved.is_some()).await;
    let offer = one.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    let code = |server: &TestServer| SecretText::new(digits(&offer.secret, server.now()));
    one.coffer.factor_confirm(code(&server)).await.map(drop).unwrap();
    server.pass(30_000);
    let other = "quite another phrase for it";
    one.coffer.session_change_password(PASSWORD.into(), other.into(), Some(code(&server))).await.unwrap();
    server.pass(30_000);

    let request = |password: &str| AccountRequest { password: password.to_owned(), ..request(&new, None) };
    let refused = two.coffer.account_move(request(PASSWORD)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    let step = two.coffer.account_move(request(other)).await.unwrap();
    let SignInView::Factor { factors } = step else { panic!("no factor") };
    assert_eq!(two.coffer.account_factor(factors[0], code(&server)).await.unwrap(), SignInView::Done);
    two.add("Of two").await;
    two.up_to_date().await;
    one.until_titles(&["First", "Of two"]).await;
    let id = profile_id(&two).await;
    two.coffer.session_lock().await.unwrap();
    two.coffer.session_unlock(unlock_request(id, other)).await.map(drop).unwrap();
    two.up_to_date().await;
}

#[tokio::test]
async fn what_cannot_move_alone_or_is_not_here_blocks_the_move() {
    let (server_of_old, old, one) = connected().await;
    let two = joined(&old, &one).await;
    let (server, new) = new_server().await;
    old.changes("GET /v1/vaults/*", |sent, reply| {
        if sent.route.contains("/blobs/") {
            *reply = Reply::problem(404, ProblemCode::NotFound);
        }
    });
    one.add_document("scan.bin", b"content").await;
    one.up_to_date().await;
    two.until_titles(&["First", "scan"]).await;
    let refused = two.coffer.account_move(signed_up(&server, &new).await).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::MoveIncomplete);

    let look = VaultAppearanceView { name: "Team".to_owned(), hue: None, icon: String::new() };
    let vault = one.coffer.vault_create(look).await.unwrap().remove(1).id;
    one.up_to_date().await;
    let bob = Program::start();
    bob.coffer.profile_create("Of Bob".to_owned(), PASSWORD.into()).await.unwrap();
    bob.connect_as(&server_of_old, &old, "bob@example.test").await;
    let invite = InviteRequest {
        vault: vault.clone(),
        role: RoleView::Viewer,
        days: 7,
        name: "Bob".to_owned(),
        own_name: "Alice".to_owned(),
    };
    let link = one.coffer.member_invite(invite).await.unwrap().link;
    one.up_to_date().await;
    let offer = bob.coffer.invitation_read(Some(SecretText::new(link))).await.unwrap();
    bob.coffer.invitation_accept(offer.token, "Bob".to_owned()).await.unwrap();
    one.until_holds(async |coffer| {
        let found = coffer.vault_list().await.unwrap().into_iter().find(|found| found.id == vault);
        found.unwrap().sharing.members == 2
    })
    .await;
    assert_eq!(one.coffer.account_leaving().await.unwrap().shared, ["Team"]);
    let refused = one.coffer.account_move(signed_up(&server, &new).await).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::MoveShared);
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.left_account), (at(&old, LOGIN), None));
    assert_eq!(new.count("POST /v1/auth/register/start"), 0);
}

#[tokio::test]
async fn same_server_at_another_address_is_taken_over() {
    let (server, old, one) = connected().await;
    let new = HostileServer::before(&server).await;
    let request = |password: &str| AccountRequest { password: password.to_owned(), ..request(&new, None) };
    let refused = one.coffer.account_move(request("wrong")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    assert_eq!(one.coffer.account_move(request(PASSWORD)).await.unwrap(), SignInView::Done);
    old.loses("*");
    one.add("Second").await;
    let view = one.up_to_date().await;
    assert_eq!((view.account, view.left_account, view.moved), (at(&new, LOGIN), None, None));
    assert_eq!(one.coffer.device_list().await.unwrap().len(), 1);
    let local = Program::with_profile().await;
    let refused = local.coffer.account_move(request(PASSWORD)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotConnected);
}

#[tokio::test]
async fn old_account_is_deleted_by_the_password_it_has() {
    let (_old_server, old, one) = connected().await;
    let (server, new) = new_server().await;
    one.coffer.account_move(signed_up(&server, &new).await).await.unwrap();
    one.up_to_date().await;
    let later = "quite another phrase for it";
    one.coffer.session_change_password(PASSWORD.into(), later.into(), None).await.unwrap();
    one.up_to_date().await;
    let delete = |password: &str| one.coffer.account_move_delete(LOGIN.to_owned(), password.into(), None);
    assert_eq!(delete(later).await.unwrap_err().code, ErrorCode::SignInRefused);
    assert_eq!(one.up_to_date().await.left_account, at(&old, LOGIN));
    assert_eq!(delete(PASSWORD).await.unwrap().left_account, None);
    assert_eq!(one.up_to_date().await.account, at(&new, THERE));
}

#[tokio::test]
async fn old_account_is_deleted_by_the_secret_key_it_has() {
    let (_old_server, old, one) = connected().await;
    let (server, new) = new_server().await;
    one.coffer.account_move(signed_up(&server, &new).await).await.unwrap();
    one.up_to_date().await;
    let before = secret_key(&one).await;
    let rotate = RotateRequest {
        password: PASSWORD.to_owned(),
        new_password: None,
        recovery_code: None,
        new_secret_key: true,
        code: None,
    };
    one.coffer.session_rotate(rotate).await.map(drop).unwrap();
    one.up_to_date().await;
    assert_ne!(secret_key(&one).await, before);
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    assert_eq!(one.up_to_date().await.left_account, at(&old, LOGIN));
    let deleted = one.coffer.account_move_delete(LOGIN.to_owned(), PASSWORD.into(), None).await;
    assert_eq!(deleted.unwrap().left_account, None);
    assert_eq!(one.up_to_date().await.account, at(&new, THERE));
    one.check_log().await;
}

#[tokio::test]
async fn profile_opened_during_a_move_is_not_moved() {
    let (_old_server, old, one) = connected().await;
    let (server, new) = new_server().await;
    let request = signed_up(&server, &new).await;
    // The account is signed in to there, and the name of this device does not arrive.
    let is_label = |route: &str| route.contains("/devices/");
    new.swallows(is_label);
    let coffer = one.coffer.clone();
    let moving = tokio::spawn(async move { coffer.account_move(request).await });
    new.until(|seen| seen.iter().any(|sent| is_label(&sent.route))).await;
    // Meanwhile the user locks, and opens another profile.
    one.coffer.session_lock().await.unwrap();
    one.coffer.profile_create("Other".to_owned(), PASSWORD.into()).await.unwrap();
    drop(new);
    assert_eq!(moving.await.unwrap().unwrap_err().code, ErrorCode::AccountOther);
    let view = one.coffer.sync_status().await.unwrap();
    assert_eq!((view.state, view.account, view.left_account), (SyncState::Local, None, None));
    drop(old);
}
