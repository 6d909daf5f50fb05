use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;
use tokio::sync::Notify;
use vault_server::Clock;
use vault_server::http::App;
use vault_server::setup::{Config, Folder, Overrides};
use vault_wire::message::PushReply;

use crate::cli::{client, init_with, serve};
use crate::log::peer::accepted;
use crate::log::{Account, Peer};
use crate::support::ISSUER;

/// How many entries a vault has.
async fn entries(app: &App, account: &Account, peer: &Peer<'_>) -> u64 {
    app.logs.head(&account.caller(), None, peer.vault).await.unwrap().seq
}

#[tokio::test]
async fn a_server_that_stops_under_load_answers_all_that_it_has_done() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let open = || {
        let folder = Folder::open(&data).unwrap();
        let config = Config::parse(&folder.read(Folder::CONFIG).unwrap(), &Overrides::default()).unwrap();
        App::open(&folder, config, Clock::system()).unwrap()
    };
    let account = Account::new(1);
    let app = open();
    let running = serve(&data);
    let mut clients: Vec<_> = (1..=4).map(|number| client(&data, &running, number)).collect();
    for client in &mut clients {
        client.get_session(&app, account.id(), &account.certificate).await;
    }
    drop(app);
    let (answered, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut tasks = Vec::new();
    for (seed, mut client) in (1_u64..).zip(clients) {
        let (answered, enough) = (answered.clone(), enough.clone());
        tasks.push(tokio::spawn(async move {
            let account = Account::new(1);
            let (mut peer, genesis) = Peer::make(&account, seed);
            assert_eq!(client.post_cbor("/v1/vaults", &genesis).await.status, 201);
            let path = format!("/v1/vaults/{}/log", peer.vault);
            let mut last = 1;
            for item in 0..=u8::MAX {
                let entry = peer.put(item);
                let batch = peer.batch(false, vec![entry]);
                // Gone before the request was begun, or after it was answered.
                let Some(answer) = client.try_post_cbor(&path, &batch).await else { return (seed, last) };
                last = accepted(&answer.cbor::<PushReply>().results[0]);
                if answered.fetch_add(1, Ordering::Relaxed) == 20 {
                    enough.notify_one();
                }
            }
            panic!("the server does not stop");
        }));
    }
    enough.notified().await;
    running.signal(Signal::TERM);
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.push(task.await.unwrap());
    }
    let log = running.terminate();
    assert!(log.contains("stopped") && !log.contains("did not end in time"), "{log}");
    let app = open();
    for (seed, last) in acknowledged {
        let peer = Peer::make(&account, seed).0;
        assert_eq!(entries(&app, &account, &peer).await, last);
    }
}
