//! Proofs and credentials that are not what they should be.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderValue, Method, Request};
use serde_json::json;

use crate::support::{Account, Answer, Client, ISSUER, TestServer};

const PATH: &str = "/v1/sessions";

async fn signed_in(server: &TestServer) -> Client {
    let account = Account::opened(server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    client.get(PATH).await;
    client
}

/// Sends the token with a proof that has these claims.
async fn send(client: &Client, claims: &serde_json::Value) -> Answer {
    let access = client.access.as_deref();
    let nonce = client.plain(Method::GET, "/healthz").await.headers["dpop-nonce"].clone();
    let htu = [ISSUER, PATH].concat();
    let proof = client.device.prove_with("GET", &htu, nonce.to_str().unwrap(), access, claims);
    let request = Request::builder().uri(PATH).header(HOST, "x").header("dpop", proof);
    let request = request.header(AUTHORIZATION, ["DPoP ", access.unwrap()].concat());
    client.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_clock_of_a_client_is_in_no_check() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    let now = server.now() / 1000;
    for iat in [0, 1, now - 86_400, now, now + 86_400, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(send(&client, &json!({ "iat": iat })).await.status, 200, "{iat}");
    }
    let others = json!({ "iat": 1, "exp": 1, "nbf": u64::MAX, "aud": "x", "iss": "y", "sub": 7 });
    assert_eq!(send(&client, &others).await.status, 200);
    // It is a number, as RFC 9449 requires.
    for iat in [json!(null), json!("1"), json!(-1), json!([1]), json!(1e300)] {
        assert_eq!(send(&client, &json!({ "iat": iat })).await.problem().1, "proof-invalid", "{iat}");
    }
    assert_eq!(send(&client, &json!({})).await.problem().1, "proof-invalid");
}

#[tokio::test]
async fn credentials_that_are_repeated_or_damaged_are_refused() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    let request = || client.request(&Method::GET, PATH, None, Vec::new());
    assert_eq!(client.send(request()).await.status, 200);
    for name in ["dpop", "authorization"] {
        let mut twice = request();
        let value = twice.headers()[name].clone();
        twice.headers_mut().append(name, value.clone());
        assert_eq!(client.send(twice).await.problem().0, 401, "{name} twice");
        let text = value.to_str().unwrap().to_owned();
        let dots: Vec<_> = text.match_indices('.').map(|(at, _)| at).collect();
        let damaged = [
            String::new(),
            text[..text.len() - 1].to_owned(),
            [&text, "A"].concat(),
            [&text, ", ", &text].concat(),
            text.replace('.', ".."),
            [&text[..dots[1]], "."].concat(),
            text[dots[0]..].to_owned(),
            "A".repeat(12_000),
            [&text[..dots[0]], ".", &"A".repeat(8000), &text[dots[1]..]].concat(),
            text.to_uppercase(),
        ];
        for damaged in damaged {
            let mut other = request();
            other.headers_mut().insert(name, damaged.parse().unwrap());
            assert_eq!(client.send(other).await.problem().0, 401, "{name} {damaged}");
        }
        let mut binary = request();
        binary.headers_mut().insert(name, HeaderValue::from_bytes(b"DPoP \xff\xfe.\xff.\xff").unwrap());
        assert_eq!(client.send(binary).await.problem().0, 401, "{name}");
    }
}

#[tokio::test]
async fn places_in_addresses_that_are_no_ids_do_not_exist() {
    let server = TestServer::start().await;
    let mut client = signed_in(&server).await;
    for place in ["%00", "%ff", "%2e%2e", "..", "%2f", "x", "0", "0%30", &"0".repeat(31), &"0".repeat(300)] {
        for (method, path) in [
            (Method::PUT, format!("/v1/devices/{place}/label")),
            (Method::POST, format!("/v1/devices/{place}/revoke")),
            (Method::GET, format!("/v1/vaults/{place}/head")),
            (Method::GET, format!("/v1/vaults/{place}/grants/{place}/{place}")),
            (Method::GET, format!("/v1/accounts/{place}")),
        ] {
            let (status, code) = client.call(method, &path, None, Vec::new()).await.problem();
            assert_eq!((status, code.as_str()), (404, "not-found"), "{path}");
        }
    }
}
