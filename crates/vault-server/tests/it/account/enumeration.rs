use axum::http::Method;
use vault_wire::message::{
    CodeFinish, CodeStart, CodeStartReply, FixedBytes, JsonMessage as _, LoginFinish, LoginParams,
    LoginParamsReply, LoginStart, LoginStartReply,
};

use crate::support::{Account, Answer, Client, TestServer};

/// What of an answer an attacker sees without understanding it: status, headers, length.
fn shape(answer: &Answer) -> (u16, Vec<(String, usize)>, usize) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.len())).collect();
    (answer.status.as_u16(), headers, answer.body.len())
}

/// The answers of a sign-in with a wrong password, and of one with the recovery code.
async fn answers(account: &Account, client: &mut Client) -> (Vec<Answer>, LoginParamsReply) {
    let params = LoginParams { login: account.login.clone() };
    let first = client.post("/v1/auth/login/params", &params).await;
    let reply: LoginParamsReply = first.json();
    let (_, ke1) =
        vault_login::ClientLogin::start(&[9; 32], &mut rand_core::UnwrapErr(getrandom::SysRng)).unwrap();
    let start = LoginStart { account_id: reply.account_id, ke1: FixedBytes::new(ke1.to_vec()).unwrap() };
    let second = client.post("/v1/auth/login/start", &start).await;
    let finish = LoginFinish {
        state: second.json::<LoginStartReply>().state,
        ke3: FixedBytes::new(vec![9; 64]).unwrap(),
    };
    let third = client.post("/v1/auth/login/finish", &finish).await;
    let fourth = client.post("/v1/auth/code/start", &CodeStart { login: account.login.clone() }).await;
    let state = fourth.json::<CodeStartReply>().state;
    let fifth = client
        .post("/v1/auth/code/finish", &CodeFinish { state, proof: FixedBytes::new(vec![9; 64]).unwrap() })
        .await;
    (vec![first, second, third, fourth, fifth], reply)
}

#[tokio::test]
async fn t41_answers_for_unknown_names_have_the_same_shape_and_the_same_statements() {
    let server = TestServer::start().await;
    let known = Account::opened(&server, 1).await;
    let unknown = Account::new(2);
    assert_eq!(known.login.as_str().len(), unknown.login.as_str().len());
    let mut client = server.client(9);
    client.get("/v1/sessions").await;

    let before = server.app.store.statements();
    let (mine, reply) = answers(&known, &mut client).await;
    let between = server.app.store.statements();
    let (others, decoy) = answers(&unknown, &mut client).await;
    let after = server.app.store.statements();
    let shapes = |answers: &[Answer]| answers.iter().map(shape).collect::<Vec<_>>();
    assert_eq!(shapes(&mine), shapes(&others));
    assert_eq!(between - before, after - between);
    assert_eq!(mine[2].problem(), (401, "sign-in-refused".into()));
    assert_eq!(mine[2].body, others[2].body);
    assert_eq!(mine[4].body, others[4].body);

    // The account of an unknown name is always the same, and not one that could be guessed.
    assert_eq!(reply.account_id, known.id());
    assert_ne!(decoy.account_id, unknown.id());
    let again = LoginParams { login: unknown.login.clone() };
    let again = client.call(
        Method::POST,
        "/v1/auth/login/params",
        Some("application/json"),
        again.to_json().unwrap(),
    );
    assert_eq!(again.await.json::<LoginParamsReply>(), decoy);
}
