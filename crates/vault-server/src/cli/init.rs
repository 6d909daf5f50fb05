//! `coffer-server init`.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::net::{Ipv6Addr, SocketAddr};
use std::path::Path;

use clap::Args;
use vault_wire::message::Origin;

use super::error::CliError;
use super::values::{self, connect_code, origin, print, print_words};
use crate::account::{sign_up, verification};
use crate::clock::Clock;
use crate::http::App;
use crate::setup::{self, Config, Folder, Overrides};

/// What a new server is set up with. What is not given is asked for.
#[derive(Debug, Args)]
pub struct Init {
    /// An address under which clients reach the server, such as https://vault.example:8443. May be repeated.
    #[arg(long, value_parser = origin)]
    address: Vec<Origin>,
    /// The server's identity, which never changes; else the first address.
    #[arg(long, value_parser = origin)]
    issuer: Option<Origin>,
    /// Where the server listens; else all addresses of this computer, at the port of the first address, or 8443.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

/// Sets up a server and prints one connect code.
pub fn run(path: &Path, init: Init) -> Result<(), CliError> {
    let folder = Folder::create(path)?;
    let asks = io::stdin().is_terminal();
    let mut addresses = init.address;
    if addresses.is_empty() {
        if !asks {
            return Err(CliError::Answer("--address is needed: there is no terminal to ask at"));
        }
        let answer =
            ask("Address under which clients reach the server, such as https://vault.example:8443", None)?;
        addresses.extend(
            answer.split_whitespace().map(origin).collect::<Result<Vec<_>, _>>().map_err(CliError::Answer)?,
        );
    }
    let first = addresses.first().ok_or(CliError::Answer("an address is needed"))?.clone();
    let port = first.port().unwrap_or(PORT);
    let issuer = match init.issuer {
        Some(issuer) => issuer,
        None if asks => origin(&ask("Identity of the server, which never changes", Some(first.as_str()))?)
            .map_err(CliError::Answer)?,
        None => first,
    };
    let usual = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let listen = match init.listen {
        Some(listen) => listen,
        None if asks => ask("Listen on", Some(&usual.to_string()))?
            .parse()
            .map_err(|_| CliError::Answer("not an address and a port"))?,
        None => usual,
    };
    let config = Config::new(issuer, addresses, listen);
    // The environment may name another database. If it cannot be used, no server is left half set up.
    let overrides = Overrides::from_environment(std::env::vars_os())?;
    Config::parse(&config.to_text()?, &overrides)?;
    setup::create(&folder, &config)?;
    let clock = Clock::system();
    let config = values::config(&folder, &overrides)?;
    let app = App::open(&folder, config.clone(), clock.clone())?;
    let pin = app.certificate(&folder)?.pin();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(verification::prepare(&app.store, &app.opaque, app.issuer()))?;
    let code = runtime.block_on(sign_up::issue(&app.store, None, clock.now()))?;
    let mut out = io::stdout();
    writeln!(out, "The server is set up in {}.", path.display())?;
    writeln!(out, "Start it with: coffer-server --data {} serve", path.display())?;
    writeln!(out, "Connect code for the first account, valid once, for 14 days:")?;
    print(&mut out, &connect_code(&config, pin, code)?)?;
    Ok(print_words(&mut out, pin)?)
}

/// The port of a server behind an address without one: that of HTTPS is a proxy's, or a privileged user's.
const PORT: u16 = 8443;

/// Asks at the terminal. An empty answer is the default.
fn ask(question: &str, default: Option<&str>) -> io::Result<String> {
    let mut out = io::stderr();
    match default {
        Some(default) => write!(out, "{question} [{default}]: ")?,
        None => write!(out, "{question}: ")?,
    }
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { default.unwrap_or_default() } else { answer }.to_owned())
}
