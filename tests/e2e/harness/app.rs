//! The running application, driven through its web view as by a user.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::binary::{artefact, binary};
use super::daemon::{Daemon, descendants, free_port, is_alive, is_named, signal};
use super::line::execute;
use super::{Computer, until};

/// The application with an attached WebDriver; both end on drop.
///
/// The program is started first, and the driver connects to its address, not the other way round: a driver ends with
/// the web process, which happens at each lock. The next driver then attaches to the same running program.
pub struct App {
    client: Client,
    program: Daemon,
    /// The process of the application, which is not `program` under strace or in a shell.
    id: u32,
    driver: Daemon,
    listens_at: String,
    display: String,
}

impl Drop for App {
    /// A failed journey leaves a screenshot of the whole screen.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let name = std::thread::current().name().unwrap_or("journey").replace("::", "-");
        let picture = artefact(&format!("failed-{name}.png"));
        let _ = Command::new("import")
            .args(["-window", "root"])
            .arg(picture)
            .env("DISPLAY", &self.display)
            .status();
    }
}

impl App {
    /// Starts the application on a computer.
    pub async fn start(computer: &Computer) -> Self {
        Self::start_with(computer, &[]).await
    }

    /// Starts the application with the password costs of a release.
    pub async fn start_at_full_cost(computer: &Computer) -> Self {
        Self::start_by(computer, binary(), |command| command.env_remove("COFFER_TEST_KDF")).await
    }

    /// Starts the application under strace, which records into a file every socket and connection that the
    /// application and its child processes make.
    pub async fn start_recording_sockets(computer: &Computer, record: &Path) -> Self {
        Self::start_by(computer, "strace", |command| {
            let calls = ["-f", "--seccomp-bpf", "-e", "trace=socket,connect", "-o"];
            command.args(calls).arg(record).arg(binary())
        })
        .await
    }

    /// Starts the application with additional environment variables.
    pub async fn start_with(computer: &Computer, variables: &[(&str, &str)]) -> Self {
        Self::start_by(computer, binary(), |command| command.envs(variables.iter().copied())).await
    }

    /// Starts the application by a line that a user types into a shell.
    pub async fn start_by_line(computer: &Computer, line: &str) -> Self {
        Self::start_by(computer, "sh", |shell| execute(shell, line)).await
    }

    /// Starts it with questions on the screen instead of answers by the test.
    pub async fn start_asking(computer: &Computer) -> Self {
        Self::start_by(computer, binary(), |command| command.env_remove("COFFER_TEST_ANSWER")).await
    }

    async fn start_by(
        computer: &Computer,
        program: impl AsRef<OsStr>,
        change: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let listens_at = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(program);
        computer.settle(&mut command);
        command
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_INSPECTOR_SERVER", &listens_at)
            .stdout(Stdio::null());
        let program = Daemon::start(change(&mut command));
        let (driver, client) = attach(&listens_at).await;
        let display = computer.display().to_owned();
        let id = descendants(program.id()).into_iter().find(|id| is_named(*id, "coffer-desktop")).unwrap();
        let app = Self { client, id, program, driver, listens_at, display };
        app.wait("body").await;
        app
    }

    /// Attaches to the new web process after a lock.
    pub async fn attach_again(&mut self) {
        self.driver.end();
        let (driver, client) = attach(&self.listens_at).await;
        self.driver = driver;
        self.client = client;
        self.wait("body").await;
    }

    /// The address at which the application listens for the driver.
    pub fn listens_at(&self) -> &str {
        &self.listens_at
    }

    /// The web processes, which render the interface.
    pub fn web_processes(&self) -> Vec<u32> {
        let is_web = |id: &u32| is_alive(*id) && is_named(*id, "WebKitWebProces");
        descendants(self.id).into_iter().filter(is_web).collect()
    }

    /// The network namespaces of the application and of its web process.
    pub fn network_namespaces(&self) -> (PathBuf, PathBuf) {
        let namespace = |id: u32| std::fs::read_link(format!("/proc/{id}/ns/net")).unwrap();
        (namespace(self.id), namespace(self.web_processes()[0]))
    }

    /// Kills the web process, as a crash would.
    pub fn kill_web_process(&self) {
        self.web_processes().into_iter().for_each(|id| signal(id, "KILL"));
    }

    /// The soft and hard limit of the size of a core dump of the application.
    pub fn core_limits(&self) -> [String; 2] {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.id)).unwrap();
        let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
        let mut words = line.split_whitespace().map(str::to_owned);
        [words.next().unwrap(), words.next().unwrap()]
    }

    /// The peak memory of the application without its web process, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Quits the application, as its window menu would.
    pub async fn quit(self) {
        let id = self.program.id();
        // The response is lost with its page.
        let _ = self.client.execute("window.__TAURI_INTERNALS__.invoke('app_quit')", vec![]).await;
        until("the end of the application", async || (!is_alive(id)).then_some(())).await;
    }

    /// Kills the application, as a power failure would.
    pub async fn kill(self) {
        signal(self.id, "KILL");
        let id = self.program.id();
        until("the end of the application", async || (!is_alive(id)).then_some(())).await;
    }

    /// Waits for the first element of a CSS selector to be visible.
    pub async fn wait(&self, css: &str) -> Element {
        until(css, async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            self.is_shown(&element).await?.then_some(element)
        })
        .await
    }

    /// Whether an element is visible, as the web view reports it: the driver considers a scrolled pane hidden.
    async fn is_shown(&self, element: &Element) -> Option<bool> {
        let script = "return arguments[0].checkVisibility({ visibilityProperty: true })";
        self.client.execute(script, vec![json!(element)]).await.ok()?.as_bool()
    }

    /// Waits until no element of a CSS selector is visible.
    pub async fn gone(&self, css: &str) {
        until(&format!("the end of {css}"), async || {
            for element in self.client.find_all(Locator::Css(css)).await.ok()? {
                if self.is_shown(&element).await == Some(true) {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Clicks an element once it is clickable.
    pub async fn click(&self, css: &str) {
        until(&format!("a click on {css}"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            if !element.is_enabled().await.ok()? {
                return None;
            }
            element.click().await.ok()
        })
        .await;
    }

    /// Clicks an element that ends its page, which may lose the response.
    pub async fn click_and_part(&self, css: &str) {
        let _ = self.wait(css).await.click().await;
    }

    /// Replaces the text of a field by typing; repeats it if the interface moved the focus meanwhile.
    pub async fn fill(&self, css: &str, text: &str) {
        until(&format!("{css} to contain the typed text"), async || {
            let field = self.wait(css).await;
            field.click().await.ok()?;
            let held = field.prop("value").await.ok()?.unwrap_or_default();
            let rub_out = String::from(char::from(Key::Backspace)).repeat(held.chars().count());
            field.send_keys(&format!("{}{rub_out}{text}", char::from(Key::End))).await.ok()?;
            (field.prop("value").await.ok()?? == text).then_some(())
        })
        .await;
    }

    /// The text of an element once it is visible.
    pub async fn text(&self, css: &str) -> String {
        self.wait_text(css, |_| true).await
    }

    /// Waits until the text of a visible element satisfies `fits`.
    pub async fn wait_text(&self, css: &str, fits: impl Fn(&str) -> bool) -> String {
        until(&format!("the text of {css}"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            let text = element.prop("innerText").await.ok()??.trim().to_owned();
            (self.is_shown(&element).await? && fits(&text)).then_some(text)
        })
        .await
    }

    /// The value of a field.
    pub async fn value(&self, css: &str) -> String {
        let find = async || self.client.find(Locator::Css(css)).await.ok()?.prop("value").await.ok()?;
        until(&format!("the value of {css}"), find).await
    }

    /// An attribute of an element once the element exists.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        let find = async || self.client.find(Locator::Css(css)).await.ok()?.attr(name).await.ok()?;
        until(&format!("{name} of {css}"), find).await
    }

    /// Waits until an attribute has the wanted value.
    pub async fn wait_attribute(&self, css: &str, name: &str, wanted: &str) {
        until(&format!("{name} of {css} to be {wanted}"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            (element.attr(name).await.ok()?? == wanted).then_some(())
        })
        .await;
    }

    /// The current number of elements of a CSS selector.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// Presses a key together with Control.
    pub async fn press_control(&self, key: char) {
        let body = self.wait("body").await;
        body.send_keys(&format!("{}{key}", char::from(Key::Control))).await.unwrap();
    }

    /// Presses keys, held together, in an element that takes the focus.
    pub async fn press_in(&self, css: &str, keys: &[Key]) {
        let keys: String = keys.iter().copied().map(char::from).collect();
        self.wait(css).await.send_keys(&keys).await.unwrap();
    }

    /// Runs a script in the page and returns its value.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// Runs an asynchronous script, which calls its last argument with its value.
    pub async fn script_with_answer(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Calls a command as a script in the page could, bypassing the interface.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        const SCRIPT: &str = "
            const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args)
                .then((value) => done({ ok: value ?? null }), (error) => done({ error }));";
        let answer = self.script_with_answer(SCRIPT, vec![json!(command), arguments]).await;
        let mut answer: BTreeMap<String, Value> = serde_json::from_value(answer).unwrap();
        match answer.remove("ok") {
            Some(value) => Ok(value),
            None => Err(answer.remove("error").unwrap_or_default()),
        }
    }

    /// Saves a screenshot of the page to the artefacts of the run.
    pub async fn screenshot(&self, name: &str) {
        // A screenshot shows the last rendered frame, which may precede the last action.
        const FRAMES: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](null)))";
        self.script_with_answer(FRAMES, vec![]).await;
        self.client.screenshot().await.unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(artefact(&format!("{name}.png")), picture).unwrap();
    }
}

/// Starts a driver and attaches it to the program at an address. A driver that connects before the program has dropped
/// the previous one waits forever; another is tried then.
async fn attach(listens_at: &str) -> (Daemon, Client) {
    const PATIENCE: Duration = Duration::from_secs(10);
    until("the program to listen", async || TcpStream::connect(listens_at).ok()).await;
    until("a driver to attach", async || {
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        command.args([
            format!("--port={port}"),
            "--host=127.0.0.1".to_owned(),
            format!("--target={listens_at}"),
        ]);
        let driver = Daemon::start(command.stdout(Stdio::null()));
        until("the driver", async || TcpStream::connect(("127.0.0.1", port)).ok()).await;
        let address = format!("http://127.0.0.1:{port}");
        let builder = ClientBuilder::new(HttpConnector::new());
        let client = tokio::time::timeout(PATIENCE, builder.connect(&address)).await.ok()?.ok()?;
        Some((driver, client))
    })
    .await
}
