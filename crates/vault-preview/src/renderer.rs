//! Starting a worker and reading its response.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::Picture;
use crate::ipc::{Job, Refusal, Response};

/// Wall time from the start of the worker to its response. Its processor time is limited by the sandbox.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How often timeout and cancellation are checked.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// The bytes of the document that are written to the pipe at a time.
const CHUNK: usize = 64 << 10;

/// The reason why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The document is larger than [`crate::MAX_DOCUMENT_SIZE`], or the requested edge is 0 or above [`crate::MAX_EDGE`].
    #[error("the document is too large to preview")]
    TooLarge,
    /// Reading the source failed.
    #[error("the document could not be read")]
    Source(#[source] io::Error),
    /// The document cannot be rendered: it is malformed, of another format, or exceeds the limits.
    #[error("the document cannot be previewed")]
    Unreadable,
    /// The document has no such page.
    #[error("the document has no such page")]
    NoSuchPage,
    /// The worker program is missing, or the system offers no sandbox.
    #[error("previews are not available on this system")]
    Unavailable,
}

/// Renders documents, each in a worker process of its own.
#[derive(Clone, Debug)]
pub struct Renderer {
    program: PathBuf,
    arguments: Vec<String>,
    timeout: Duration,
}

impl Renderer {
    /// The file name of the worker program, without the suffix of executables.
    pub const PROGRAM: &str = "coffer-preview";

    /// Uses a program that does nothing but [`crate::worker::run`].
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<String>) -> Self {
        Self { program, arguments, timeout: TIMEOUT }
    }

    /// Limits the wall time of one preview.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Uses the worker program in the folder of the running one.
    ///
    /// # Errors
    /// If the system does not return the path of the running program.
    pub fn installed() -> io::Result<Self> {
        let name = [Self::PROGRAM, std::env::consts::EXE_SUFFIX].concat();
        Ok(Self::new(std::env::current_exe()?.with_file_name(name), Vec::new()))
    }

    /// Renders a document that `source` reads from its beginning; `source` is dropped as soon as it was read. `go_on` is
    /// called every 20 ms; once it returns `false` the worker is killed.
    ///
    /// # Errors
    /// See [`PreviewError`].
    pub fn draw(
        &self,
        job: &Job,
        source: impl Read,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<Picture, PreviewError> {
        if !job.is_valid() {
            return Err(PreviewError::TooLarge);
        }
        let mut child = self.start().map_err(|_| PreviewError::Unavailable)?;
        let until = Instant::now() + self.timeout;
        let response = exchange(&mut child, job, source, &|| Instant::now() < until && go_on());
        // Its response is complete; it might not end by itself.
        let _ = child.kill();
        let _ = child.wait();
        match response? {
            Response::Drawn(picture) => Ok(picture),
            Response::Refused(Refusal::Unreadable) => Err(PreviewError::Unreadable),
            Response::Refused(Refusal::NoSuchPage) => Err(PreviewError::NoSuchPage),
            Response::Refused(Refusal::SandboxUnavailable) => Err(PreviewError::Unavailable),
        }
    }

    /// Starts the worker without environment variables, working folder or terminal of this process.
    fn start(&self) -> io::Result<Child> {
        let root = self.program.ancestors().last().unwrap_or(&self.program);
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// Sends the document and reads the response until `go_on` returns `false`.
fn exchange(
    child: &mut Child,
    job: &Job,
    mut source: impl Read,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<Response, PreviewError> {
    let pipes = child.stdin.take().zip(child.stdout.take());
    let (mut to, mut from) = pipes.ok_or(PreviewError::Unavailable)?;
    let (done, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(POLL_INTERVAL) == Err(mpsc::RecvTimeoutError::Timeout) {
                if !go_on() {
                    // This closes the pipes and so ends a blocked read or write.
                    let _ = child.kill();
                    return;
                }
            }
        });
        // A worker may refuse before it has read everything; its response then counts.
        let sent = send(&mut to, job, &mut source);
        drop((to, source));
        let response = match sent {
            Err(SendError::Source(error)) => Err(PreviewError::Source(error)),
            Err(SendError::Pipe) | Ok(()) => {
                Response::read(&mut from, job.edge).map_err(|_| PreviewError::Unreadable)
            }
        };
        drop(done);
        response
    })
}

/// The side that failed while a document was sent.
enum SendError {
    /// Reading the document.
    Source(io::Error),
    /// Writing to the pipe: the worker has ended.
    Pipe,
}

fn send(to: &mut impl Write, job: &Job, source: &mut impl Read) -> Result<(), SendError> {
    job.write(to).map_err(|_| SendError::Pipe)?;
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    let mut left = job.size;
    while left > 0 {
        let len = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        let part = chunk.get_mut(..len).ok_or(SendError::Pipe)?;
        source.read_exact(part).map_err(SendError::Source)?;
        to.write_all(part).map_err(|_| SendError::Pipe)?;
        left -= len as u64;
    }
    Ok(())
}
