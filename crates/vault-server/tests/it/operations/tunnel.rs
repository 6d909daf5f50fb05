//! A server that others reach through a computer with SSH.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::net::TcpStream;

use super::proxies::{Program, free_port, wait_for};
use crate::cli::{output, parse, program, serve};

/// Makes a key of SSH.
fn make_key(path: &Path) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

/// Starts a daemon in which this user may sign in with the key `folder/user`.
async fn daemon(folder: &Path) -> (Program, SocketAddr) {
    let address = free_port();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    make_key(&folder.join("host"));
    make_key(&folder.join("user"));
    fs::copy(path("user.pub"), path("authorized")).unwrap();
    let host = fs::read_to_string(path("host.pub")).unwrap();
    fs::write(path("known"), format!("[127.0.0.1]:{} {host}", address.port())).unwrap();
    let configuration = [
        format!(
            "ListenAddress {address}\nHostKey {}\nAuthorizedKeysFile {}\n",
            path("host"),
            path("authorized")
        ),
        "StrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nPermitRootLogin yes\n"
            .to_owned(),
        "GatewayPorts clientspecified\n".to_owned(),
    ];
    fs::write(path("sshd"), configuration.concat()).unwrap();
    // Where it runs as root it wants this folder, which an installed service makes.
    let _ = fs::create_dir_all("/run/sshd");
    let mut daemon =
        Program(Command::new("/usr/sbin/sshd").args(["-D", "-e", "-f", &path("sshd")]).spawn().unwrap());
    wait_for(address, &mut daemon).await;
    (daemon, address)
}

#[tokio::test]
async fn a_server_is_tried_from_elsewhere_through_a_tunnel_that_reads_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let data = folder.join("data");
    let outside = free_port();
    let arguments = ["init", "--address", &format!("https://{outside}"), "--listen", "127.0.0.1:0"];
    let (success, text, error) = output(program(&data).args(arguments));
    assert!(success, "{error}");
    let code = parse(&text).to_string();
    let running = serve(&data);
    let check = || output(program(folder).args(["check", "--connect-code", &code]));
    assert!(!check().0, "nothing leads there yet");

    let (_daemon, address) = daemon(folder).await;
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let mut tunnel = Command::new("ssh");
    tunnel.args(["-N", "-F", "none", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-o"]);
    tunnel.arg(format!("UserKnownHostsFile={}", folder.join("known").display()));
    tunnel.arg("-R").arg(format!("{outside}:{}", running.address));
    tunnel.arg("-i").arg(folder.join("user")).args(["-p", &address.port().to_string()]);
    tunnel.arg(format!("{}@127.0.0.1", String::from_utf8(user).unwrap().trim()));
    let mut tunnel = Program(tunnel.spawn().unwrap());
    wait_for(outside, &mut tunnel).await;
    let (success, text, error) = check();
    assert!(success, "{text}{error}");
    drop(tunnel);
    while TcpStream::connect(outside).await.is_ok() {}
    assert!(!check().0);
}
