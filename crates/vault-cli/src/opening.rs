//! Opening and locking a profile.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vault_agent::protocol::{Reply, Request, Role, Secret, Status};
use vault_agent::{Client, ClientError};
use vault_api::views::ProfileSummary;
use vault_api::{ErrorCode, EventSink};
use vault_text::safe_to_show;
use zeroize::Zeroizing;

use crate::agent::{Opened, Opening};
use crate::arguments::Unlock;
use crate::connection::{Connection, Context, close_to_debuggers};
use crate::failure::{Exit, Failure};
use crate::{generating, output, password};

const PASSWORD: &str = "Master password: ";
const SECRET_KEY: &str = "Secret Key (on the Emergency Kit): ";
/// The variable that names a program which asks for the password.
const ASKPASS: &str = "COFFER_ASKPASS";
/// The longest wait for an agent that another call starts.
const MAX_WAIT: Duration = Duration::from_secs(15);
/// How often it is asked.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The longest report of an agent.
const REPORT: u64 = 64 << 10;

/// `unlock`
pub fn unlock(context: &Context, how: Unlock) -> Result<Exit, Failure> {
    let profile = choose(profiles_here(context)?, how.profile.as_deref())?;
    match Client::connect(&context.location) {
        Ok(_) => return already_open(context, &profile),
        Err(ClientError::Nobody) => {}
        Err(error) => return Err(error.into()),
    }
    close_to_debuggers();
    let mut given = given(how)?.into_iter();
    let password = match given.next() {
        Some(password) => password,
        None => password::at_terminal(PASSWORD).ok_or_else(|| {
            Failure::new(Exit::Denied, "there is no terminal to ask for the password")
                .with("Use --password-fd or --askpass.")
        })?,
    };
    let secret_key = given.next();
    match start_agent(context, &profile, &password, secret_key)? {
        Opened::Failed(error) if error.code == ErrorCode::SecretKeyMissing => {
            let Some(key) = password::at_terminal(SECRET_KEY) else { return Err((*error).into()) };
            opened(context, &profile, start_agent(context, &profile, &password, Some(key))?)
        }
        answer => opened(context, &profile, answer),
    }
}

fn opened(context: &Context, profile: &ProfileSummary, answer: Opened) -> Result<Exit, Failure> {
    match answer {
        Opened::Open => Ok(Exit::Done),
        // Another call was quicker: its agent answers soon.
        Opened::Held => {
            wait_for_status(context)?;
            already_open(context, profile)
        }
        Opened::Failed(error) => {
            let holder = error.holder.clone();
            let failure = Failure::from(*error);
            Err(match holder {
                Some(holder) => failure.with(format!("It is process {}.", holder.process)),
                None => failure,
            })
        }
        Opened::Place(message) => Err(Failure::new(Exit::General, message)),
    }
}

/// Another program listens: is it the wanted profile that it has?
fn already_open(context: &Context, wanted: &ProfileSummary) -> Result<Exit, Failure> {
    match ask_status(context)?.profile {
        Some(open) if open.id == wanted.id => Ok(Exit::Done),
        Some(open) => Err(Failure::new(Exit::Locked, format!("the profile {} is open", open.name))
            .with("Lock it with `coffer lock` first.")),
        // The window comes to the front as for any request.
        None => match context.connect()?.ask(&Request::Vaults) {
            Ok(_) => Ok(Exit::Done),
            Err(_) => Err(Failure::new(Exit::Locked, "the window program runs, and its profile is locked")
                .with("Unlock it in its window, which was brought to the front.")),
        },
    }
}

/// The password, and the Secret Key, as far as they are given by a descriptor or program.
fn given(how: Unlock) -> Result<Vec<Zeroizing<String>>, Failure> {
    if let Some(number) = how.password_fd {
        let lines = password::from_descriptor(number)?;
        return if lines.is_empty() {
            Err(Failure::new(Exit::Usage, "the descriptor gives no password"))
        } else {
            Ok(lines)
        };
    }
    match how.askpass.or_else(|| std::env::var_os(ASKPASS).map(Into::into)) {
        Some(program) => Ok(vec![password::from_program(&program, PASSWORD)?]),
        None => Ok(Vec::new()),
    }
}

/// Starts the agent with what opens the profile, and waits until it is open.
fn start_agent(
    context: &Context,
    profile: &ProfileSummary,
    password: &str,
    secret_key: Option<Zeroizing<String>>,
) -> Result<Opened, Failure> {
    let failed =
        |error: std::io::Error| Failure::new(Exit::General, format!("the agent cannot start: {error}"));
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    if let Some(folder) = &context.data_dir {
        command.arg("--data-dir").arg(folder);
    }
    let mut child = command
        .arg("agent")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let opening = Opening {
        profile_id: profile.id.clone(),
        password: Secret::new(password.to_owned()),
        secret_key: secret_key.map(|key| Secret::new(key.to_string())),
    };
    let text = Zeroizing::new(
        serde_json::to_vec(&opening).map_err(|_| Failure::new(Exit::General, "the password is no text"))?,
    );
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&text).map_err(failed)?;
    }
    let mut report = Vec::new();
    if let Some(output) = child.stdout.take() {
        read_line(output, &mut report).map_err(failed)?;
    }
    serde_json::from_slice(&report)
        .map_err(|_| Failure::new(Exit::General, "the agent ended without a report"))
}

/// Reads until the end of a line: the agent lives on.
fn read_line(stream: impl std::io::Read, line: &mut Vec<u8>) -> std::io::Result<()> {
    for byte in std::io::BufReader::new(stream).take(REPORT).bytes() {
        match byte? {
            b'\n' => break,
            byte => line.push(byte),
        }
    }
    Ok(())
}

/// `lock`
pub fn lock(context: &Context) -> Result<Exit, Failure> {
    let mut client = match Client::connect(&context.location) {
        Ok(client) => client,
        // Nothing is open, as was wanted.
        Err(ClientError::Nobody) => return Ok(Exit::Done),
        Err(error) => return Err(error.into()),
    };
    let agent = client.role() == Role::Agent;
    let locked = client.ask(&Request::Lock);
    drop(client);
    if agent {
        context.location.wait_until_free();
    }
    match locked {
        Ok(vault_agent::protocol::Answer::Failed(error)) => Err((*error).into()),
        // An agent that ends just now has locked.
        Ok(_) | Err(ClientError::Nobody) => Ok(Exit::Done),
        Err(error) => Err(error.into()),
    }
}

/// `status`
pub fn status(context: &Context) -> Result<Exit, Failure> {
    let status = match ask_status(context) {
        Ok(status) => Some(status),
        Err(failure) if failure.exit == Exit::Locked => None,
        Err(failure) => return Err(failure),
    };
    let open = status.as_ref().and_then(|status| status.profile.as_ref());
    if context.json {
        output::json("status", &status)?;
    } else {
        let by = match status.as_ref().map(|status| status.role) {
            Some(Role::Desktop) => " (the window program runs)",
            Some(Role::Agent) | None => "",
        };
        match open {
            Some(profile) => output::line(&format!("unlocked: {}{by}", safe_to_show(&profile.name)))?,
            None => output::line(&format!("locked{by}"))?,
        };
    }
    Ok(if open.is_some() { Exit::Done } else { Exit::Locked })
}

/// `profile`
pub fn profiles(context: &Context) -> Result<Exit, Failure> {
    let profiles = profiles_here(context)?;
    if context.json {
        return output::json("profiles", &profiles);
    }
    for profile in &profiles {
        output::line(&format!("{}\t{}", profile.id, safe_to_show(&profile.name)))?;
    }
    Ok(Exit::Done)
}

fn ask_status(context: &Context) -> Result<Status, Failure> {
    let mut connection: Connection = context.connect()?;
    match connection.ask(&Request::Status)? {
        Reply::Status(status) => Ok(status),
        _ => Err(Connection::unexpected()),
    }
}

/// Asks again until an answer comes, or for some seconds.
fn wait_for_status(context: &Context) -> Result<Status, Failure> {
    let until = Instant::now() + MAX_WAIT;
    loop {
        match ask_status(context) {
            Err(failure) if failure.exit == Exit::Locked && Instant::now() < until => {
                std::thread::sleep(LOOK_EVERY);
            }
            answer => return answer,
        }
    }
}

/// The profiles of this computer, the last opened first.
fn profiles_here(context: &Context) -> Result<Vec<ProfileSummary>, Failure> {
    let coffer = generating::start(context, EventSink::new(|_| {}))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Failure::new(Exit::General, error.to_string()))?;
    Ok(runtime.block_on(coffer.app_status())?.profiles)
}

fn choose(profiles: Vec<ProfileSummary>, name: Option<&str>) -> Result<ProfileSummary, Failure> {
    let Some(name) = name else {
        return profiles.into_iter().next().ok_or_else(|| {
            Failure::new(Exit::NotFound, "there is no profile on this computer")
                .with("Make one with the window program, `coffer-desktop`.")
        });
    };
    let mut found: Vec<ProfileSummary> =
        profiles.into_iter().filter(|profile| profile.id == name || profile.name == name).collect();
    if found.len() > 1 {
        let failure =
            Failure::new(Exit::Ambiguous, format!("several profiles have the name {name}; use an id"));
        return Err(found.iter().fold(failure, |failure, profile| failure.with(profile.id.clone())));
    }
    found.pop().ok_or_else(|| Failure::new(Exit::NotFound, format!("no profile has the name or id {name}")))
}
