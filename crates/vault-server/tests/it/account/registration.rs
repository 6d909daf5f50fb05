use vault_server::account::{name, sign_up};
use vault_wire::message::{
    Credential, KeysetReply, LoginParams, LoginParamsReply, RegisterFinish, RegisterReply,
};

use crate::support::{Account, Answer, Client, KDF, TestServer};

async fn issue(server: &TestServer) -> Credential<64> {
    sign_up::issue(&server.app.store, None, server.now()).await.unwrap()
}

fn copy(code: &Credential<64>) -> Option<Credential<64>> {
    Some(Credential::new(code.expose()).unwrap())
}

async fn finish(client: &Client, message: &RegisterFinish) -> Answer {
    client.anonymous("/v1/auth/register/finish", message).await
}

#[tokio::test]
async fn an_account_is_opened_with_a_code_which_is_used_up() {
    let server = TestServer::start().await;
    let code = issue(&server).await;
    let (one, two) = (Account::new(1), Account::new(2));
    let mut client = server.client(1);
    let message = one.registration(&mut client, 1, copy(&code)).await;
    assert_eq!(finish(&client, &message).await.json::<RegisterReply>().version, 1);
    // An answer that was lost costs nothing.
    assert_eq!(finish(&client, &message).await.json::<RegisterReply>().version, 1);
    let second = two.registration(&mut client, 1, copy(&code)).await;
    assert_eq!(finish(&client, &second).await.problem(), (403, "sign-up-refused".into()));

    one.sign_in(&mut client).await;
    let keyset: KeysetReply = client.get("/v1/account/keyset").await.json();
    assert_eq!((keyset.kdf, keyset.keyset, keyset.statement), (KDF, message.keyset, message.statement));
}

#[tokio::test]
async fn without_a_valid_code_the_answer_is_the_same_whether_or_not_the_login_is_taken() {
    let server = TestServer::start().await;
    let taken = Account::opened(&server, 1).await;
    let mut client = server.client(2);
    let mut answers = Vec::new();
    for (number, login) in [(2, taken.login.clone()), (3, Account::new(3).login)] {
        let account = Account { login, ..Account::new(number) };
        for code in [None, Some(Credential::new("wrong").unwrap())] {
            let message = account.registration(&mut client, 1, code).await;
            let answer = finish(&client, &message).await;
            answers.push((answer.status, answer.body));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0].0, 403);
}

#[tokio::test]
async fn a_taken_login_leaves_the_code_valid() {
    let server = TestServer::start().await;
    let taken = Account::opened(&server, 1).await;
    server.pass(name::RESERVED + 1);
    let code = issue(&server).await;
    let mut client = server.client(2);
    let account = Account { login: taken.login.clone(), ..Account::new(2) };
    let message = account.registration(&mut client, 1, copy(&code)).await;
    assert_eq!(finish(&client, &message).await.problem(), (409, "exists".into()));
    let message = Account::new(2).registration(&mut client, 1, copy(&code)).await;
    assert!(finish(&client, &message).await.status.is_success());
}

#[tokio::test]
async fn a_code_for_one_login_and_a_code_that_is_too_old_are_refused() {
    let server = TestServer::start().await;
    let (one, two) = (Account::new(1), Account::new(2));
    let code = sign_up::issue(&server.app.store, Some(&one.login), server.now()).await.unwrap();
    let mut client = server.client(1);
    let message = two.registration(&mut client, 1, copy(&code)).await;
    assert_eq!(finish(&client, &message).await.problem().1, "sign-up-refused");
    server.pass(15 * 24 * 60 * 60 * 1000);
    let message = one.registration(&mut client, 1, copy(&code)).await;
    assert_eq!(finish(&client, &message).await.problem().1, "sign-up-refused");
}

#[tokio::test]
async fn parts_that_do_not_belong_together_are_refused_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let (one, two) = (Account::new(1), Account::new(2));
    let mut client = server.client(1);
    let code = issue(&server).await;
    let other = two.registration(&mut client, 1, None).await;
    let changes: [fn(&mut RegisterFinish, &RegisterFinish); 5] = [
        |message, other| message.record = other.record.clone(),
        |message, other| message.statement = other.statement.clone(),
        |message, other| message.certificate = other.certificate.clone(),
        |message, _| message.keyset = vault_wire::message::Bytes::new(vec![9; 100]).unwrap(),
        |message, _| message.root_box = vault_wire::message::Bytes::new(vec![9; 80]).unwrap(),
    ];
    for change in changes {
        let mut message = one.registration(&mut client, 1, copy(&code)).await;
        change(&mut message, &other);
        assert_eq!(finish(&client, &message).await.problem(), (400, "malformed".into()));
    }
    let message = one.registration(&mut client, 2, copy(&code)).await;
    assert_eq!(finish(&client, &message).await.problem(), (409, "version-conflict".into()));
    let params = LoginParams { login: one.login.clone() };
    let params: LoginParamsReply = client.post("/v1/auth/login/params", &params).await.json();
    assert_ne!(params.account_id, one.id());
    let message = one.registration(&mut client, 1, copy(&code)).await;
    assert!(finish(&client, &message).await.status.is_success());
}

#[tokio::test]
async fn a_change_of_the_password_ends_all_other_sessions() {
    let server = TestServer::start().await;
    let mut account = Account::opened(&server, 1).await;
    let (mut here, mut there) = (server.client(1), server.client(2));
    account.sign_in(&mut here).await;
    account.sign_in(&mut there).await;
    account.password = [77; 32];
    for (version, expected) in [(1, 409), (3, 409)] {
        let message = account.registration(&mut here, version, None).await;
        assert_eq!(here.post("/v1/auth/register/finish", &message).await.status, expected);
    }
    let message = account.registration(&mut here, 2, None).await;
    assert!(here.post("/v1/auth/register/finish", &message).await.status.is_success());
    assert!(here.post("/v1/auth/register/finish", &message).await.status.is_success());
    assert!(here.get("/v1/sessions").await.status.is_success());
    assert_eq!(there.get("/v1/sessions").await.problem(), (401, "session-ended".into()));
    account.sign_in(&mut there).await;
    let old = Account::new(1);
    assert_eq!(old.log_in(&mut there).await.problem().1, "sign-in-refused");
    // Not by a session that is older than five minutes.
    server.pass(5 * 60 * 1000 + 1);
    let message = account.registration(&mut here, 3, None).await;
    assert_eq!(here.post("/v1/auth/register/finish", &message).await.problem().1, "sign-in-again");
}

#[tokio::test]
async fn a_reservation_that_ran_out_is_taken_over_and_its_attempt_fails() {
    let server = TestServer::start().await;
    let store = &server.app.store;
    let (one, two) = (Account::new(1), Account::new(2));
    let login = &one.login;
    name::reserve(store, login, one.id(), [1; 16], server.now()).await.unwrap();
    let taken = name::reserve(store, login, two.id(), [2; 16], server.now()).await;
    assert!(taken.is_err());
    name::reserve(store, login, one.id(), [1; 16], server.now()).await.unwrap();
    server.pass(name::RESERVED);
    name::reserve(store, login, two.id(), [2; 16], server.now()).await.unwrap();
    assert_eq!(name::holder(store, login).await.unwrap(), Some(two.id()));
    // The first attempt, late, does not go through.
    let late = store.account(one.id()).run(|tx| async move { name::refuse_lost(&tx, [1; 16]).await }).await;
    assert!(late.is_err());
    let other = store.account(one.id()).run(|tx| async move { name::refuse_lost(&tx, [3; 16]).await }).await;
    assert!(other.is_ok());
}
