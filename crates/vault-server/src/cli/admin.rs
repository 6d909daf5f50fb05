//! The operator's commands to a running server, over a Unix socket in its folder.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream as ClientStream;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;
use vault_wire::message::{Credential, LoginName};

use super::error::CliError;
use super::values::{config, connect_code};
use crate::account::sign_up;
use crate::http::App;
use crate::setup::{Certificate, Folder, Overrides};

/// The longest line of a conversation.
const LINE: u64 = 4096;

/// Time for a conversation.
const TIME: Duration = Duration::from_secs(10);

/// A command.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Command {
    /// Issues a sign-up code.
    Invite {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        login: Option<LoginName>,
    },
}

/// An answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Answer {
    /// The sign-up code.
    Code(Credential<64>),
    /// It failed.
    Failed,
}

/// Issues a sign-up code and prints it in a connect code.
pub fn invite(folder: &Folder, login: Option<LoginName>) -> Result<(), CliError> {
    let config = config(folder, &Overrides::from_environment(std::env::vars_os())?)?;
    let pin = Certificate::load(folder, &config)?.pin();
    let Answer::Code(code) = ask(folder, &Command::Invite { login })? else { return Err(CliError::Refused) };
    writeln!(io::stdout(), "{}", connect_code(&config, pin, code)?)?;
    Ok(())
}

/// Sends one command and returns the answer.
fn ask(folder: &Folder, command: &Command) -> Result<Answer, CliError> {
    let mut stream = ClientStream::connect(folder.path(Folder::SOCKET)).map_err(|_| CliError::NotRunning)?;
    stream.set_read_timeout(Some(TIME))?;
    let mut line = serde_json::to_vec(command).map_err(io::Error::from)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE)).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer).map_err(io::Error::from)?)
}

/// The socket of a running server. Only the owner of the folder reaches it.
pub struct Socket(UnixListener);

impl Socket {
    /// Binds it; that of a server that was killed is replaced.
    ///
    /// # Errors
    /// If another server runs in the folder.
    pub fn bind(folder: &Folder) -> io::Result<Self> {
        let path = folder.path(Folder::SOCKET);
        if ClientStream::connect(&path).is_ok() {
            return Err(io::Error::other("a server is running in this folder already"));
        }
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        UnixListener::bind(path).map(Self)
    }

    /// Answers commands, one after the other.
    pub async fn serve(self, app: App) {
        loop {
            match self.0.accept().await {
                Ok((stream, _)) => {
                    let _ = timeout(TIME, answer(stream, &app)).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "the operator's socket failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

async fn answer(mut stream: UnixStream, app: &App) -> io::Result<()> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") && line.len() < 4096 && stream.read_buf(&mut line).await? > 0 {}
    let answer = match serde_json::from_slice(&line) {
        Ok(Command::Invite { login }) => {
            let code = sign_up::issue(&app.store, login.as_ref(), app.clock.now()).await;
            code.map_or(Answer::Failed, Answer::Code)
        }
        Err(_) => Answer::Failed,
    };
    let mut text = serde_json::to_vec(&answer)?;
    text.push(b'\n');
    stream.write_all(&text).await
}
