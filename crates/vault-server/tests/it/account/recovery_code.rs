use aws_lc_rs::signature::Ed25519KeyPair;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{Bytes, CodeBox, CodeFinish, CodeStart, CodeStartReply, FixedBytes, LoginStep};

use crate::support::{Account, Answer, Client, TestServer};

pub fn code(number: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap()
}

pub fn code_box(account: &Account, number: u64, code: &Ed25519KeyPair) -> CodeBox {
    let sealed = vec![3; 100];
    let statement = account.code_statement(number, code, &sealed).encode();
    CodeBox { statement: Bytes::new(statement).unwrap(), sealed: Some(Bytes::new(sealed).unwrap()) }
}

/// Signs in with a recovery code.
async fn log_in(account: &Account, client: &mut Client, code: &Ed25519KeyPair) -> Answer {
    client.access = None;
    let start: CodeStartReply =
        client.post("/v1/auth/code/start", &CodeStart { login: account.login.clone() }).await.json();
    let challenge = start.challenge.as_slice().try_into().unwrap();
    let proof = account.code_proof(code, challenge, client);
    let proof = FixedBytes::new(proof.as_bytes().to_vec()).unwrap();
    client.post("/v1/auth/code/finish", &CodeFinish { state: start.state, proof }).await
}

#[tokio::test]
async fn a_session_with_the_recovery_code_reads_the_box_registers_and_no_more() {
    let server = TestServer::start().await;
    let mut account = Account::opened(&server, 1).await;
    let (mut own, mut lost) = (server.client(1), server.client(2));
    account.sign_in(&mut own).await;
    assert_eq!(own.get("/v1/account/code").await.status, 404);
    let stored = code_box(&account, 1, &code(50));
    assert_eq!(own.put("/v1/account/code", &stored).await.status, 204);
    assert_eq!(own.put("/v1/account/code", &stored).await.status, 204);

    assert_eq!(log_in(&account, &mut lost, &code(51)).await.problem().1, "sign-in-refused");
    let step: LoginStep = log_in(&account, &mut lost, &code(50)).await.json();
    account.complete(&mut lost, step).await;
    let read: CodeBox = lost.get("/v1/account/code").await.json();
    assert_eq!(read.sealed, stored.sealed);
    for path in ["/v1/sessions", "/v1/devices", "/v1/account/keyset", "/v1/account/factors", "/v1/audit"] {
        assert_eq!(lost.get(path).await.problem(), (403, "forbidden".into()), "{path}");
    }
    assert_eq!(lost.put("/v1/account/code", &stored).await.problem().1, "forbidden");
    account.password = [88; 32];
    let message = account.registration(&mut lost, 2, None).await;
    assert!(lost.post("/v1/auth/register/finish", &message).await.status.is_success());
    assert_eq!(own.get("/v1/sessions").await.problem().1, "session-ended");
    account.sign_in(&mut own).await;
}

#[tokio::test]
async fn a_box_is_replaced_by_a_newer_statement_of_the_root_only() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    assert_eq!(client.put("/v1/account/code", &code_box(&account, 5, &code(50))).await.status, 204);
    for number in [4, 5] {
        let older = code_box(&account, number, &code(51));
        assert_eq!(client.put("/v1/account/code", &older).await.problem().1, "version-conflict");
    }
    let foreign = code_box(&Account::new(2), 6, &code(51));
    assert_eq!(client.put("/v1/account/code", &foreign).await.problem().1, "malformed");
    let mut other = code_box(&account, 6, &code(51));
    other.sealed = Some(Bytes::new(vec![4; 100]).unwrap());
    assert_eq!(client.put("/v1/account/code", &other).await.problem().1, "malformed");
    assert_eq!(client.put("/v1/account/code", &code_box(&account, 6, &code(51))).await.status, 204);
}
