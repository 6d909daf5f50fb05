//! Kills of a process in the middle of a document's transfer. The profile then goes on in this process.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use vault_engine::session::VaultReadOnly;
use vault_wire::{BlobId, ItemId};

use crate::background::{Running, join, open};
use crate::documents::{MIB, content};
use crate::support::{Computer, HostileServer, TestServer};

const FOLDER: &str = "COFFER_TEST_CHILD_FOLDER";

/// Synchronizes the profile in a folder until the process is killed.
async fn child(folder: &Path) {
    let running = Running::start(Arc::new(Computer::at(folder)));
    panic!("{:?}", running.task.await);
}

/// A process that synchronizes the profile of a computer, which is locked here. It ends with the handle.
struct Process(Child);

impl Process {
    fn start(test: &str, computer: &Computer) -> Self {
        computer.lock();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]).env(FOLDER, computer.folder());
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The number of the chunk that a request is about.
fn chunk(method: &str, route: &str) -> Option<u32> {
    let (_, number) = route.strip_prefix(method)?.split_once("/blobs/")?.1.split_once('/')?;
    number.parse().ok()
}

/// Kills a process when it transfers this chunk. It and the later ones do not arrive, so that they are
/// transferred again.
async fn kill_at(
    test: &str,
    computer: &Computer,
    hostile: &HostileServer,
    method: &'static str,
    number: u32,
) {
    hostile.forget();
    hostile.swallows(move |route| chunk(method, route).is_some_and(|of| of >= number));
    let process = Process::start(test, computer);
    hostile.until(|seen| seen.iter().any(|sent| chunk(method, &sent.route) == Some(number))).await;
    drop(process);
    hostile.reforms();
    computer.unlock();
}

fn read(computer: &Computer, (item, document): (ItemId, BlobId)) -> Vec<u8> {
    computer.read(item, &document).unwrap()
}

#[tokio::test]
async fn t52_a_kill_during_a_transfer_loses_nothing() {
    const NAME: &str = "kills::t52_a_kill_during_a_transfer_loses_nothing";
    if let Some(folder) = std::env::var_os(FOLDER) {
        return child(Path::new(&folder)).await;
    }
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Arc::new(Computer::new());
    open(server.sign_up_code().await, &hostile, &one).await;
    let large = content(21, 17 * MIB);
    let (item, documents) = one.add_documents("Large", &[&large]);
    one.add("Beside it");
    for number in [0, 3, 4] {
        kill_at(NAME, &one, &hostile, "PUT", number).await;
        assert_eq!(read(&one, (item, documents[0])), large);
        one.add(&format!("After the kill at {number}"));
    }
    hostile.forget();
    let of_one = Running::start(one.clone());
    of_one.watcher.until(|seen| seen.complete > 0).await;
    let sent =
        (0..5).filter(|number| hostile.seen().iter().any(|sent| chunk("PUT", &sent.route) == Some(*number)));
    assert!(sent.count() < 5, "what had arrived is not sent again");

    let two = Arc::new(join(&hostile, &one).await);
    let mut typed = Vec::new();
    for number in [0, 3, 4] {
        kill_at(NAME, &two, &hostile, "GET", number).await;
        let titles = two.titles();
        assert!(typed.iter().all(|title| titles.contains(title)), "{titles:?}");
        let title = format!("Of two, after {number}");
        two.add(&title);
        typed.push(title);
    }
    hostile.forget();
    let of_two = Running::start(two.clone());
    of_two.watcher.until(|seen| seen.downloaded == 1 && seen.complete > 0).await;
    let asked =
        (0..5).filter(|number| hostile.seen().iter().any(|sent| chunk("GET", &sent.route) == Some(*number)));
    assert!(asked.count() < 5, "what was here is not asked for again");
    assert_eq!(read(&two, (item, documents[0])), large);
    let titles = two.titles();
    assert_eq!(titles.len(), 8);
    of_one.until(&titles).await;
    for computer in [&one, &two] {
        computer.work(|session| session.check_log().unwrap());
    }
}

#[tokio::test]
async fn t52_a_kill_while_healing_loses_nothing() {
    const NAME: &str = "kills::t52_a_kill_while_healing_loses_nothing";
    if let Some(folder) = std::env::var_os(FOLDER) {
        return child(Path::new(&folder)).await;
    }
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Arc::new(Computer::new());
    open(server.sign_up_code().await, &hostile, &one).await;
    let of_one = Running::start(one.clone());
    of_one.watcher.until(|seen| seen.complete > 0).await;
    let backup = server.backup().await;
    for title in ["Second", "Third"] {
        of_one.add(title);
    }
    of_one.watcher.until(|_| one.work(|session| session.sync_status().unwrap()[0].unsent == 0)).await;
    let server = server.failed_over(backup.path()).await;
    hostile.moves_to(&server).await;
    // Before the entries arrive, and before they are read back.
    for step in ["/log/heal", "/grants/"] {
        hostile.forget();
        hostile.swallows(move |route| route.contains(step));
        let process = Process::start(NAME, &one);
        hostile.until(|seen| seen.iter().any(|sent| sent.route.contains(step))).await;
        drop(process);
        hostile.reforms();
        one.unlock();
        let home = one.work(|session| session.vaults().unwrap().remove(0));
        assert_eq!(home.read_only, Some(VaultReadOnly::BeingRestored));
        assert_eq!(one.titles(), ["Second", "Third"]);
    }
    let of_one = Running::start(one.clone());
    of_one.watcher.until(|_| one.work(|session| session.vaults().unwrap()[0].read_only.is_none())).await;
    server.app.logs.end_recovery(server.now()).await.unwrap();
    let two = Arc::new(join(&hostile, &one).await);
    let of_two = Running::start(two.clone());
    of_two.until(&["Second", "Third"]).await;
    for computer in [&one, &two] {
        computer.work(|session| session.check_log().unwrap());
    }
}
