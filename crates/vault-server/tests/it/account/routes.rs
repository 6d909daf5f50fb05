//! Every route of the protocol against callers who must not use it.

use axum::http::Method;
use vault_server::http::{ROUTES, Route, Shown, openapi};

use crate::support::{Account, Client, TestServer};

/// Routes that need no session: method and path.
const OPEN: &[(&str, &str)] = &[
    ("GET", "/.well-known/coffer"),
    ("GET", "/v1/jwks.json"),
    ("POST", "/v1/auth/register/start"),
    ("POST", "/v1/auth/register/finish"),
    ("POST", "/v1/auth/mail"),
    ("POST", "/v1/account/reenrol"),
];

/// Routes with a proof alone.
const PROVEN: &[(&str, &str)] = &[
    ("POST", "/v1/auth/login/params"),
    ("POST", "/v1/auth/login/start"),
    ("POST", "/v1/auth/login/finish"),
    ("POST", "/v1/auth/code/start"),
    ("POST", "/v1/auth/code/finish"),
    ("POST", "/v1/auth/mfa/totp"),
    ("POST", "/v1/auth/mfa/recovery"),
    ("POST", "/v1/auth/approval"),
    ("POST", "/v1/auth/token"),
    ("POST", "/v1/devices"),
];

/// A path with ids filled in.
fn filled(path: &str) -> String {
    let path = path.replace("{d}", &"0".repeat(64)).replace("{epoch}", "1").replace("{i}", "0");
    ["{v}", "{b}", "{account}"].iter().fold(path, |path, id| path.replace(id, &"0".repeat(32)))
}

/// The routes in the table of the protocol: method and path, with ids filled in.
fn documented() -> Vec<(Method, String)> {
    let page = include_str!("../../../../../docs/formats/protocol.md");
    let table = page.split("## Routes").nth(1).unwrap().split("\n\n").nth(1).unwrap();
    let mut routes = Vec::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cell = row.split('|').nth(1).unwrap();
        let parts: Vec<_> = cell.split('`').filter(|part| part.chars().any(char::is_alphabetic)).collect();
        let (methods, paths): (Vec<&str>, Vec<&str>) = parts
            .iter()
            .flat_map(|part| part.split(' '))
            .partition(|part| part.chars().all(|c| c.is_ascii_uppercase()));
        let base = paths.iter().find(|path| path.starts_with('/')).unwrap();
        for path in &paths {
            let path = match path.strip_prefix('…') {
                Some(end) => [&base[..base.find(end.split('/').nth(1).unwrap()).unwrap() - 1], end].concat(),
                None => (*path).to_owned(),
            };
            let path = path.split('?').next().unwrap().to_owned();
            let path = filled(&path);
            routes.extend(methods.iter().map(|method| (method.parse().unwrap(), path.clone())));
        }
    }
    routes
}

/// Whether the server has the route.
async fn exists(client: &Client, method: &Method, path: &str) -> bool {
    let status = client.plain(method.clone(), path).await.status;
    status != 404 && status != 405
}

fn is_in(list: &[(&str, &str)], method: &Method, path: &str) -> bool {
    list.contains(&(method.as_str(), path))
}

#[tokio::test]
async fn the_openapi_document_has_the_routes_that_exist_and_who_may_use_them() {
    let server = TestServer::start().await;
    let client = server.client(1);
    let mut listed: Vec<_> = ROUTES
        .iter()
        .map(|Route(method, path, shown, ..)| (method.parse().unwrap(), filled(path), *shown))
        .collect();
    for (method, path) in documented() {
        let at = listed.iter().position(|(listed, at, _)| (listed, at) == (&method, &path));
        assert_eq!(at.is_some(), exists(&client, &method, &path).await, "{method} {path}");
        let Some(at) = at else { continue };
        let shown = match (path.as_str(), is_in(OPEN, &method, &path), is_in(PROVEN, &method, &path)) {
            ("/v1/auth/register/finish", ..) => Shown::Either,
            (_, true, _) => Shown::Nothing,
            (_, _, true) => Shown::Proof,
            _ => Shown::Session,
        };
        assert_eq!(listed.swap_remove(at).2, shown, "{method} {path}");
    }
    assert!(listed.is_empty(), "{listed:?}");
    let document = openapi("https://a.test");
    assert_eq!(document["paths"]["/v1/vaults/{v}/log"]["post"]["parameters"][0]["name"], "v");
}

#[tokio::test]
async fn t53_every_route_asks_for_a_session_and_its_proof() {
    let server = TestServer::start().await;
    let (mut ended, mut stranger) = (server.client(1), server.client(2));
    let account = Account::opened(&server, 1).await;
    account.sign_in(&mut ended).await;
    let token = ended.access.clone();
    ended.delete("/v1/sessions").await;
    let logout = vault_wire::message::Logout { scope: vault_wire::message::LogoutScope::This };
    ended.post("/v1/auth/logout", &logout).await;
    let mut thief = server.client(3);
    thief.access = token;

    let (mut found, mut checked) = (0, 0);
    for (method, path) in documented() {
        if !exists(&stranger, &method, &path).await {
            continue;
        }
        found += 1;
        if is_in(OPEN, &method, &path) {
            continue;
        }
        checked += 1;
        let bare = stranger.plain(method.clone(), &path).await.problem();
        if is_in(PROVEN, &method, &path) {
            assert_eq!(bare, (401, "proof-invalid".into()), "{method} {path}");
            continue;
        }
        assert_eq!(bare, (401, "token-invalid".into()), "{method} {path}");
        let call =
            async |client: &mut Client| client.call(method.clone(), &path, None, Vec::new()).await.problem();
        assert_eq!(call(&mut stranger).await.1, "token-invalid", "{method} {path}");
        assert_eq!(call(&mut thief).await.1, "proof-invalid", "{method} {path}");
        assert_eq!(call(&mut ended).await.1, "session-ended", "{method} {path}");
    }
    assert_eq!((found, checked), (58, 52));
}

#[tokio::test]
async fn t53_devices_and_sessions_of_another_account_do_not_exist() {
    let server = TestServer::start().await;
    let (mine, other) = (Account::opened(&server, 1).await, Account::opened(&server, 2).await);
    let (mut me, mut them) = (server.client(1), server.client(2));
    mine.sign_in(&mut me).await;
    other.sign_in(&mut them).await;
    let theirs = them.device.id();
    let label = vault_wire::message::DeviceLabel {
        label: vault_wire::message::FixedBytes::new(vec![1; 329]).unwrap(),
    };
    assert_eq!(me.put(&format!("/v1/devices/{theirs}/label"), &label).await.status, 404);
    assert_eq!(
        me.post_cbor(&format!("/v1/devices/{theirs}/revoke"), &mine.revocation(theirs)).await.status,
        404
    );
    assert_eq!(
        me.post_cbor(&format!("/v1/devices/{theirs}/revoke"), &other.revocation(theirs)).await.status,
        400
    );
    let sessions: vault_wire::message::SessionList = them.get("/v1/sessions").await.json();
    let path = format!("/v1/sessions?session={}", sessions.sessions[0].session_id);
    assert_eq!(me.delete(&path).await.status, 404);
    let message = other.registration(&mut me, 2, None).await;
    assert_eq!(me.post("/v1/auth/register/finish", &message).await.problem().1, "forbidden");
    assert!(them.get("/v1/sessions").await.status.is_success());
}
