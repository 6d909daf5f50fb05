//! What leaves a computer whose profile has a server: nothing that can be read, and nothing to anybody else.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use vault_api::SecretText;
use vault_api::views::{
    AccountRequest, FieldDraft, FieldKindView, ItemDraft, ItemTypeView, JoinRequest, ServerChoice,
    SignInView, VaultAppearanceView,
};
use vault_sync::SecretKey;

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, TestServer, choice, profile_id, unlock_request,
};

/// What must never be seen outside, each in its place. None is a part of another, or of what may be seen.
const CANARIES: [&str; 10] = [
    "canary-title-Zaunkoenig",
    "canary-name-Rotkehlchen",
    "canary-password-Pirol!",
    "canary-notes-Eisvogel",
    "canary-tag-Wiedehopf",
    "canary-folder-Kleiber",
    "canary-address-zeisig.example",
    "canary-vault-Goldammer",
    "canary-file-Girlitz",
    "canary-profile-Stieglitz",
];
/// What a document contains, many times.
const CONTENT: &str = "canary-content-Mauersegler ";

fn secret_item() -> ItemDraft {
    let field = |role: &str, kind, value: &str| FieldDraft {
        id: None,
        role: Some(role.to_owned()),
        label: String::new(),
        kind,
        value: Some(value.to_owned()),
        section: None,
    };
    ItemDraft {
        id: None,
        base_revision: None,
        item_type: ItemTypeView::Login,
        title: CANARIES[0].to_owned(),
        fields: vec![
            field("username", FieldKindView::Text, CANARIES[1]),
            field("password", FieldKindView::Concealed, CANARIES[2]),
        ],
        urls: vec![format!("https://{}/", CANARIES[6])],
        notes: CANARIES[3].to_owned(),
        tags: vec![CANARIES[4].to_owned()],
        folder: Some(CANARIES[5].to_owned()),
        favourite: false,
        url_rules: Vec::new(),
        removed_passkeys: Vec::new(),
        expires: None,
        reprompt: false,
        template: false,
    }
}

/// A profile with everything that is searched for.
async fn filled() -> Program {
    let one = Program::start();
    one.coffer.profile_create(CANARIES[9].to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    let look = VaultAppearanceView { name: CANARIES[7].to_owned(), ..VaultAppearanceView::default() };
    let vaults = one.coffer.vault_create(look).await.unwrap();
    let vault = vaults.iter().find(|vault| !vault.home).unwrap().id.parse().unwrap();
    one.coffer.item_save_in(None, secret_item(), None).await.unwrap();
    one.coffer.item_save_in(Some(vault), secret_item(), None).await.unwrap();
    one.add_document(&format!("{}.txt", CANARIES[8]), CONTENT.repeat(2_000).as_bytes()).await;
    one
}

/// Opens an account, and does what a program does in a day.
async fn day(one: &Program, server: ServerChoice, code: String) {
    let (login, password) = (LOGIN.to_owned(), PASSWORD.to_owned());
    let request = AccountRequest { server, login, password, code: Some(code) };
    one.coffer.account_create(request).await.unwrap();
    one.until_holds(async |coffer| coffer.upload_preview().await.unwrap().room.is_some()).await;
    one.coffer.upload_begin().await.unwrap();
    one.up_to_date().await;
    one.coffer.device_list().await.unwrap();
    one.coffer.factor_status().await.unwrap();
    let id = profile_id(one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    one.up_to_date().await;
    one.coffer.account_sign_out().await.unwrap();
    one.add("Later").await;
    assert_eq!(one.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
    one.up_to_date().await;
}

/// The environment of a child: what it is to do, and with which server.
const ALONE: &str = "COFFER_TEST_CHILD_ALONE";
const SERVER: &str = "COFFER_TEST_CHILD_SERVER";

/// Starts this test again as a child, by way of other programs.
fn again(test: &str, by: &[&str], variable: (&str, &str)) {
    let (program, arguments) = by.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(variable.0, variable.1);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Every address of the network that calls in a record of `strace` name, with its family.
fn addresses(record: &Path) -> BTreeSet<String> {
    let record = std::fs::read_to_string(record).unwrap();
    let calls = record.lines().flat_map(|line| line.split("sa_family=").skip(1));
    let found = calls.map(|rest| rest.split(['}', ']']).next().unwrap_or_default().to_owned());
    found.filter(|address| !address.starts_with("AF_UNIX")).collect()
}

/// In a network of its own, in which there is nothing but the server and a program that is watched.
#[tokio::test]
async fn connected_program_contacts_its_server_only() {
    const NAME: &str = "wire::connected_program_contacts_its_server_only";
    if let Ok(server) = std::env::var(SERVER) {
        let mut words = server.split(' ').map(str::to_owned);
        let mut word = || words.next().unwrap();
        let server = ServerChoice { server: word(), key: Some(word()), network: None };
        return day(&filled().await, server, word()).await;
    }
    if std::env::var_os(ALONE).is_none() {
        let script = "ip link set lo up && exec \"$@\"";
        let by = ["unshare", "--map-root-user", "--net", "--", "sh", "-ec", script, "sh"];
        return again(NAME, &by, (ALONE, "1"));
    }
    let nowhere = SocketAddr::from(([192, 0, 2, 1], 443));
    assert!(TcpStream::connect(nowhere).await.is_err());
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let ServerChoice { server: address, key, .. } = choice(&hostile);
    let code = server.sign_up_code().await.expose().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("sockets");
    let named = record.to_str().unwrap().to_owned();
    let words = [address, key.unwrap(), code].join(" ");
    let watched = tokio::task::spawn_blocking(move || {
        let calls = "trace=socket,connect,bind,sendto,sendmsg,sendmmsg";
        let by = ["strace", "-f", "--seccomp-bpf", "-e", calls, "-e", "signal=none", "-o", &named];
        again(NAME, &by, (SERVER, &words));
    });
    watched.await.unwrap();
    let of_server =
        format!("AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"127.0.0.1\")", hostile.address.port());
    assert_eq!(addresses(&record), BTreeSet::from([of_server]));
    assert!(hostile.seen().iter().any(|sent| sent.route.contains("/blobs/")), "it has worked");
    let record = std::fs::read_to_string(&record).unwrap();
    let other = |line: &&str| {
        ["SOCK_DGRAM", "SOCK_RAW"].iter().any(|kind| line.contains(kind)) && !line.contains("AF_UNIX")
    };
    assert_eq!(record.lines().filter(other).collect::<Vec<_>>(), [""; 0]);
}

/// The cable between a program and its server: passes everything on, and keeps it.
struct Cable {
    address: SocketAddr,
    carried: Arc<Mutex<Vec<u8>>>,
    running: JoinHandle<()>,
}

impl Cable {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let carried = Arc::new(Mutex::default());
        let kept = carried.clone();
        let running = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(carry(from_client, to_server, kept.clone()));
                tokio::spawn(carry(from_server, to_client, kept.clone()));
            }
        });
        Self { address, carried, running }
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    kept: Arc<Mutex<Vec<u8>>>,
) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let read = piece.get(..length).unwrap();
        keep(&kept, read);
        if to.write_all(read).await.is_err() {
            return;
        }
    }
}

fn keep(kept: &Mutex<Vec<u8>>, bytes: &[u8]) {
    kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
}

/// The forms in which bytes could be written into something: as they are, in hexadecimal, in UTF-16, and in Base64, of which
/// the end depends on what follows and the beginning on what is before.
fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let wide = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
    let mut all = vec![bytes.to_vec(), wide, hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for before in 0..3 {
        let text = Base64UrlUnpadded::encode_string(&[&vec![0; before], bytes].concat());
        let whole = &text[(before * 8).div_ceil(6)..text.len() - 2];
        all.push(whole.as_bytes().to_vec());
        all.push(whole.replace('-', "+").replace('_', "/").into_bytes());
    }
    all
}

/// The first form of some bytes that is in others.
fn found(wanted: &[u8], within: &[u8]) -> Option<Vec<u8>> {
    let forms = forms(wanted).into_iter();
    let mut forms = forms.filter(|form| within.windows(form.len()).any(|window| window == form));
    forms.next()
}

#[test]
fn canary_is_found_in_each_form() {
    use base64ct::{Base64, Base64Url};
    let secret = CANARIES[2].as_bytes();
    for before in [&b""[..], b"a", b"ab", b"abc", b"\xff\xff"] {
        let text = [before, secret, b"\xff and more"].concat();
        for written in [Base64::encode_string(&text), Base64Url::encode_string(&text)] {
            assert!(found(secret, written.as_bytes()).is_some(), "{written}");
        }
        assert!(found(secret, &text).is_some());
    }
    let hex: String = secret.iter().map(|byte| format!("{byte:02X}")).collect();
    assert!(found(secret, hex.as_bytes()).is_some());
    assert!(found(secret, &[7; 100_000]).is_none());
}

#[tokio::test]
async fn nothing_readable_crosses_the_wire() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let cable = Cable::to(hostile.address).await;
    let replies = Arc::new(Mutex::default());
    // All routes but the stream of events, which contains ids and heads and never ends.
    for routes in [
        "POST *",
        "PUT *",
        "DELETE *",
        "GET /v1/account*",
        "GET /v1/vaults*",
        "GET /v1/devices",
        "GET /v1/audit",
    ] {
        let replies = replies.clone();
        hostile.changes(routes, move |_, reply| keep(&replies, &reply.body));
    }
    let through = || ServerChoice { server: format!("https://{}", cable.address), ..choice(&hostile) };
    let one = filled().await;
    day(&one, through(), server.sign_up_code().await.expose().to_owned()).await;
    one.coffer.session_confirm(PASSWORD.into()).await.unwrap();
    let secret_key = one.coffer.kit_reveal().await.unwrap();
    let two = Program::start();
    let request = JoinRequest {
        server: through(),
        login: LOGIN.to_owned(),
        password: PASSWORD.to_owned(),
        secret_key: secret_key.expose().to_owned(),
        name: CANARIES[9].to_owned(),
    };
    assert_eq!(two.coffer.account_join(request).await, Ok(SignInView::Done));
    two.until_holds(async |coffer| {
        let view = coffer.sync_status().await.unwrap();
        view.documents == 0 && view.verified_at.is_some()
    })
    .await;
    assert_eq!(two.document(CANARIES[8]).await.unwrap(), CONTENT.repeat(2_000).as_bytes());

    let mut decrypted = replies.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for sent in hostile.seen() {
        decrypted.extend_from_slice(sent.route.as_bytes());
        decrypted.extend_from_slice(sent.query.unwrap_or_default().as_bytes());
        for (name, value) in &sent.headers {
            decrypted.extend_from_slice(name.as_str().as_bytes());
            decrypted.extend_from_slice(value.as_bytes());
        }
        decrypted.extend_from_slice(&sent.body);
    }
    let raw = cable.carried.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // What the server must know is found, so the search is not blind.
    assert!(found(LOGIN.as_bytes(), &decrypted).is_some() && found(LOGIN.as_bytes(), &raw).is_none());
    assert!(raw.len() > decrypted.len() && decrypted.len() > CONTENT.len() * 4_000);
    let key = SecretKey::from_text(secret_key.expose()).unwrap();
    let plain: String = secret_key.expose().chars().filter(char::is_ascii_alphanumeric).collect();
    let texts = CANARIES.iter().copied().chain([CONTENT, PASSWORD, secret_key.expose(), &plain]);
    for secret in texts.map(str::as_bytes).chain([&key.expose_bytes()[..]]) {
        for seen in [&raw, &decrypted] {
            assert_eq!(found(secret, seen), None, "{}", String::from_utf8_lossy(secret));
        }
    }
}
