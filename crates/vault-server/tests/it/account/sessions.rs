use vault_wire::message::{
    AuditPage, DeviceLabel, DeviceList, FixedBytes, LoginStep, Logout, LogoutScope, Refresh, SessionList,
    Tokens,
};

use crate::support::{Account, TestServer};

#[tokio::test]
async fn devices_and_sessions_are_listed_labelled_and_ended() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut one, mut two) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    account.sign_in(&mut two).await;

    let id = one.device.id();
    let label = DeviceLabel { label: FixedBytes::new(vec![5; 329]).unwrap() };
    assert_eq!(two.put(&format!("/v1/devices/{id}/label"), &label).await.status, 204);
    assert_eq!(two.put(&format!("/v1/devices/{}/label", "0".repeat(64)), &label).await.problem().0, 404);
    assert_eq!(two.put("/v1/devices/x/label", &label).await.problem().0, 404);
    let devices: DeviceList = one.get("/v1/devices").await.json();
    let first = devices.devices.iter().find(|device| device.device_id == id).unwrap();
    assert!(first.current && first.label == Some(label.label));
    assert_eq!(first.device, account.device_keys(&one));
    assert_eq!(devices.devices.len(), 2);

    let sessions: SessionList = one.get("/v1/sessions").await.json();
    let other = sessions.sessions.iter().find(|session| !session.current).unwrap();
    let path = format!("/v1/sessions?session={}", other.session_id);
    assert_eq!(one.delete(&path).await.status, 204);
    assert_eq!(one.delete(&path).await.status, 404);
    assert_eq!(two.get("/v1/sessions").await.problem().1, "session-ended");
    account.sign_in(&mut two).await;
    assert_eq!(two.delete("/v1/sessions").await.status, 204);
    assert_eq!(one.get("/v1/sessions").await.problem().1, "session-ended");
    for query in ["?sesion=1", "?session=x", "?session=", "?session=00&session=00"] {
        assert_eq!(two.delete(&format!("/v1/sessions{query}")).await.problem().0, 400, "{query}");
    }
    assert_eq!(two.post("/v1/auth/logout", &Logout { scope: LogoutScope::All }).await.status, 204);
    assert_eq!(two.get("/v1/sessions").await.problem().1, "session-ended");
}

#[tokio::test]
async fn a_revoked_device_is_out_at_once_and_cannot_come_back() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut one, mut two) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    account.sign_in(&mut two).await;
    let id = two.device.id();
    let path = format!("/v1/devices/{id}/revoke");
    // Not by another account's identity, nor for another device.
    assert_eq!(one.post_cbor(&path, &Account::new(3).revocation(id)).await.problem().0, 400);
    assert_eq!(one.post_cbor(&path, &account.revocation(one.device.id())).await.problem().0, 400);
    assert!(two.get("/v1/sessions").await.status.is_success());

    assert_eq!(one.post_cbor(&path, &account.revocation(id)).await.status, 204);
    assert_eq!(one.post_cbor(&path, &account.revocation(id)).await.status, 204);
    assert_eq!(two.get("/v1/sessions").await.problem().1, "session-ended");
    let LoginStep::Device { state } = account.log_in(&mut two).await.json() else { panic!() };
    let message = vault_wire::message::AddDevice { state, device: account.device_keys(&two) };
    assert_eq!(two.post("/v1/devices", &message).await.problem().1, "sign-in-refused");
    let devices: DeviceList = one.get("/v1/devices").await.json();
    assert_eq!(devices.devices.len(), 1);
    server.pass(5 * 60 * 1000 + 1);
    assert_eq!(one.post_cbor(&path, &account.revocation(id)).await.problem().1, "sign-in-again");
}

#[tokio::test]
async fn a_lost_answer_to_a_refresh_costs_nothing() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    let first = account.sign_in(&mut client).await.refresh;
    client.access = None;
    let second: Tokens = client.post("/v1/auth/token", &Refresh { refresh: copy(&first) }).await.json();
    let again: Tokens = client.post("/v1/auth/token", &Refresh { refresh: copy(&first) }).await.json();
    assert_eq!(second.refresh.expose(), again.refresh.expose());
    assert_ne!(second.refresh.expose(), first.expose());
    let third: Tokens = client.post("/v1/auth/token", &Refresh { refresh: second.refresh }).await.json();
    client.access = Some(third.access.expose().to_owned());
    assert!(client.get("/v1/sessions").await.status.is_success());
}

fn copy(token: &vault_wire::message::Credential<64>) -> vault_wire::message::Credential<64> {
    vault_wire::message::Credential::new(token.expose()).unwrap()
}

#[tokio::test]
async fn t40_a_refresh_token_that_is_replayed_ends_its_session_and_shows_in_the_audit() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut client, mut other) = (server.client(1), server.client(2));
    let first = account.sign_in(&mut client).await.refresh;
    account.sign_in(&mut other).await;
    let token = client.access.take();
    let second: Tokens = client.post("/v1/auth/token", &Refresh { refresh: copy(&first) }).await.json();
    let third: Tokens =
        client.post("/v1/auth/token", &Refresh { refresh: copy(&second.refresh) }).await.json();
    let replayed = client.post("/v1/auth/token", &Refresh { refresh: first }).await;
    assert_eq!(replayed.problem(), (401, "session-ended".into()));
    let newest = client.post("/v1/auth/token", &Refresh { refresh: third.refresh }).await;
    assert_eq!(newest.problem().1, "session-ended");
    client.access = token;
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
    let audit: AuditPage = other.get("/v1/audit").await.json();
    assert!(audit.events.iter().any(|event| event.kind.as_str() == "refresh-reused"));
}

#[tokio::test]
async fn t40_a_refresh_token_of_another_device_ends_its_session() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut client, mut thief) = (server.client(1), server.client(2));
    let refresh = account.sign_in(&mut client).await.refresh;
    assert_eq!(
        thief.post("/v1/auth/token", &Refresh { refresh: copy(&refresh) }).await.problem().1,
        "session-ended"
    );
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
    for text in ["x", &"A".repeat(64)] {
        let refresh = vault_wire::message::Credential::new(text).unwrap();
        assert_eq!(thief.post("/v1/auth/token", &Refresh { refresh }).await.problem().1, "session-ended");
    }
}

#[tokio::test]
async fn the_audit_is_a_chain_that_a_client_can_follow() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let audit: AuditPage = client.get("/v1/audit").await.json();
    let kinds: Vec<_> = audit.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["account-created", "device-added", "signed-in"]);
    assert!(audit.follows(0, &[0; 32]) && !audit.more);
    let last = audit.events.last().unwrap();
    let hash: [u8; 32] = last.hash.as_slice().try_into().unwrap();
    let seq = last.seq;
    account.sign_in(&mut client).await;
    let next: AuditPage = client.get(&format!("/v1/audit?after={seq}")).await.json();
    assert!(next.follows(seq, &hash) && next.events.len() == 1);
    for query in ["?after=01", "?after=-1", "?after=x", "?afer=1", "?after=99999999999999999999"] {
        assert_eq!(client.get(&format!("/v1/audit{query}")).await.problem().0, 400, "{query}");
    }
}
