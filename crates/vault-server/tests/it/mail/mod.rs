//! Mails, to a mail server over a real socket.

mod limits;
mod peer;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;
use vault_server::mail::Language;
use vault_server::setup::Config;
use vault_wire::message::{ChangeLogin, Credential, Discovery, LoginName, MailCode, RegisterReply, SignUp};

use crate::support::{Account, Answer, TestServer};
use peer::MailPeer;

const MAIL: &str = "/v1/auth/mail";

/// A server that mails, with its mail server.
async fn start(busy: usize, change: impl FnOnce(&mut Config)) -> (TestServer, MailPeer, TempDir) {
    start_with(MailPeer::start(busy).await, change).await
}

async fn start_with(peer: MailPeer, change: impl FnOnce(&mut Config)) -> (TestServer, MailPeer, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mail");
    fs::write(&file, format!("smtp://{}\n", peer.address)).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let server = TestServer::start_with(|config| {
        config.mail_server = Some(file);
        config.mail_from = Some("Coffer <coffer@server.test>".to_owned());
        change(config);
    })
    .await;
    (server, peer, folder)
}

async fn ask(server: &TestServer, login: &LoginName) -> Answer {
    let answer = server.client(9).anonymous(MAIL, &MailCode { login: login.clone() }).await;
    assert_eq!(answer.status, 204);
    answer
}

/// The code in a mail.
fn code(body: &str) -> Credential<64> {
    Credential::new(body.split("\n\n").nth(1).unwrap()).unwrap()
}

#[tokio::test]
async fn a_mailed_code_opens_an_account_for_its_login_and_a_taken_login_is_told_so() {
    let (server, mut peer, _folder) = start(0, |config| config.sign_up = SignUp::Open).await;
    let discovery: Discovery =
        server.client(1).plain(axum::http::Method::GET, "/.well-known/coffer").await.json();
    assert_eq!(discovery.sign_up, SignUp::Open);
    let (account, other) = (Account::new(1), Account::new(2));
    let free = ask(&server, &account.login).await;
    let mail = peer.next().await;
    assert_eq!(mail.to, account.login.as_str());
    assert!(mail.head.contains("text/plain") && mail.head.contains("Coffer"), "{}", mail.head);
    // Not for another login.
    let message = other.registration(&mut server.client(2), 1, Some(code(&mail.body))).await;
    let answer = server.client(2).anonymous("/v1/auth/register/finish", &message).await;
    assert_eq!(answer.problem().1, "sign-up-refused");
    let message = account.registration(&mut server.client(1), 1, Some(code(&mail.body))).await;
    let answer = server.client(1).anonymous("/v1/auth/register/finish", &message).await;
    assert_eq!(answer.json::<RegisterReply>().version, 1);
    let taken = ask(&server, &account.login).await;
    let mail = peer.next().await;
    assert_eq!(mail.to, account.login.as_str());
    assert!(mail.body.contains("has an account already"), "{}", mail.body);
    // Nothing in the answer shows it.
    let shape = |answer: &Answer| {
        let headers = answer.headers.iter().map(|(name, value)| (name.clone(), value.len()));
        (headers.collect::<Vec<_>>(), answer.body.clone())
    };
    assert_eq!(shape(&free), shape(&taken));
}

#[tokio::test]
async fn a_login_gets_few_mails_and_the_answers_do_not_show_it() {
    let (server, mut peer, _folder) = start(0, |config| config.sign_up = SignUp::Open).await;
    let (one, two) = (Account::new(1).login, Account::new(2).login);
    for _ in 0..9 {
        ask(&server, &one).await;
    }
    ask(&server, &two).await;
    let mut to = Vec::new();
    for _ in 0..4 {
        to.push(peer.next().await.to);
    }
    assert_eq!(to, [one.as_str(), one.as_str(), one.as_str(), two.as_str()]);
}

#[tokio::test]
async fn without_open_sign_up_no_code_is_mailed() {
    let (server, mut peer, _folder) = start(0, |_| ()).await;
    let account = Account::opened(&server, 1).await;
    ask(&server, &Account::new(2).login).await;
    account.sign_in(&mut server.client(1)).await;
    assert!(peer.next().await.head.contains("device"));
}

#[tokio::test]
async fn the_owner_of_an_account_is_told_of_what_others_could_have_done() {
    // The mail server is busy at first.
    let (server, mut peer, _folder) = start(1, |config| config.mail_language = Language::De).await;
    let mut account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let mail = peer.next().await;
    assert_eq!(mail.to, account.login.as_str());
    assert!(
        mail.body.contains("auf einem Gerät angemeldet, das Ihr Konto bisher nicht hatte"),
        "{}",
        mail.body
    );
    // A known device is no news.
    account.sign_in(&mut client).await;
    let message = account.registration(&mut client, 2, None).await;
    assert_eq!(client.post("/v1/auth/register/finish", &message).await.status, 200);
    assert!(peer.next().await.body.contains("Das Passwort Ihres Kontos wurde geändert"));
    let message = account.registration(&mut client, 3, None).await;
    for _ in 0..3 {
        assert_eq!(client.anonymous("/v1/account/reenrol", &message).await.status, 202);
    }
    assert!(peer.next().await.body.contains("In sieben Tagen"));
    let (old, new) = (account.login.clone(), Account::new(3).login);
    let change = ChangeLogin { login: new.clone(), code: None };
    assert_eq!(client.post("/v1/account/login", &change).await.status, 204);
    account.login = new;
    let mails = [peer.next().await, peer.next().await];
    assert_eq!([&mails[0].to, &mails[1].to], [old.as_str(), account.login.as_str()]);
    assert!(mails.iter().all(|mail| mail.body.contains("anderen Anmeldenamen")));
    // During recovery a re-enrolment does not wait. Sent again, it is no news.
    server.app.logs.begin_recovery(server.now(), server.now() + 1000).await.unwrap();
    let message = account.registration(&mut client, 4, None).await;
    for _ in 0..2 {
        assert_eq!(client.anonymous("/v1/account/reenrol", &message).await.status, 200);
    }
    let first = peer.next().await;
    assert!(first.body.contains("Schlüsseln Ihres Kontos ersetzt"), "{}", first.body);
    account.sign_in(&mut server.client(4)).await;
    assert!(peer.next().await.body.contains("auf einem Gerät angemeldet"), "no second notice comes between");
}

#[tokio::test]
async fn a_new_login_is_confirmed_by_a_mailed_code() {
    let (server, mut peer, _folder) = start(0, |config| config.sign_up = SignUp::Open).await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    peer.next().await;
    let login = Account::new(2).login;
    let change = |code| ChangeLogin { login: login.clone(), code };
    assert_eq!(client.post("/v1/account/login", &change(None)).await.problem().1, "sign-up-refused");
    ask(&server, &login).await;
    let body = peer.next().await.body;
    let other = ChangeLogin { login: Account::new(3).login, code: Some(code(&body)) };
    assert_eq!(client.post("/v1/account/login", &other).await.problem().1, "sign-up-refused");
    assert_eq!(client.post("/v1/account/login", &change(Some(code(&body)))).await.status, 204);
    // The code is used up.
    let again = account.registration(&mut server.client(2), 1, Some(code(&body))).await;
    assert_ne!(server.client(2).anonymous("/v1/auth/register/finish", &again).await.status, 200);
}

#[test]
fn the_file_with_the_mail_server_is_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let file = folder.path().join("mail");
    fs::write(&file, "smtps://user:secret@mail.test").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let origin = vault_wire::message::Origin::new("https://a.test").unwrap();
    let mut config = Config::new(origin.clone(), vec![origin], "127.0.0.1:0".parse().unwrap());
    (config.mail_server, config.mail_from) = (Some(file), Some("a@a.test".to_owned()));
    let folder = vault_server::setup::Folder::open_any(folder.path()).unwrap();
    let error = config.mail(&folder).map(drop).unwrap_err().to_string();
    assert!(error.contains("open to other users") && !error.contains("secret"), "{error}");
}
