//! The connection with the program that has the profile open.

use std::io::{Read, Write};
use std::path::PathBuf;

use vault_agent::protocol::{Answer, Reply, Request, Role, Secret};
use vault_agent::{Client, Location};
use vault_api::ErrorCode;
use vault_api::start::DataLocation;

use crate::failure::{Exit, Failure};
use crate::password;

/// What all commands have.
pub struct Context {
    /// The data folder that was chosen.
    pub data_dir: Option<PathBuf>,
    /// Whether to write JSON.
    pub json: bool,
    /// The place of the socket.
    pub location: Location,
}

/// The connection.
pub struct Connection {
    client: Client,
}

impl Context {
    /// Finds the data folder.
    pub fn new(data_dir: Option<PathBuf>, json: bool) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::new(Exit::General, error.to_string());
        let data_dir = data_dir.map(std::path::absolute).transpose().map_err(failed)?;
        let folder = DataLocation::find(data_dir.clone()).map_err(failed)?.folder();
        Ok(Self { data_dir, json, location: Location::of(&folder).map_err(failed)? })
    }

    /// The profiles and keychain.
    pub fn data(&self) -> Result<DataLocation, Failure> {
        DataLocation::find(self.data_dir.clone())
            .map_err(|error| Failure::new(Exit::General, error.to_string()))
    }

    /// Connects with the program that has the profile.
    pub fn connect(&self) -> Result<Connection, Failure> {
        let client = Client::connect(&self.location)?;
        // Until now the other end had to see which program this is.
        close_to_debuggers();
        Ok(Connection { client })
    }
}

impl Connection {
    /// The program at the other end.
    pub fn role(&self) -> Role {
        self.client.role()
    }

    /// Sends a request.
    pub fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        let answer = self.client.ask(request)?;
        self.reply(answer)
    }

    /// Sends a document; if its item asks for the master password again, so does the terminal.
    pub fn put(&mut self, request: &Request, source: &mut dyn Read) -> Result<Reply, Failure> {
        // Nothing was read yet if the password is asked for.
        self.confirmed(|connection| {
            let answer = connection.client.put(request, source)?;
            connection.reply(answer)
        })
    }

    /// Receives a document, with the same question.
    pub fn get(&mut self, request: &Request, target: &mut dyn Write) -> Result<Reply, Failure> {
        self.confirmed(|connection| {
            let answer = connection.client.get(request, target)?;
            connection.reply(answer)
        })
    }

    /// Sends a request for work that can take long.
    pub fn ask_for_work(&mut self, request: &Request) -> Result<Reply, Failure> {
        let answer = self.client.ask_for_work(request)?;
        self.reply(answer)
    }

    fn reply(&self, answer: Answer) -> Result<Reply, Failure> {
        match answer {
            Answer::Done(reply) => Ok(reply),
            Answer::Failed(error) => Err((*error).into()),
            Answer::Denied => Err(match self.role() {
                Role::Desktop => Failure::new(Exit::Denied, "the window program does not permit it")
                    .with("It asks again after the profile was locked."),
                Role::Agent => Failure::new(Exit::Denied, "the profile was opened by another program")
                    .with("Lock it with `coffer lock`, and open it again with this program."),
            }),
        }
    }

    /// Sends a request; if the item asks for the master password again, so does the terminal.
    pub fn ask_confirmed(&mut self, request: &Request) -> Result<Reply, Failure> {
        self.confirmed(|connection| connection.ask(request))
    }

    fn confirmed(
        &mut self,
        mut ask: impl FnMut(&mut Self) -> Result<Reply, Failure>,
    ) -> Result<Reply, Failure> {
        match ask(self) {
            Err(failure) if failure.code == Some(ErrorCode::PasswordNeeded) => {
                let Some(password) = password::at_terminal("Master password, for this item: ") else {
                    return Err(failure);
                };
                self.ask(&Request::Confirm { password: Secret::new(password.to_string()) })?;
                ask(self)
            }
            answer => answer,
        }
    }

    /// A reply of another kind than the request has.
    pub fn unexpected() -> Failure {
        Failure::new(Exit::General, "the answer is not of the kind that was asked for")
    }
}

/// Forbids other programs to look into this one. A refusal by the system is ignored.
pub fn close_to_debuggers() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
