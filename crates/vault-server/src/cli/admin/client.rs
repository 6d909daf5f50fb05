//! The command's end of the socket.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vault_wire::VaultId;
use vault_wire::message::{Credential, LoginName, ProblemCode};

use super::{ANSWER, Answer, Command};
use crate::cli::error::CliError;
use crate::cli::values::{config, connect_code, print};
use crate::http::title;
use crate::setup::{Certificate, Folder, Overrides};

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A line of names and values.
    Text,
    /// A line of JSON.
    Json,
}

/// Issues a sign-up code and prints it in a connect code.
pub fn invite(folder: &Folder, login: Option<LoginName>, output: Output) -> Result<(), CliError> {
    let config = config(folder, &Overrides::from_environment(std::env::vars_os())?)?;
    let pin = Certificate::load(folder, &config)?.pin();
    let mut issued = None;
    converse(folder, &Command::Invite { login }, |answer| {
        if let Answer::Code(code) = answer {
            issued = Some(code);
        }
        Ok(())
    })?;
    let code: Credential<64> = issued.ok_or(CliError::Refused)?;
    let (code, mut out) = (connect_code(&config, pin, code)?, io::stdout());
    match output {
        Output::Text => print(&mut out, &code)?,
        Output::Json => writeln!(out, "{}", serde_json::json!({ "connect_code": code.to_string() }))?,
    }
    Ok(())
}

/// Sends a command and prints the answers.
pub fn ask(folder: &Folder, command: &Command, output: Output) -> Result<(), CliError> {
    converse(folder, command, |answer| {
        let Answer::Row(row) = answer else { return Ok(()) };
        match output {
            Output::Json => writeln!(io::stdout(), "{row}"),
            Output::Text => writeln!(io::stdout(), "{}", text(&row)),
        }
    })
}

/// Sends a command and passes on the answers before the last one.
fn converse(
    folder: &Folder,
    command: &Command,
    mut each: impl FnMut(Answer) -> io::Result<()>,
) -> Result<(), CliError> {
    let mut stream = UnixStream::connect(folder.path(Folder::SOCKET)).map_err(|_| CliError::NotRunning)?;
    let mut line = serde_json::to_vec(command).map_err(io::Error::from)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answers = BufReader::new(stream);
    loop {
        let mut line = String::new();
        answers.by_ref().take(ANSWER).read_line(&mut line)?;
        if line.is_empty() {
            return Err(CliError::Refused);
        }
        match serde_json::from_str(&line).map_err(io::Error::from)? {
            Answer::Done => return Ok(()),
            Answer::Failed { code, vaults } => return Err(problem(code, &vaults)?),
            answer => each(answer)?,
        }
    }
}

fn problem(code: ProblemCode, vaults: &[VaultId]) -> io::Result<CliError> {
    let name = serde_json::to_value(code)?;
    let mut text = format!("{} ({})", title(code), name.as_str().unwrap_or_default());
    for vault in vaults {
        text.push(' ');
        text.push_str(&vault.to_string());
    }
    Ok(CliError::Problem(text))
}

/// Names and values; times as dates.
fn text(row: &Value) -> String {
    let member = |(name, value): (&String, &Value)| {
        let is_time = name.ends_with("_at") || name.ends_with("_until");
        let value = match value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            value => value.as_i64().filter(|_| is_time).map_or_else(|| value.to_string(), date),
        };
        [name, "=", &value].concat()
    };
    row.as_object().into_iter().flatten().map(member).collect::<Vec<_>>().join("  ")
}

fn date(milliseconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(milliseconds / 1000).ok();
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_else(|| milliseconds.to_string())
}
