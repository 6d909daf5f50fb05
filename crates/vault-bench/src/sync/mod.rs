//! Synchronization: the real server and two programs without their windows, each a process of its own, over TLS on the
//! loopback. Bytes are counted between each program and the server, TLS included.

mod client;
mod counter;
mod documents;

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use vault_engine::clock::system_rng;
use vault_engine::profile::NewProfile;
use vault_engine::{KdfParams, SecretText};
use vault_wire::message::ConnectCode;

use crate::items::Samples;
use crate::profile::{PASSWORD, import, profiles};
use crate::result::Result;
use crate::table::{Durations, Table, milliseconds};
use counter::Counter;

pub use client::worker;

const CHANGES: usize = 50;
/// How long the programs stay without work to measure what they cost then.
const IDLE: Duration = Duration::from_secs(60);

/// Measures an account with `count` items.
pub fn measure(count: usize, table: &mut Table) -> Result {
    let folder = tempfile::tempdir()?;
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let all = profiles(&one);
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from(PASSWORD),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut session = all.create(new, system_rng())?;
    import(&mut session, count, &mut Samples::new())?;
    let id = session.profile().id;
    let secret_key = session.secret_key()?.to_text();
    drop(session);

    let server = Server::start(&folder.path().join("server"))?;
    let (of_one, of_two) = (Counter::before(server.port)?, Counter::before(server.port)?);
    let key = server.code.key.ok_or("the server has a certificate of an authority")?;
    let code = server.code.code.as_ref().ok_or("no sign-up code")?.expose();

    let mut first = Client::start(&one, count)?;
    first.ask(&format!("unlock {id}"))?;
    let sent = first.ask(&format!("connect {} {key} {code}", of_one.address()))?;
    table.add(format!("{count} items: sent to a new account"), sent.to_string(), of_goal(&sent, count));
    let mut second = Client::start(&two, count)?;
    let join = format!("join {} {key} {}", of_two.address(), secret_key.expose());
    let received = second.ask(&join)?;
    table.add(
        format!("{count} items: first synchronization of another computer"),
        received.to_string(),
        of_goal(&received, count),
    );
    changes(count, (&mut first, &of_one), (&mut second, &of_two), table)?;
    idle(count, &mut first, &of_one, table)?;
    let mut first = |command: &str| Ok(first.ask(command)?.took);
    let mut second = |command: &str| Ok(second.ask(command)?.took);
    documents::measure(count, folder.path(), (&mut first, &mut second), table)
}

/// Compares with the goal: 10 s for 10,000 items, 90 s for 100,000.
fn of_goal(answer: &Answer, count: usize) -> Option<(&'static str, String, f64)> {
    let goal = match count {
        10_000 => 10.0,
        100_000 => 90.0,
        _ => return None,
    };
    Some(("goal", format!("{goal} s"), answer.took.as_secs_f64() / goal))
}

fn changes(
    count: usize,
    (first, of_one): (&mut Client, &Counter),
    (second, of_two): (&mut Client, &Counter),
    table: &mut Table,
) -> Result {
    // The connections are open and the nonces known.
    for _ in 0..3 {
        first.ask("change")?;
    }
    second.ask("settle")?;
    let (before, before_two) = (of_one.bytes(), of_two.bytes());
    let cpu = first.processor()?;
    let mut took = Vec::new();
    for _ in 0..CHANGES {
        took.push(first.ask("change")?.took);
    }
    let cpu = first.processor()?.saturating_sub(cpu) / u32::try_from(CHANGES)?;
    let (up, down) = of_one.since(before, CHANGES);
    let took = Durations::new(took);
    table.add(
        format!("{count} items: one change, until it is read back"),
        format!(
            "p50 {}, p99 {}, {} CPU; {up} bytes up, {down} down",
            milliseconds(took.percentile(50)),
            milliseconds(took.percentile(99)),
            milliseconds(cpu),
        ),
        Some(("goal", "50 ms, 6 KB up, 4 KB down".to_owned(), took.percentile(50).as_secs_f64() / 0.05)),
    );
    second.ask("settle")?;
    let (up, down) = of_two.since(before_two, CHANGES);
    table.add(
        format!("{count} items: one change, received by the other computer"),
        format!("{up} bytes up, {down} down"),
        None,
    );
    Ok(())
}

fn idle(count: usize, client: &mut Client, counter: &Counter, table: &mut Table) -> Result {
    let (before, cpu) = (counter.bytes(), client.processor()?);
    thread::sleep(IDLE);
    let (up, down) = counter.since(before, 1);
    let cpu = client.processor()?.saturating_sub(cpu);
    table.add(
        format!("{count} items: a minute without changes"),
        format!("{} CPU, {up} bytes up, {down} down", milliseconds(cpu)),
        Some(("goal", "1 KB".to_owned(), (up + down) as f64 / 1000.0)),
    );
    Ok(())
}

/// What a program did.
struct Answer {
    took: Duration,
    processor: Duration,
    /// The most memory it ever had, in bytes.
    memory: u64,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (took, processor) = (self.took.as_secs_f64(), self.processor.as_secs_f64());
        write!(f, "{took:.1} s, {processor:.1} s CPU, at most {} MiB", self.memory >> 20)
    }
}

/// A program without its window, in a process of its own.
struct Client {
    running: Child,
    ask: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Client {
    fn start(folder: &Path, count: usize) -> Result<Self> {
        let mut program = Command::new(std::env::current_exe()?);
        program.args([client::WORKER.as_ref(), folder.as_os_str()]).arg(count.to_string());
        let mut running = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let ask = running.stdin.take().ok_or("no input")?;
        let answers = BufReader::new(running.stdout.take().ok_or("no output")?).lines();
        Ok(Self { running, ask, answers })
    }

    fn ask(&mut self, command: &str) -> Result<Answer> {
        let (begun, before) = (Instant::now(), self.processor()?);
        writeln!(self.ask, "{command}")?;
        let answer = self.answers.next().ok_or("the program ended")??;
        let took = begun.elapsed();
        let memory = answer.strip_prefix("done ").ok_or(answer.clone())?.parse()?;
        Ok(Answer { took, processor: self.processor()?.saturating_sub(before), memory })
    }

    /// The processor time that it has used.
    fn processor(&self) -> Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.running.id()))?;
        let (_, numbers) = text.rsplit_once(')').ok_or("no statistics")?;
        // proc_pid_stat(5): user and system time are the 14th and 15th field, in hundredths of a second.
        let ticks: Vec<u64> =
            numbers.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
        Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

/// The real server.
struct Server {
    running: Child,
    port: u16,
    code: ConnectCode,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let program: PathBuf = std::env::current_exe()?.with_file_name("coffer-server");
        let command = || {
            let mut command = Command::new(&program);
            command.env_clear().arg("--data").arg(folder).stdin(Stdio::null()).stderr(Stdio::null());
            command
        };
        let (address, listen) = (format!("https://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
        let set_up = command().args(["init", "--address", &address, "--listen", &listen]).output()?;
        let text = String::from_utf8(set_up.stdout)?;
        let code = text.lines().find(|line| line.contains("coffer://connect#")).ok_or("no connect code")?;
        let code = code.trim().parse()?;
        let running = command().arg("serve").stdout(Stdio::null()).spawn()?;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { running, port, code })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}
