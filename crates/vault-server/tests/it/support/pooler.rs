//! pgbouncer, in the mode in which each transaction may get another connection.

use std::fs;
use std::process::{Child, Stdio};

use tempfile::TempDir;

use super::cluster::{Cluster, as_user, free_port, give_to_user};
use super::database::run_at;

/// A pooler before a database. It ends with the handle.
pub struct Pooler {
    port: u16,
    child: Child,
    _folder: TempDir,
}

impl Pooler {
    pub fn start(cluster: &Cluster) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        give_to_user(folder.path());
        let path = |name: &str| folder.path().join(name);
        fs::write(path("users.txt"), "\"coffer_node\" \"\"\n").unwrap();
        let settings = format!(
            "[databases]
             * = host=127.0.0.1 port={}
             [pgbouncer]
             listen_addr = 127.0.0.1
             listen_port = {port}
             unix_socket_dir =
             pool_mode = transaction
             auth_type = trust
             auth_file = {}
             max_client_conn = 1000
             server_idle_timeout = 1",
            cluster.port,
            path("users.txt").display()
        );
        let settings: String = settings.lines().flat_map(|line| [line.trim(), "\n"]).collect();
        fs::write(path("pgbouncer.ini"), settings).unwrap();
        let mut command = as_user("pgbouncer".as_ref(), folder.path());
        let log = fs::File::create(path("log.txt")).unwrap();
        command.arg(path("pgbouncer.ini")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child = command.spawn().unwrap();
        while run_at(&format!("postgres://coffer_node@127.0.0.1:{port}/postgres"), "SELECT 1").is_err() {
            let log = || fs::read_to_string(path("log.txt")).unwrap();
            assert!(child.try_wait().unwrap().is_none(), "{}", log());
        }
        Self { port, child, _folder: folder }
    }

    /// The address for a role, up to the name of the database.
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
