//! The process that asks for pictures.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::Picture;
use crate::wire::{Answer, Job, Refusal};

/// By the clock, from the start of the process to its answer. Its processor time is limited besides.
const LONGEST: Duration = Duration::from_secs(15);
/// How often somebody looks whether there is still time.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How much of the document goes into the pipe at a time.
const PIECE: usize = 64 << 10;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The document is longer than is drawn, or the picture wanted is none or too large.
    #[error("this is too large to be drawn")]
    TooLarge,
    /// The document itself could not be read.
    #[error("the document could not be read")]
    Source(#[source] io::Error),
    /// The document cannot be drawn: it is malformed, of an unknown kind, or takes too much.
    #[error("this cannot be drawn")]
    Unreadable,
    /// It has no such page.
    #[error("there is no such page")]
    NoSuchPage,
    /// The program that draws is missing, or the system cannot shut it in.
    #[error("nothing can be drawn on this system")]
    Unavailable,
}

/// Draws documents, each in a process of its own.
#[derive(Clone, Debug)]
pub struct Renderer {
    program: PathBuf,
    arguments: Vec<String>,
    patience: Duration,
}

impl Renderer {
    /// The program that draws, in the folder of the running one.
    pub const PROGRAM: &str = "coffer-preview";

    /// Draws with a program that does nothing but [`crate::child::run`].
    #[must_use]
    pub fn with(program: PathBuf, arguments: Vec<String>) -> Self {
        Self { program, arguments, patience: LONGEST }
    }

    /// Waits no longer than this for a picture, by the clock.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Draws with the program that was installed beside the running one.
    ///
    /// # Errors
    /// If the system does not tell where that is.
    pub fn installed() -> io::Result<Self> {
        let name = [Self::PROGRAM, std::env::consts::EXE_SUFFIX].concat();
        Ok(Self::with(std::env::current_exe()?.with_file_name(name), Vec::new()))
    }

    /// Draws a document, which `source` gives from its beginning and which is dropped as soon as it was read. If `go_on`
    /// says no, which is asked now and then, the process is killed.
    ///
    /// # Errors
    /// See [`PreviewError`].
    pub fn draw(
        &self,
        job: &Job,
        source: impl Read,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<Picture, PreviewError> {
        if !job.is_sound() {
            return Err(PreviewError::TooLarge);
        }
        let mut child = self.start().map_err(|_| PreviewError::Unavailable)?;
        let until = Instant::now() + self.patience;
        let answer = talk(&mut child, job, source, &|| Instant::now() < until && go_on());
        // It has nothing more to say, and may not want to end.
        let _ = child.kill();
        let _ = child.wait();
        match answer? {
            Answer::Drawn(picture) => Ok(picture),
            Answer::Refused(Refusal::Unreadable) => Err(PreviewError::Unreadable),
            Answer::Refused(Refusal::NoSuchPage) => Err(PreviewError::NoSuchPage),
            Answer::Refused(Refusal::NotShutIn) => Err(PreviewError::Unavailable),
        }
    }

    /// Nothing of this process goes along: no variables, no folder, no terminal.
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

/// Hands the document over and takes the answer, as long as there is time.
fn talk(
    child: &mut Child,
    job: &Job,
    mut source: impl Read,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, PreviewError> {
    let pipes = child.stdin.take().zip(child.stdout.take());
    let (mut to, mut from) = pipes.ok_or(PreviewError::Unavailable)?;
    let (done, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                if !go_on() {
                    // It closes the pipes by that, and whoever waits for one of them goes on.
                    let _ = child.kill();
                    return;
                }
            }
        });
        // One who refuses answers before it has heard all: then it is the answer that counts.
        let handed_over = hand_over(&mut to, job, &mut source);
        drop((to, source));
        let answer = match handed_over {
            Err(HandOver::Source(error)) => Err(PreviewError::Source(error)),
            Err(HandOver::Pipe) | Ok(()) => {
                Answer::read(&mut from, job.edge).map_err(|_| PreviewError::Unreadable)
            }
        };
        drop(done);
        answer
    })
}

/// What broke while a document was handed over.
enum HandOver {
    /// Reading it.
    Source(io::Error),
    /// The pipe: the other process has ended.
    Pipe,
}

fn hand_over(to: &mut impl Write, job: &Job, source: &mut impl Read) -> Result<(), HandOver> {
    job.write(to).map_err(|_| HandOver::Pipe)?;
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    let mut left = job.size;
    while left > 0 {
        let len = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        let part = piece.get_mut(..len).ok_or(HandOver::Pipe)?;
        source.read_exact(part).map_err(HandOver::Source)?;
        to.write_all(part).map_err(|_| HandOver::Pipe)?;
        left -= len as u64;
    }
    Ok(())
}
