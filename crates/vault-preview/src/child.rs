//! The process that draws.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use zeroize::Zeroizing;

use crate::draw::draw;
use crate::sandbox::{self, Limits};
use crate::wire::{Answer, Job, Refusal};

/// Shuts this process in, draws the one document that comes through its standard input and ends. It is all that a
/// program for [`crate::Renderer`] does.
#[must_use]
pub fn run() -> ExitCode {
    // A fault says nothing: there would be contents of the document in it, and there is nowhere to write it.
    std::panic::set_hook(Box::new(|_| {}));
    let answer = match sandbox::enter(Limits::DRAWING) {
        Ok(()) => serve(&mut io::stdin().lock()),
        Err(_) => Ok(Answer::Refused(Refusal::NotShutIn)),
    };
    let mut out = io::stdout().lock();
    let written = answer.and_then(|answer| {
        answer.write(&mut out)?;
        out.flush()
    });
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads a job with its document, and draws it.
fn serve(from: &mut impl Read) -> io::Result<Answer> {
    let Some(job) = Job::read(from)? else { return Ok(Answer::Refused(Refusal::Unreadable)) };
    let len = usize::try_from(job.size).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut document = Zeroizing::new(vec![0; len]);
    from.read_exact(&mut document)?;
    Ok(draw(&job, document).map_or_else(Answer::Refused, Answer::Drawn))
}
