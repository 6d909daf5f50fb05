//! Other programs at the socket.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;

use vault_agent::Client;
use vault_agent::frame::LONGEST;
use vault_agent::protocol::{Answer, DocumentPlace, Export, Hello, Import, Reply, Request, VERSION};

use vault_api::views::{ExportFormatView, ImportSame, VaultAppearanceView};

use crate::support::{Computer, is_root};

fn import() -> Import {
    Import {
        path: "/dev/null".into(),
        format: None,
        password: None,
        key_file: None,
        accept_cost: false,
        folder: None,
        tag: None,
        keep_identical: false,
        existing: ImportSame::Keep,
        dry_run: true,
    }
}

fn export() -> Export {
    Export {
        path: "/tmp/no-export-here".into(),
        replace: false,
        format: ExportFormatView::Csv,
        vaults: None,
        folder: None,
        tag: None,
        items: None,
        trash: false,
        password: None,
    }
}

/// This test is a program of the same user, and not the one that opened the profile.
#[test]
fn t50_another_program_learns_nothing_of_the_agent() {
    let computer = Computer::unlocked();
    let mut client = Client::connect(&computer.location()).unwrap();
    assert!(matches!(client.ask(&Request::Status).unwrap(), Answer::Done(Reply::Status(_))));
    let ids = || vec!["0".repeat(32)];
    let (item, field) = ("0".repeat(32), "0".repeat(16));
    for request in [
        Request::Vaults,
        Request::Get { item: item.clone() },
        Request::MayLeave { item: item.clone() },
        Request::Reveal { item: item.clone(), field: field.clone() },
        Request::Code { item: item.clone(), field: field.clone() },
        Request::NextCode { item: item.clone(), field },
        Request::Confirm { password: vault_agent::protocol::Secret::new("guess".to_owned()) },
        Request::Trash { items: ids() },
        Request::Restore { items: ids() },
        Request::SaveVault { vault: None, appearance: VaultAppearanceView::default() },
        Request::Teams,
        Request::Sync { now: false },
        Request::Import(Box::new(import())),
        Request::Export(Box::new(export())),
        Request::Backup { path: "/tmp/no-backup-here".into(), replace: false },
        Request::Backups,
        Request::CheckBackup { path: None, name: None },
        Request::DocumentVersions { item: item.clone() },
        Request::PutDocument { place: DocumentPlace::New, name: "a".to_owned() },
        Request::GetDocument { item: item.clone(), blob: item.clone() },
        Request::History { item },
    ] {
        assert!(matches!(client.ask(&request).unwrap(), Answer::Denied));
    }
    assert_eq!(computer.run(&["get", "Forge"]).output, "s3cret value\n");
}

#[test]
fn t50_malformed_messages_end_their_connection_only() {
    let computer = Computer::unlocked();
    let hello = frame(&serde_json::to_vec(&Hello { version: VERSION }).unwrap());
    let long = u32::try_from(LONGEST + 1).unwrap().to_be_bytes();
    let nested = frame("[".repeat(100_000).as_bytes());
    for bytes in [
        vec![0xff; 64],
        frame(b"{}"),
        frame(&vec![b' '; 2000]),
        [hello.clone(), long.to_vec()].concat(),
        [hello.clone(), frame(b"\"no such request\"")].concat(),
        [hello, nested].concat(),
        frame(&serde_json::to_vec(&Hello { version: VERSION + 1 }).unwrap()),
    ] {
        let mut stream = UnixStream::connect(computer.location().socket()).unwrap();
        // It may be closed before all is written.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        // At most the greeting comes back, then the end.
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < 100, "{bytes:?}");
    }
    assert_eq!(computer.run(&["get", "Forge"]).exit, 0);
}

#[test]
fn t50_too_many_connections_are_closed_at_once() {
    let computer = Computer::unlocked();
    let connect = || UnixStream::connect(computer.location().socket()).unwrap();
    let held: Vec<UnixStream> = (0..32).map(|_| connect()).collect();
    let mut beyond = connect();
    // It may be closed already.
    let _ = beyond.write_all(&frame(&serde_json::to_vec(&Hello { version: VERSION }).unwrap()));
    assert_eq!(beyond.read(&mut [0]).unwrap_or(0), 0);
    drop(held);
    // The places are free again as soon as the agent has seen the ends.
    while computer.run(&["get", "Forge"]).exit != 0 {}
}

#[test]
fn t50_another_user_gets_no_answer() {
    let computer = Computer::unlocked();
    let socket = computer.location().socket();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700));
    if !is_root() {
        // Only the administrator can be another user; the check itself has a test beside it.
        return;
    }
    let open = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for folder in [computer.folder.path(), &computer.runtime(), socket.parent().unwrap()] {
        open(folder, 0o755);
    }
    open(&socket, 0o666);
    // The greeting is answered whatever its version.
    let script = "import socket, sys, json\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n\
        b = json.dumps({'version': 1}).encode()\n\
        try:\n    s.sendall(len(b).to_bytes(4, 'big') + b)\n    print(len(s.recv(1)))\n\
        except (BrokenPipeError, ConnectionResetError):\n    print(0)\n";
    let ask = |user: u32| {
        let mut command = std::process::Command::new("python3");
        std::os::unix::process::CommandExt::uid(&mut command, user);
        let asked = command.args(["-c", script]).arg(&socket).output().unwrap();
        String::from_utf8(asked.stdout).unwrap()
    };
    let answers = [ask(0), ask(65534)];
    // The command line refuses a folder that is open to others, and could not lock either.
    open(socket.parent().unwrap(), 0o700);
    assert_eq!(answers, ["1\n", "0\n"]);
}

fn frame(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}
