use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;
use vault_agent::Location;
use vault_api::start::{AppDirs, KdfParams, NoKeychain, Profiles, SystemClock, system_rng};
use vault_api::views::{FieldDraft, FieldKindView, ItemDraft, ItemTypeView, SessionState, UnlockRequest};
use vault_api::{Coffer, Costs, EventSink, SecretText, Setup};

/// The password of the profile.
pub const PASSWORD: &str = "correct horse battery staple";
/// The program.
pub const COFFER: &str = env!("CARGO_BIN_EXE_coffer");

/// A computer with a profile that no program has open.
pub struct Computer {
    pub folder: TempDir,
}

/// What a command wrote, and its exit code.
#[derive(Debug)]
pub struct Ran {
    pub exit: i32,
    pub output: String,
    pub errors: String,
}

impl Computer {
    /// A profile with two logins, one with a one-time code.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::DirBuilder::new().mode(0o700).create(folder.path().join("run")).unwrap();
        let computer = Self { folder };
        computer.in_program(async |coffer| {
            coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
            let code = "otpauth://totp/Forge?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
            coffer.item_save(login("Forge", "ada", "s3cret value", Some(code)), None).await.unwrap();
            coffer.item_save(login("Mail", "ada@example.org", "other", None), None).await.unwrap();
        });
        computer
    }

    /// The same, and opened by an agent.
    pub fn unlocked() -> Self {
        let computer = Self::new();
        let ran = computer.unlock();
        assert_eq!(ran.exit, 0, "{ran:?}");
        computer
    }

    pub fn unlock(&self) -> Ran {
        self.run_with(&["unlock", "--password-fd", "0"], &format!("{PASSWORD}\n"))
    }

    /// Runs the command line.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// The same with a standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        finish(self.command(COFFER).args(arguments), input)
    }

    /// A program that finds the command line, the profile and the socket.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let beside = Path::new(COFFER).parent().unwrap().display().to_string();
        command
            .env("PATH", format!("{beside}:/usr/local/bin:/usr/bin:/bin"))
            .env("COFFER_DATA_DIR", self.data())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env_remove("COFFER_ASKPASS");
        command
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// The place of the socket.
    pub fn location(&self) -> Location {
        Location::within(Some(self.runtime()), &self.data().join("coffer")).unwrap()
    }

    /// The process of the agent.
    pub fn agent(&self) -> Option<i32> {
        let status: serde_json::Value =
            serde_json::from_str(&self.run(&["status", "--json"]).output).unwrap();
        status["status"]["process"].as_i64().map(|process| process.try_into().unwrap())
    }

    /// The core in this process, as the desktop has it.
    pub fn program(&self) -> Coffer {
        let clock = Arc::new(SystemClock::new());
        Coffer::start(Setup {
            profiles: Profiles::new(AppDirs::portable(&self.data()), Box::new(NoKeychain), clock.clone()),
            clock,
            make_rng: system_rng,
            kdf: Costs::Fixed(KdfParams::TEST),
            device: "Test computer".to_owned(),
            system_language: "en".to_owned(),
            events: EventSink::new(|_| {}),
            ranges: None,
        })
        .unwrap()
    }

    /// Does something with the core in this process, and ends it.
    pub fn in_program<R>(&self, work: impl AsyncFnOnce(&Coffer) -> R) -> R {
        let coffer = self.program();
        runtime().block_on(async {
            let result = work(&coffer).await;
            coffer.session_end().await.unwrap();
            result
        })
    }
}

impl Drop for Computer {
    /// Ends the agent, by its process if it does not lock.
    fn drop(&mut self) {
        let _ = self.command(COFFER).arg("lock").stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Opens the profile.
pub async fn open(coffer: &Coffer) {
    let profile_id = coffer.app_status().await.unwrap().profiles[0].id.clone();
    let request = UnlockRequest { profile_id, password: PASSWORD.to_owned(), secret_key: None };
    let status = coffer.session_unlock(request).await.unwrap();
    assert!(matches!(status.session, SessionState::Unlocked { .. }));
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn finish(command: &mut Command, input: &str) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ran = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: ran.status.code().unwrap_or(-1), output: text(ran.stdout), errors: text(ran.stderr) }
}

/// Whether this user is the administrator.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

pub fn login(title: &str, username: &str, password: &str, code: Option<&str>) -> ItemDraft {
    let field = |role: &str, kind, value: &str| FieldDraft {
        id: None,
        role: Some(role.to_owned()),
        label: String::new(),
        kind,
        value: Some(value.to_owned()),
        section: None,
    };
    let mut fields = vec![
        field("username", FieldKindView::Text, username),
        field("password", FieldKindView::Concealed, password),
    ];
    fields.extend(code.map(|code| field("code", FieldKindView::Code, code)));
    ItemDraft {
        id: None,
        base_revision: None,
        item_type: ItemTypeView::Login,
        title: title.to_owned(),
        fields,
        urls: vec!["https://example.org".to_owned()],
        notes: String::new(),
        tags: vec!["work".to_owned()],
        folder: None,
        favourite: false,
        url_rules: Vec::new(),
        removed_passkeys: Vec::new(),
        expires: None,
        reprompt: false,
        template: false,
    }
}
