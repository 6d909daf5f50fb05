//! How the server is reached: proxies, authorities of the user's own, and where documents are.

use std::path::PathBuf;

use vault_api::views::{
    AuthorityChoice, NetworkChoice, NetworkView, ProxyChoice, ProxyKind, ProxyView, ServerChoice, ServerView,
    SignInView, SyncState, VaultDocumentsView,
};
use vault_api::{Coffer, ErrorCode, InputProblem};

use crate::support::{
    HostileServer, PASSWORD, Program, TestProxy, TestServer, connected, join_request, joined, profile_id,
    unlock_request,
};

const NAMED: &str = "https://server.test";

fn direct() -> NetworkChoice {
    NetworkChoice {
        proxy: ProxyChoice {
            kind: ProxyKind::None,
            address: String::new(),
            user: String::new(),
            password: None,
        },
        authority: AuthorityChoice::None,
        upload: 0,
        download: 0,
    }
}

fn through(address: &str, password: Option<&str>) -> NetworkChoice {
    let (address, user) = (address.to_owned(), "name".to_owned());
    let password = password.map(str::to_owned);
    NetworkChoice { proxy: ProxyChoice { kind: ProxyKind::Own, address, user, password }, ..direct() }
}

/// A file of a test.
fn file(name: &str, content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// The server by the name that only the proxy knows.
fn named(hostile: &HostileServer, network: NetworkChoice) -> ServerChoice {
    let vault_sync::Trust::Key(key) = hostile.trust() else { panic!("no key") };
    ServerChoice { server: NAMED.to_owned(), key: Some(key.to_string()), network: Some(network) }
}

#[tokio::test]
async fn everything_goes_through_the_proxy_of_the_user() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Program::with_profile().await;
    one.add("First").await;
    for scheme in ["socks5h", "http"] {
        let proxy = TestProxy::to(hostile.address).await;
        let address = format!("{scheme}://{}", proxy.address);
        let wrong = named(&hostile, through(&address, Some("wrong")));
        let refused = one.coffer.server_find(wrong).await.unwrap_err();
        assert_eq!((refused.code, proxy.made()), (ErrorCode::ProxyFailed, 0), "{scheme}");
        let found = one.coffer.server_find(named(&hostile, through(&address, Some("password")))).await;
        assert!(matches!(found, Ok(ServerView::Found { .. })), "{scheme}: {found:?}");
    }
    let proxy = TestProxy::to(hostile.address).await;
    let address = format!("socks5h://{}", proxy.address);
    let choice = named(&hostile, through(&address, Some("password")));
    one.connect_to(&server, choice).await;
    one.up_to_date().await;
    let shown = one.coffer.network_get().await.unwrap();
    let user = "name".to_owned();
    let expected = ProxyView { kind: ProxyKind::Own, address: address.clone(), user, has_password: true };
    assert_eq!(shown.proxy, expected);
    assert!(!format!("{shown:?}").contains("password\""), "{shown:?}");

    // A second computer needs it before it has a profile.
    let two = Program::start();
    let mut request = join_request(&hostile, &one, PASSWORD).await;
    request.server = named(&hostile, through(&address, Some("password")));
    assert_eq!(two.coffer.account_join(request).await, Ok(SignInView::Done));
    two.until_titles(&["First"]).await;

    // After an unlock it is used again, and nothing goes past it.
    one.coffer.session_lock().await.unwrap();
    let made = proxy.made();
    let id = profile_id(&one).await;
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    one.up_to_date().await;
    assert!(proxy.made() > made);
    drop(proxy);
    let other = TestProxy::to(hostile.address).await;
    let lost = one.coffer.network_set(through(&format!("http://{}", other.address), Some("wrong"))).await;
    lost.unwrap();
    let seen = hostile.seen().len();
    one.add("Second").await;
    let view = one.until(|view| view.state == SyncState::Offline && view.problem.is_some()).await;
    assert_eq!((view.problem.unwrap().code, view.unsent), (ErrorCode::ProxyFailed, 1));
    assert_eq!(hostile.seen().len(), seen);
    // A kept password goes to the same proxy and name only.
    let right = through(&format!("http://{}", other.address), Some("password"));
    one.coffer.network_set(right).await.unwrap();
    one.up_to_date().await;
    let kept = one.coffer.network_set(through(&format!("http://{}", other.address), None)).await.unwrap();
    assert!(kept.proxy.has_password);
    one.add("Third").await;
    one.up_to_date().await;
    let elsewhere = one.coffer.network_set(through("http://127.0.0.1:1", None)).await.unwrap();
    assert!(!elsewhere.proxy.has_password);
}

#[tokio::test]
async fn settings_out_of_range_are_refused_and_change_nothing() {
    let (_server, _hostile, one) = connected().await;
    let local = Program::with_profile().await;
    assert_eq!(local.coffer.network_get().await.unwrap_err().code, ErrorCode::NotConnected);
    assert_eq!(local.coffer.network_set(direct()).await.unwrap_err().code, ErrorCode::NotConnected);
    let refused = async |choice: NetworkChoice, problem: InputProblem| {
        let error = one.coffer.network_set(choice).await.unwrap_err();
        assert_eq!((error.code, error.problem), (ErrorCode::InvalidInput, Some(problem)));
    };
    for address in ["", "proxy", "ftp://proxy", "http://other@proxy:1", "http://proxy/path"] {
        refused(through(address, None), InputProblem::ProxyAddress).await;
        assert!(Coffer::proxy_address(&through(address, None)).is_err() || address.contains('@'));
    }
    for limit in [1, 15, 1024 * 1024 + 1] {
        refused(NetworkChoice { upload: limit, ..direct() }, InputProblem::TransferLimit).await;
        refused(NetworkChoice { download: limit, ..direct() }, InputProblem::TransferLimit).await;
    }
    let unknown = AuthorityChoice::Picked { token: "0000".to_owned() };
    let error = one.coffer.network_set(NetworkChoice { authority: unknown, ..direct() }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    assert_eq!(one.coffer.network_get().await.unwrap().proxy.kind, ProxyKind::None);

    let limits = NetworkChoice { upload: 16, download: 1024 * 1024, ..direct() };
    one.coffer.network_set(limits).await.unwrap();
    one.add("Limited").await;
    one.up_to_date().await;
    let NetworkView { upload, download, .. } = one.coffer.network_get().await.unwrap();
    assert_eq!((upload, download), (16, 1024 * 1024));
    one.coffer.account_leave().await.unwrap();
    assert_eq!(one.coffer.network_get().await.unwrap_err().code, ErrorCode::NotConnected);
}

#[tokio::test]
async fn t43_own_authority_is_trusted_until_removed() {
    let server = TestServer::start().await;
    let (hostile, other) = (HostileServer::before(&server).await, HostileServer::before(&server).await);
    let one = Program::with_profile().await;
    one.add("First").await;
    let pick = async |text: &str| {
        let (_folder, path) = file("company.pem", text);
        one.coffer.authority_in_file(path).await
    };
    for text in ["", "no certificate", &"x".repeat(100_000)] {
        let error = pick(text).await.unwrap_err();
        assert_eq!((error.code, error.problem), (ErrorCode::InvalidInput, Some(InputProblem::AuthorityFile)));
    }
    let missing = one.coffer.authority_in_file(PathBuf::from("/no/such/file.pem")).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::FileUnreadable);
    let choice = |token: String| ServerChoice {
        server: hostile.origin().as_str().to_owned(),
        key: None,
        network: Some(NetworkChoice { authority: AuthorityChoice::Picked { token }, ..direct() }),
    };
    // Without it, and with that of another server, the words of the key are to be compared.
    let strange = pick(&other.authority).await.unwrap();
    let found = one.coffer.server_find(choice(strange.token.clone())).await.unwrap();
    assert!(matches!(found, ServerView::Unknown { .. }), "{found:?}");
    let picked = pick(&hostile.authority).await.unwrap();
    assert_eq!((&*picked.authority.file, picked.authority.certificates.len()), ("company.pem", 1));
    let error = one.coffer.server_find(choice(strange.token)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound, "only the last one");
    let found = one.coffer.server_find(choice(picked.token.clone())).await.unwrap();
    assert!(matches!(found, ServerView::Found { key: None, .. }), "{found:?}");
    one.connect_to(&server, choice(picked.token)).await;
    one.up_to_date().await;
    assert_eq!(one.coffer.network_get().await.unwrap().authority, Some(picked.authority));

    let stored = NetworkChoice { authority: AuthorityChoice::Stored, ..direct() };
    assert!(one.coffer.network_set(stored).await.unwrap().authority.is_some());
    one.add("Second").await;
    one.up_to_date().await;
    one.coffer.network_set(direct()).await.unwrap();
    one.add("Third").await;
    let seen = hostile.seen().len();
    let view = one.until(|view| view.problem.is_some()).await;
    assert_eq!((view.problem.unwrap().code, view.unsent), (ErrorCode::ServerUntrusted, 1));
    assert_eq!(hostile.seen().len(), seen, "nothing is sent to it");
}

/// Where the documents of the home vault are.
async fn home(program: &Program) -> VaultDocumentsView {
    program.coffer.offline_list().await.unwrap().remove(0)
}

#[tokio::test]
async fn documents_that_are_not_kept_offline_come_when_they_are_saved() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let home_id = home(&two).await.id.parse().unwrap();
    let off = two.coffer.offline_set(home_id, false).await.unwrap().remove(0);
    assert!(!off.offline);
    one.add_document("paper.txt", b"content of the paper").await;
    one.up_to_date().await;
    two.until_titles(&["First", "paper"]).await;
    two.up_to_date().await;
    assert_eq!((home(&two).await.missing, home(&two).await.copies), (1, 0));
    // Without the server it stays where it is.
    hostile.loses("GET *");
    assert_eq!(two.document("paper").await.unwrap_err().code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    assert_eq!(two.document("paper").await.unwrap(), b"content of the paper");
    assert_eq!((home(&two).await.missing, home(&two).await.copies), (0, 1));

    // A copy that was removed comes again; the item was never without it.
    let removed = two.coffer.offline_remove(home_id).await.unwrap().remove(0);
    assert_eq!((removed.missing, removed.copies, removed.bytes), (1, 0, 0));
    two.check_log().await;
    two.up_to_date().await;
    assert_eq!(two.document("paper").await.unwrap(), b"content of the paper");
    two.coffer.offline_remove(home_id).await.unwrap();
    assert!(two.coffer.offline_set(home_id, true).await.unwrap().remove(0).offline);
    two.until_holds(async |coffer| coffer.offline_list().await.unwrap().remove(0).copies == 1).await;
    // What the server does not have yet is never removed.
    hostile.loses("*");
    two.add_document("unsent.txt", b"only here").await;
    let kept = two.coffer.offline_remove(home_id).await.unwrap().remove(0);
    assert_eq!((kept.missing, kept.copies), (1, 0));
    assert_eq!(two.document("unsent").await.unwrap(), b"only here");
}
