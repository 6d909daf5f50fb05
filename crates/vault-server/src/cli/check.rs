//! `coffer-server check`.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use time::OffsetDateTime;
use vault_wire::message::Origin;

use super::error::CliError;
use super::values::{self, config, print_words};
use crate::clock::Clock;
use crate::http::{self, App};
use crate::outside::{self, Finding, Trust, Way};
use crate::setup::{CertificateParts, Folder, Overrides};

/// Where systems keep the certificates of authorities.
const AUTHORITIES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// The free space below which is warned.
const SPACE: u64 = 1 << 30;

/// What is checked.
#[derive(Debug, Args)]
pub struct Check {
    /// Asks a server under this address from outside, as clients do.
    #[arg(long, value_parser = values::origin)]
    url: Option<Origin>,
    /// Asks the server of this connect code.
    #[arg(long)]
    connect_code: Option<String>,
    /// Authorities to trust, in PEM, instead of the system's.
    #[arg(long)]
    authorities: Option<PathBuf>,
}

/// Checks the server of this folder, or one from outside, and prints what it finds.
pub fn run(folder: impl FnOnce() -> Result<Folder, CliError>, check: Check) -> Result<(), CliError> {
    if check.url.is_some() || check.connect_code.is_some() {
        return from_outside(check);
    }
    let (folder, overrides) = (folder()?, Overrides::from_environment(std::env::vars_os())?);
    let config = config(&folder, &overrides)?;
    let app = App::open(&folder, config.clone(), Clock::system())?;
    let chain = app.certificate(&folder)?;
    let dates = chain.chain().first().and_then(|first| CertificateParts::parse(first));
    let now = OffsetDateTime::now_utc();
    let pin = chain.pin();
    chain.tls()?;
    let mut out = io::stdout();
    write!(out, "{}", config.to_text()?)?;
    print_words(&mut out, pin)?;
    report(&[
        ("disk", space(&folder)),
        ("clock", clock(&folder, now)),
        ("modes", modes(&folder)),
        ("certificate", outside::dates(dates.as_ref(), now)),
    ])
}

fn from_outside(check: Check) -> Result<(), CliError> {
    let Check { url, connect_code, authorities } = check;
    let code = connect_code.as_deref().map(values::code).transpose().map_err(CliError::Answer)?;
    let code = code.as_ref();
    let address =
        url.or(code.map(|code| code.address.clone())).ok_or(CliError::Answer("an address is needed"))?;
    let trust = match code.and_then(|code| code.key) {
        Some(key) => Trust::Pin(*key.as_bytes()),
        None => Trust::Roots(Arc::new(roots(authorities)?)),
    };
    let way = Way::new(&address, trust)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let issuer = code.map(|code| &code.issuer);
    report(&runtime.block_on(outside::check(&way, issuer, OffsetDateTime::now_utc())))
}

/// Prints an OpenAPI document of the server.
pub fn openapi(folder: &Folder) -> Result<(), CliError> {
    let config = config(folder, &Overrides::from_environment(std::env::vars_os())?)?;
    writeln!(io::stdout(), "{:#}", http::openapi(config.issuer.as_str()))?;
    Ok(())
}

/// Prints findings.
fn report(findings: &[Finding]) -> Result<(), CliError> {
    let mut out = io::stdout();
    for (name, found) in findings {
        match found {
            Ok(text) => writeln!(out, "# ok     {name}: {text}")?,
            Err(text) => writeln!(out, "# wrong  {name}: {text}")?,
        }
    }
    match findings.iter().filter(|(_, found)| found.is_err()).count() {
        0 => Ok(()),
        wrong => Err(CliError::Wrong(wrong)),
    }
}

/// The authorities that are trusted.
fn roots(file: Option<PathBuf>) -> Result<RootCertStore, CliError> {
    let named = file.or_else(|| std::env::var_os("SSL_CERT_FILE").map(PathBuf::from));
    let system = || AUTHORITIES.iter().map(PathBuf::from).find(|path| path.exists());
    let path =
        named.or_else(system).ok_or(CliError::Answer("no authorities: name a file with --authorities"))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(io::Error::other)? {
        // A system may have some that cannot be read.
        let _ = roots.add(certificate.map_err(io::Error::other)?);
    }
    Ok(roots)
}

fn space(folder: &Folder) -> Result<String, String> {
    let disk = rustix::fs::statvfs(folder.path("")).map_err(|error| error.to_string())?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let text = format!("{} MB free", free / 1_000_000);
    if free < SPACE { Err(text) } else { Ok(text) }
}

/// A clock behind the last write of the database, or behind this program, is wrong.
fn clock(folder: &Folder, now: OffsetDateTime) -> Result<String, String> {
    let written = |name| fs::metadata(folder.path(name)).and_then(|file| file.modified()).ok();
    let last = [Folder::DATABASE, Folder::CONFIG].into_iter().filter_map(written).max();
    let last = last.unwrap_or(SystemTime::UNIX_EPOCH);
    if OffsetDateTime::from(last) > now + time::Duration::MINUTE {
        return Err(format!("it says {now}, and files here were written later"));
    }
    Ok(now.to_string())
}

/// All files in the folder are closed to others.
fn modes(folder: &Folder) -> Result<String, String> {
    use std::os::unix::fs::MetadataExt as _;

    let entries = fs::read_dir(folder.path("")).map_err(|error| error.to_string())?;
    let open = entries.filter_map(Result::ok).filter(|entry| {
        let mode = entry.metadata().map_or(0, |metadata| metadata.mode());
        // What is below the folder cannot be reached by others; keys must not be open even if they are moved.
        mode & 0o077 != 0 && entry.path().extension().is_some_and(|end| end == "key" || end == "toml")
    });
    let open: Vec<_> = open.map(|entry| entry.file_name().display().to_string()).collect();
    if open.is_empty() {
        Ok("closed to others".to_owned())
    } else {
        Err(format!("open to others: {}", open.join(", ")))
    }
}
