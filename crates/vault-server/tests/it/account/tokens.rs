use axum::http::Method;
use axum::http::header::AUTHORIZATION;

use crate::support::{Account, TestServer};

#[tokio::test]
async fn t39_a_stolen_access_token_is_useless_without_the_key_of_its_device() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut owner, mut thief) = (server.client(1), server.client(2));
    account.sign_in(&mut owner).await;
    thief.access.clone_from(&owner.access);
    assert_eq!(thief.get("/v1/sessions").await.problem(), (401, "proof-invalid".into()));
    assert!(owner.get("/v1/sessions").await.status.is_success());

    // The owner's proofs are for one request: another path, another method, another token, or no token do not fit.
    let request = |client: &crate::support::Client, method: Method, path: &str| {
        client.request(&method, path, None, Vec::new())
    };
    let mut moved = request(&owner, Method::GET, "/v1/devices");
    *moved.uri_mut() = "/v1/sessions".parse().unwrap();
    assert_eq!(owner.send(moved).await.problem().1, "proof-invalid");
    let mut moved = request(&owner, Method::GET, "/v1/sessions");
    *moved.method_mut() = Method::DELETE;
    assert_eq!(owner.send(moved).await.problem().1, "proof-invalid");
    let mut bare = request(&owner, Method::GET, "/v1/sessions");
    bare.headers_mut().remove("dpop");
    assert_eq!(owner.send(bare).await.problem().1, "proof-invalid");
    let mut twice = request(&owner, Method::GET, "/v1/sessions");
    let proof = twice.headers()["dpop"].clone();
    twice.headers_mut().append("dpop", proof);
    assert_eq!(owner.send(twice).await.problem().1, "proof-invalid");
    let mut bearer = request(&owner, Method::GET, "/v1/sessions");
    let text = ["Bearer ", owner.access.as_deref().unwrap()].concat();
    bearer.headers_mut().insert(AUTHORIZATION, text.parse().unwrap());
    assert_eq!(owner.send(bearer).await.problem().1, "token-invalid");
}

#[tokio::test]
async fn t39_a_proof_on_account_routes_is_accepted_once() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let request = client.request(&Method::GET, "/v1/account/keyset", None, Vec::new());
    let mut again = client.request(&Method::GET, "/v1/account/keyset", None, Vec::new());
    *again.headers_mut() = request.headers().clone();
    assert!(client.send(request).await.status.is_success());
    assert_eq!(client.send(again).await.problem(), (401, "proof-invalid".into()));
}

#[tokio::test]
async fn t38_tokens_that_are_forged_expired_or_of_another_server_are_refused() {
    let (server, other) = (TestServer::start().await, TestServer::start().await);
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let valid = client.access.clone();
    let elsewhere = Account::opened(&other, 1).await;
    let mut stranger = other.client(1);
    elsewhere.sign_in(&mut stranger).await;
    for forged in
        [stranger.access.clone(), Some("x.y.z".to_owned()), Some(valid.clone().unwrap().replace('.', ""))]
    {
        client.access = forged;
        assert_eq!(client.get("/v1/sessions").await.problem(), (401, "token-invalid".into()));
    }
    client.access = None;
    assert_eq!(client.get("/v1/sessions").await.problem(), (401, "token-invalid".into()));
    client.access = valid;
    assert!(client.get("/v1/sessions").await.status.is_success());
    server.pass(600_000);
    assert_eq!(client.get("/v1/sessions").await.problem(), (401, "token-invalid".into()));
}

#[tokio::test]
async fn a_nonce_that_ran_out_is_replaced_and_the_request_repeated() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    server.pass(590_000);
    let request = client.request(&Method::GET, "/v1/sessions", None, Vec::new());
    assert_eq!(client.send(request).await.problem(), (401, "proof-nonce".into()));
    assert!(client.get("/v1/sessions").await.status.is_success());
}
