//! Recorded conversations with the server of today.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exchange::Exchange;
use super::tape::{Player, Recorder};
use super::{account, approval, typed, vault};
use crate::support::TestServer;
use crate::support::tap::Tap;

/// What programs do now; each is recorded in a file of its own. What is added comes at the end, or has another name: the
/// old recordings are played along these.
const NAMES: [&str; 3] = ["account", "approval", "vault"];

/// What differs between as many runs is random.
const RUNS: usize = 5;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conversations")
}

/// The versions that were recorded.
fn versions() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut versions: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    versions.sort();
    versions
}

fn read(file: &Path) -> Vec<Exchange> {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Has a conversation, of which something learns.
async fn talk(name: &str, tap: Arc<dyn Tap>) {
    let mut server = TestServer::start().await;
    server.tap(tap);
    match name {
        "account" => account::life(&server).await,
        "approval" => approval::life(&server).await,
        "vault" => vault::life(&server).await,
        _ => panic!("{name} is no conversation"),
    }
}

/// Has a conversation several times and returns it, with what varies.
async fn record(name: &str) -> Vec<Exchange> {
    let mut recorded: Vec<Exchange> = Vec::new();
    for run in 0..RUNS {
        let recorder = Arc::new(Recorder::default());
        talk(name, recorder.clone()).await;
        let exchanges = recorder.exchanges();
        if run == 0 {
            recorded = exchanges;
            continue;
        }
        assert_eq!(recorded.len(), exchanges.len());
        recorded.iter_mut().zip(&exchanges).for_each(|(one, other)| one.note_differences(other));
    }
    recorded
}

#[tokio::test]
async fn requests_of_every_recorded_version_are_answered_as_they_were() {
    let versions = versions();
    assert!(!versions.is_empty());
    for file in versions.iter().flat_map(|version| fs::read_dir(version).unwrap()) {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap();
        let player = Arc::new(Player::new(read(&file)));
        talk(name, player.clone()).await;
        assert_eq!(player.left(), 0, "{}", file.display());
    }
}

#[test]
fn answers_of_every_recorded_version_are_read_by_the_program_of_today() {
    for file in versions().iter().flat_map(|version| fs::read_dir(version).unwrap()) {
        let file = file.unwrap().path();
        let read = read(&file).iter().filter(|exchange| typed::read(exchange)).count();
        assert!(read > 10, "{}", file.display());
    }
}

/// Writes a version, if `cargo xtask conversations` asks for it. Those that exist are never overwritten.
#[tokio::test]
async fn a_version_is_recorded_when_asked_for() {
    if env::var_os("COFFER_WRITE_CONVERSATIONS").is_none() {
        return;
    }
    let number = versions().len() + 1;
    let version = folder().join(format!("v{number}"));
    let mut recorded = Vec::new();
    for name in NAMES {
        let exchanges = record(name).await;
        recorded.push((name, serde_json::to_string_pretty(&exchanges).unwrap() + "\n"));
    }
    fs::create_dir(&version).unwrap();
    for (name, text) in recorded {
        fs::write(version.join(name).with_extension("json"), text).unwrap();
    }
}
