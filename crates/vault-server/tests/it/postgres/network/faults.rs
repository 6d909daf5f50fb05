use axum::http::Method;
use tempfile::TempDir;

use super::delay;
use super::link::{DATABASE, Links, OTHER, is_inside};
use crate::log::{Account, Peer};
use crate::postgres::load::{Load, Node, Pushed, judge};
use crate::support::Client;
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;
use crate::support::program::set_up;

/// A node with clients, of which one reads.
struct Scene {
    load: std::sync::Arc<Load>,
    peer: Peer<'static>,
    clients: Vec<Client>,
    reader: Client,
    _node: Node,
    _folder: TempDir,
}

/// The number from which the vault is made.
const SEED: u64 = 1;

impl Scene {
    /// Starts a node that reaches the database under an address.
    async fn start(cluster: &Cluster, address: &str, clients: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let account: &'static Account = Box::leak(Box::new(Account::new(1)));
        let direct = format!("{}{TEMPLATE}?sslmode=disable", cluster.url("coffer_node"));
        let mut clients = set_up(&data, Some(&direct), account, clients + 1).await;
        let url = format!("postgres://coffer_node@{address}/{TEMPLATE}?sslmode=disable");
        let mut node =
            Node::new(data, vec![("COFFER_DATABASE", url.clone()), ("COFFER_LISTEN_DATABASE", url)]);
        let address = node.restart();
        clients.iter_mut().for_each(|client| client.move_to(address));
        let mut reader = clients.pop().unwrap();
        let (peer, genesis) = Peer::make(account, SEED);
        assert_eq!(reader.post_cbor("/v1/vaults", &genesis).await.status, 201);
        Self { load: Load::new([address; 2]), peer, clients, reader, _node: node, _folder: folder }
    }

    async fn judge(&mut self, pushed: Vec<Pushed>) {
        let entries = pushed.into_iter().flat_map(|pushed| pushed.entries).collect();
        judge(&mut self.reader, self.peer.account, SEED, entries).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partitioned_node_is_unavailable_and_recovers() {
    if !is_inside("a_partitioned_node_is_unavailable_and_recovers") {
        return;
    }
    let links = Links::make();
    let cluster = Cluster::start_in(links.database());
    let mut scene = Scene::start(&cluster, &format!("{DATABASE}:{}", cluster.port), 4).await;
    let mut work = scene.load.start(std::mem::take(&mut scene.clients), &scene.peer, 0);
    let unavailable = (503, "unavailable".to_owned());
    for _ in 0..2 {
        scene.load.goes_on(&mut work).await;
        assert_eq!(scene.reader.plain(Method::GET, "/readyz").await.status, 204);
        links.part();
        // Each client twice: what was on its way, and what comes after.
        scene.load.is_unavailable(8, &mut work).await;
        assert_eq!(scene.reader.plain(Method::GET, "/readyz").await.problem(), unavailable);
        assert_eq!(scene.reader.plain(Method::GET, "/healthz").await.status, 204);
        let head = format!("/v1/vaults/{}/head", scene.peer.vault);
        assert_eq!(scene.reader.get(&head).await.problem(), unavailable);
        links.join();
        scene.load.goes_on(&mut work).await;
        assert_eq!(scene.reader.plain(Method::GET, "/readyz").await.status, 204);
        // So short that nothing ends.
        links.part();
        links.join();
    }
    scene.load.goes_on(&mut work).await;
    let pushed = scene.load.stop(work).await;
    assert!(pushed.iter().all(|pushed| pushed.unanswered == 0));
    scene.judge(pushed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_far_away_keeps_each_acknowledged_entry_once() {
    if !is_inside("a_database_that_is_far_away_keeps_each_acknowledged_entry_once") {
        return;
    }
    let links = Links::make();
    let cluster = Cluster::start_in(links.database());
    let port = delay::start(DATABASE, cluster.port).await;
    let mut scene = Scene::start(&cluster, &format!("127.0.0.1:{port}"), 3).await;
    let mut work = scene.load.start(std::mem::take(&mut scene.clients), &scene.peer, 0);
    scene.load.goes_on(&mut work).await;
    assert_eq!(scene.reader.plain(Method::GET, "/readyz").await.status, 204);
    let pushed = scene.load.stop(work).await;
    assert!(pushed.iter().all(|pushed| pushed.unanswered == 0));
    scene.judge(pushed).await;
}

/// The database has two addresses, as if another computer had taken over from one that is without power.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_goes_on_at_another_host_when_the_first_one_is_gone() {
    if !is_inside("a_node_goes_on_at_another_host_when_the_first_one_is_gone") {
        return;
    }
    let links = Links::make();
    let cluster = Cluster::start_in(links.database());
    let address = format!("{DATABASE}:{port},{OTHER}:{port}", port = cluster.port);
    let mut scene = Scene::start(&cluster, &address, 4).await;
    let mut work = scene.load.start(std::mem::take(&mut scene.clients), &scene.peer, 0);
    scene.load.goes_on(&mut work).await;
    links.part();
    scene.load.goes_on(&mut work).await;
    assert_eq!(scene.reader.plain(Method::GET, "/readyz").await.status, 204);
    let pushed = scene.load.stop(work).await;
    assert!(pushed.iter().all(|pushed| pushed.unanswered == 0));
    scene.judge(pushed).await;
}
