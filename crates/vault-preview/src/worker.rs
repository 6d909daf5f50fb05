//! The sandboxed process that renders one document.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use zeroize::Zeroizing;

use crate::draw::draw;
use crate::ipc::{Job, Refusal, Response};
use crate::sandbox::{self, Limits};

/// Enters the sandbox, renders the one document from standard input and ends. A program for [`crate::Renderer`] does
/// nothing else.
#[must_use]
pub fn run() -> ExitCode {
    // Panics stay silent: their messages may contain parts of the document.
    std::panic::set_hook(Box::new(|_| {}));
    let response = match sandbox::enter(Limits::DRAWING) {
        Ok(()) => serve(&mut io::stdin().lock()),
        Err(_) => Ok(Response::Refused(Refusal::SandboxUnavailable)),
    };
    let mut out = io::stdout().lock();
    let written = response.and_then(|response| {
        response.write(&mut out)?;
        out.flush()
    });
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads a job with its document and renders it.
fn serve(from: &mut impl Read) -> io::Result<Response> {
    let Some(job) = Job::read(from)? else { return Ok(Response::Refused(Refusal::Unreadable)) };
    let len = usize::try_from(job.size).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut document = Zeroizing::new(vec![0; len]);
    from.read_exact(&mut document)?;
    Ok(draw(&job, document).map_or_else(Response::Refused, Response::Drawn))
}
