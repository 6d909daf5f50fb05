//! The server's end of the socket.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream as ClientStream;

use tokio::io::AsyncReadExt as _;
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;
use vault_wire::message::ProblemCode;

use super::answers::Answers;
use super::execute::execute;
use super::{Answer, LINE, TIME};
use crate::http::App;
use crate::setup::Folder;

/// The socket of a running server. Only its own user, and the system's administrator, reach it.
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
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self(listener))
    }

    /// Answers commands, one after the other.
    pub async fn serve(self, app: App) {
        loop {
            match self.0.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = answer(stream, &app).await {
                        tracing::warn!(%error, "a command on the operator's socket failed");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the operator's socket failed");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }
}

/// Whether a user may command the server: its own one, or the system's administrator.
fn allowed(user: u32) -> bool {
    user == 0 || user == rustix::process::geteuid().as_raw()
}

async fn answer(mut stream: UnixStream, app: &App) -> io::Result<()> {
    if !allowed(stream.peer_cred()?.uid()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut line = Vec::new();
    let read = async {
        while !line.ends_with(b"\n") && line.len() < LINE && stream.read_buf(&mut line).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    timeout(TIME, read).await??;
    let mut answers = Answers::new(&mut stream);
    let last = match serde_json::from_slice(&line) {
        Ok(command) => match execute(app, command, &mut answers).await? {
            Ok(()) => Answer::Done,
            Err(failure) => Answer::Failed { code: failure.code, vaults: failure.vaults },
        },
        Err(_) => Answer::Failed { code: ProblemCode::Malformed, vaults: Vec::new() },
    };
    answers.write(&last).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_users_are_refused() {
        let own = rustix::process::geteuid().as_raw();
        assert!(allowed(own) && allowed(0) && !allowed(own + 1));
    }
}
