//! A program that is started with secrets: its terminal, its output, its signals and its end.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};

use crate::failure::{Exit, Failure};
use crate::masking::{Masker, Secrets};

/// The command that gives a program its terminal, see [`take_terminal`].
pub const TAKE_TERMINAL: &str = "take-terminal";
/// Bytes of one piece of output.
const PIECE: usize = 64 << 10;
/// The most output that is taken after the end of the program: what a pipe can hold.
const MOST_AFTER: usize = 1 << 20;
/// Exit codes of a program that was not started, as a shell has them.
const NOT_FOUND: u8 = 127;
const NOT_STARTED: u8 = 126;
/// The exit code of a program that a signal ended is this and the number of the signal.
const SIGNALLED: i32 = 128;

/// A program to be started.
pub struct Start {
    /// Its command line.
    pub command: Vec<std::ffi::OsString>,
    /// The variables that it gets beside those of this program.
    pub variables: Vec<(String, zeroize::Zeroizing<String>)>,
    /// What is replaced in its output; `None` to leave the output alone.
    pub masked: Option<Secrets>,
}

/// Starts a program, waits for its end, and returns its exit code.
pub fn run(start: &Start) -> Result<Exit, Failure> {
    let failed =
        |error: io::Error| Failure::new(Exit::General, format!("the program cannot be started: {error}"));
    // Signals that come from now on are kept for the program.
    let signals =
        SignalsInfo::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH]).map_err(failed)?;
    let Some((program, arguments)) = start.command.split_first() else {
        return Err(Failure::new(Exit::Usage, "no program is named"));
    };
    let terminals = Terminals::find();
    let terminal = match start.masked {
        Some(_) if terminals.output => Some(Terminal::open().map_err(|error| failed(error.into()))?),
        _ => None,
    };
    let mut command = match &terminal {
        // This very program, even if another one was installed meanwhile.
        Some(_) => Command::new("/proc/self/exe"),
        None => Command::new(program),
    };
    if terminal.is_some() {
        command.arg0("coffer").args([TAKE_TERMINAL, "--"]).arg(program);
    }
    command.args(arguments).envs(start.variables.iter().map(|(name, value)| (name, value.as_str())));
    let own_group = terminal.is_some() || !terminals.any();
    if terminal.is_none() && own_group {
        command.process_group(0);
    }
    let mut streams = Vec::new();
    if let Some(secrets) = &start.masked {
        streams = connect(&mut command, terminal.as_ref(), &terminals, secrets).map_err(failed)?;
    }
    let raw = match &terminal {
        Some(terminal) if terminals.input => Some(terminal.forward_input().map_err(failed)?),
        _ => None,
    };
    let spawned = command.spawn();
    // Its ends of the pipes and of the terminal are closed here, else their other ends never see the end.
    drop(command);
    let child = match spawned {
        Ok(child) => child,
        Err(error) => return Ok(not_started(&program.to_string_lossy(), &error)),
    };
    let ended = wait(child, signals, terminal, own_group, &mut streams);
    drop(raw);
    ended.map_err(|error| Failure::new(Exit::General, format!("the program cannot be watched: {error}")))
}

/// Reports that a program was not started.
fn not_started(program: &str, error: &io::Error) -> Exit {
    eprintln!("coffer: {} cannot be started: {error}", vault_text::safe_to_show(program));
    Exit::Child(if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_STARTED })
}

/// Becomes a program whose terminal is the standard output, which can then be asked for passwords and sends its signals.
pub fn take_terminal(command: &[std::ffi::OsString]) -> Result<Exit, Failure> {
    let failed = |error: rustix::io::Errno| Failure::new(Exit::General, error.to_string());
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::new(Exit::Usage, "no program is named"));
    };
    rustix::process::setsid().map_err(failed)?;
    rustix::process::ioctl_tiocsctty(io::stdout()).map_err(failed)?;
    let error = Command::new(program).args(arguments).exec();
    Ok(not_started(&program.to_string_lossy(), &error))
}

/// Which standard streams are terminals.
struct Terminals {
    input: bool,
    output: bool,
    errors: bool,
}

impl Terminals {
    fn find() -> Self {
        Self {
            input: io::stdin().is_terminal(),
            output: io::stdout().is_terminal(),
            errors: io::stderr().is_terminal(),
        }
    }

    const fn any(&self) -> bool {
        self.input || self.output || self.errors
    }
}

/// A terminal for the program: what it writes there is read here, and shown on this program's own.
struct Terminal {
    own: OwnedFd,
    other: OwnedFd,
}

impl Terminal {
    fn open() -> rustix::io::Result<Self> {
        let own = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&own)?;
        unlockpt(&own)?;
        let name = ptsname(&own, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let other = rustix::fs::open(name.as_c_str(), flags, Mode::empty())?;
        tcsetattr(&other, OptionalActions::Now, &tcgetattr(io::stdout())?)?;
        let terminal = Self { own, other };
        terminal.resize();
        Ok(terminal)
    }

    /// Takes over the size of this program's terminal. A terminal without a size keeps its own.
    fn resize(&self) {
        resize(&self.own);
    }

    /// Passes on what is typed. Keys such as Ctrl-C are left to the program's terminal until the result is dropped.
    fn forward_input(&self) -> io::Result<Raw> {
        let raw = Raw::begin()?;
        let mut to = File::from(self.own.try_clone()?);
        std::thread::Builder::new().name("coffer-input".to_owned()).spawn(move || {
            let mut input = io::stdin().lock();
            let mut piece = zeroize::Zeroizing::new(vec![0; 4096]);
            while let Ok(read @ 1..) = input.read(&mut piece) {
                let typed = piece.get(..read).unwrap_or_default();
                if to.write_all(typed).is_err() {
                    return;
                }
            }
        })?;
        Ok(raw)
    }
}

fn resize(terminal: &OwnedFd) {
    if let Ok(size) = tcgetwinsize(io::stdout()) {
        let _ = tcsetwinsize(terminal, size);
    }
}

/// The terminal gives each key as it is typed, until this is dropped.
struct Raw(Termios);

impl Raw {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // What the program wrote is shown before.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
    }
}

/// A stream of the program's output, and where it is shown.
struct Stream {
    from: File,
    masker: Masker,
    errors: bool,
}

impl Stream {
    /// Shows a piece; `false` at the end, or if it cannot be shown.
    fn pass_on(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let read = match self.from.read(piece) {
            // The last program closed its side of a terminal.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => 0,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(1),
            read => read?,
        };
        let shown = self.masker.take(piece.get(..read).unwrap_or_default());
        self.show(&shown)?;
        Ok(read)
    }

    fn end(&mut self) {
        let rest = self.masker.end();
        let _ = self.show(&rest);
    }

    fn show(&self, bytes: &[u8]) -> io::Result<()> {
        if self.errors {
            return io::stderr().lock().write_all(bytes);
        }
        let mut output = io::stdout().lock();
        output.write_all(bytes)?;
        output.flush()
    }
}

/// Connects the standard streams of the program: with the terminal where this program has one, else with pipes.
fn connect(
    command: &mut Command,
    terminal: Option<&Terminal>,
    terminals: &Terminals,
    secrets: &Secrets,
) -> io::Result<Vec<Stream>> {
    let mut streams = Vec::new();
    let masker = || Masker::new(secrets.clone());
    let mut pipe = |errors| -> io::Result<Stdio> {
        let (from, to) = io::pipe()?;
        let from = File::from(OwnedFd::from(from));
        streams.push(Stream { from, masker: masker(), errors });
        Ok(to.into())
    };
    let Some(terminal) = terminal else {
        command.stdout(pipe(false)?).stderr(pipe(true)?);
        return Ok(streams);
    };
    let other = || terminal.other.try_clone().map(Stdio::from);
    if terminals.input {
        command.stdin(other()?);
    }
    command.stdout(other()?);
    command.stderr(if terminals.errors { other()? } else { pipe(true)? });
    let from = File::from(terminal.own.try_clone()?);
    streams.push(Stream { from, masker: masker(), errors: false });
    Ok(streams)
}

/// Passes signals and output on until the program ends.
fn wait(
    mut child: Child,
    mut signals: SignalsInfo<WithOrigin>,
    terminal: Option<Terminal>,
    own_group: bool,
    streams: &mut Vec<Stream>,
) -> io::Result<Exit> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
    // Names this process even after its number has a new owner.
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    let target = process.try_clone()?;
    let window = terminal.map(|terminal| terminal.own);
    std::thread::Builder::new().name("coffer-signals".to_owned()).spawn(move || {
        for origin in &mut signals {
            pass_signal(&target, &origin, window.as_ref(), own_group);
        }
    })?;
    let mut piece = zeroize::Zeroizing::new(vec![0; PIECE]);
    while !wait_for_output(&process, streams, &mut piece)? {}
    for stream in streams {
        drain(stream, &mut piece);
    }
    let status = child.wait()?;
    let code = status.code().or_else(|| status.signal().map(|signal| SIGNALLED + signal));
    Ok(Exit::Child(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Passes on the output that is there; `true` once the program has ended.
fn wait_for_output(process: &OwnedFd, streams: &mut Vec<Stream>, piece: &mut [u8]) -> io::Result<bool> {
    let ready: Vec<bool> = {
        let sources = streams.iter().map(|stream| stream.from.as_fd()).chain([process.as_fd()]);
        let mut sources: Vec<PollFd<'_>> =
            sources.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN)).collect();
        match poll(&mut sources, None) {
            Err(rustix::io::Errno::INTR) => return Ok(false),
            polled => polled?,
        };
        sources.iter().map(|source| !source.revents().is_empty()).collect()
    };
    let mut ready_streams = ready.iter();
    streams.retain_mut(|stream| {
        if ready_streams.next() != Some(&true) || matches!(stream.pass_on(piece), Ok(1..)) {
            return true;
        }
        stream.end();
        false
    });
    Ok(ready.last() == Some(&true))
}

/// Passes on what the program wrote before its end. Programs that it left behind are not waited for.
fn drain(stream: &mut Stream, piece: &mut [u8]) {
    let waiting = rustix::fs::fcntl_getfl(&stream.from)
        .and_then(|flags| rustix::fs::fcntl_setfl(&stream.from, flags | OFlags::NONBLOCK));
    let mut most = MOST_AFTER;
    while waiting.is_ok() && most > 0 {
        match stream.pass_on(piece) {
            Ok(read @ 1..) => most = most.saturating_sub(read),
            _ => break,
        }
    }
    stream.end();
}

/// Passes a signal on. One that a terminal sent to the group of both is there already.
fn pass_signal(process: &OwnedFd, origin: &Origin, window: Option<&OwnedFd>, own_group: bool) {
    if origin.signal == SIGWINCH
        && let Some(window) = window
    {
        // The program's terminal sends the signal if the size is another one.
        resize(window);
        return;
    }
    let by_terminal = origin.cause == Cause::Kernel;
    if by_terminal && !own_group {
        return;
    }
    if let Some(signal) = Signal::from_named_raw(origin.signal) {
        // It may have ended meanwhile.
        let _ = pidfd_send_signal(process, signal);
    }
}
