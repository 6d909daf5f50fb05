//! The command line on the profile of a member of a team.
#![cfg(target_os = "linux")]

use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use vault_api::views::PolicyView;

use crate::members::{other, team as vault_with_item};
use crate::support::{PASSWORD, connected, secret_key};
use crate::teams::{company, gives};

/// The command line on the profiles of a folder.
struct CommandLine {
    data: PathBuf,
    runtime: tempfile::TempDir,
}

impl CommandLine {
    fn at(data: PathBuf) -> Self {
        let runtime = tempfile::tempdir().unwrap();
        std::fs::DirBuilder::new().mode(0o700).create(runtime.path().join("run")).unwrap();
        Self { data, runtime }
    }

    /// Runs a command; its exit code and everything it writes.
    fn run(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let program = std::env::current_exe().unwrap();
        let program =
            program.ancestors().map(|above| above.join("coffer")).find(|path| path.is_file()).unwrap();
        let mut child = Command::new(program)
            .args(arguments)
            .env("COFFER_DATA_DIR", &self.data)
            .env("XDG_RUNTIME_DIR", self.runtime.path().join("run"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let ran = child.wait_with_output().unwrap();
        let text = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        (ran.status.code().unwrap_or(-1), text)
    }
}

impl Drop for CommandLine {
    fn drop(&mut self) {
        self.run(&["lock"], "");
    }
}

#[tokio::test]
async fn t50_the_command_line_obeys_a_team() {
    let (server, hostile, alice) = connected().await;
    let vault = vault_with_item(&alice).await;
    let bob = other(&server, &hostile).await;
    let (team, _) = company(&alice, &bob).await;
    alice.coffer.team_vault_put(gives(&team, vault, &[&team.groups[0].id])).await.unwrap();
    bob.until_titles(&["Shared"]).await;
    let policy = PolicyView { no_plain_export: true, no_export: true, ..PolicyView::default() };
    alice.coffer.team_policy_set(team.id.parse().unwrap(), policy).await.unwrap();
    bob.until_holds(async |coffer| coffer.policy_get().await.unwrap() == policy).await;
    bob.add("Own").await;
    let key = secret_key(&bob).await;
    bob.coffer.session_end().await.unwrap();
    let line = Arc::new(CommandLine::at(bob.path("")));
    let with = line.clone();
    tokio::task::spawn_blocking(move || refused(&with, &key)).await.unwrap();
    // A change made by the command line arrives at another member.
    let with = line.clone();
    let synchronized = move || {
        assert_eq!(with.run(&["edit", "Shared", "--title", "Changed"], "").0, 0);
        assert_eq!(with.run(&["sync"], "").0, 0);
        with.run(&["server", "status"], "").1
    };
    let status = tokio::task::spawn_blocking(synchronized).await.unwrap();
    assert!(
        status.starts_with("state: up_to_date\nserver: https://") && status.ends_with("unsent: 0\n"),
        "{status}"
    );
    alice.up_to_date().await;
    alice.until_titles(&["Changed", "First"]).await;
    assert!(line.run(&["team", "ls"], "").1.contains("\tCompany\t"));
    drop((server, hostile));
    let offline = tokio::task::spawn_blocking(move || line.run(&["sync"], "")).await.unwrap();
    assert!(offline.0 == 7 && offline.1.contains("state: offline\n"), "{offline:?}");
}

fn refused(line: &CommandLine, key: &str) {
    let unlocked = line.run(&["unlock", "--password-fd", "0"], &format!("{PASSWORD}\n{key}\n"));
    assert_eq!(unlocked, (0, String::new()));
    // Reading is no export.
    assert_eq!(line.run(&["read", "coffer://Team/Shared/title"], ""), (0, "Shared".to_owned()));
    let filled = line.data.join("filled");
    let inject = |item: &str| {
        let template = format!("{{{{ coffer://{item}/title }}}}");
        line.run(&["inject", "-o", filled.to_str().unwrap()], &template)
    };
    let (exit, text) = inject("Team/Shared");
    assert!(exit == 6 && text.contains("team") && !Path::new(&filled).exists(), "{exit} {text}");
    assert_eq!(inject("Home/Own"), (0, String::new()));
    let file = line.data.join("env");
    let run = |item: &str| {
        std::fs::write(&file, format!("TOKEN=coffer://{item}/title\n")).unwrap();
        line.run(&["run", "--env-file", file.to_str().unwrap(), "--", "echo", "started"], "")
    };
    let (exit, text) = run("Team/Shared");
    assert!(exit == 6 && !text.contains("started"), "{exit} {text}");
    assert_eq!(run("Home/Own"), (0, "started\n".to_owned()));
    for (more, exit) in [(&["--vault", "Team"][..], 6), (&[][..], 8)] {
        let out = line.data.join("out.csv");
        let export = ["export", out.to_str().unwrap(), "--format", "csv", "--password-fd", "0"];
        let (exported, text) = line.run(&[&export, more].concat(), &format!("{PASSWORD}\n"));
        assert!(exported == exit && out.exists() == (exit == 8), "{exported} {text}");
    }
    let written = std::fs::read_to_string(line.data.join("out.csv")).unwrap();
    assert!(written.contains("Own") && !written.contains("Shared"), "{written}");
    for (item, exit) in [("Shared", 6), ("Own", 0)] {
        let (put, _) = line.run(&["doc", "put", "--item", item], "content");
        assert_eq!(put, 0);
        let (got, text) = line.run(&["doc", "get", item], "");
        assert!(got == exit && (text == "content") == (exit == 0), "{got} {text}");
    }
}
