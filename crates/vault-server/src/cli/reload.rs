//! Loading the certificate again, after SIGHUP or when a file has changed.

use std::fs;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::interval;

use crate::http::App;
use crate::setup::{CertificateError, Folder, Presented, Source};

/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(2);

/// The files as they were seen: those that are missing have no time.
type Seen = Vec<Option<(SystemTime, u64)>>;

/// Replaces the certificate whenever the operator's files change, or at SIGHUP. Files that cannot be used change nothing. A
/// self-signed one is made again with the same key.
///
/// # Errors
/// If the system gives no signals.
pub fn watch(
    folder: Folder,
    app: App,
    presented: Arc<Presented>,
) -> io::Result<impl Future<Output = ()> + Send> {
    let mut hangup = signal(SignalKind::hangup())?;
    let files = files(&folder, &app);
    let mut seen = look(&files);
    Ok(async move {
        let mut looks = interval(LOOK);
        loop {
            tokio::select! {
                hangup = hangup.recv() => if hangup.is_none() { return },
                _ = looks.tick() => {
                    let now = look(&files);
                    if now == seen {
                        continue;
                    }
                    seen = now;
                }
            }
            match replace(&folder, &app, &presented) {
                Ok(()) => tracing::info!("the certificate is loaded again"),
                Err(error) => tracing::error!(%error, "the certificate stays: the new one cannot be used"),
            }
        }
    })
}

fn replace(folder: &Folder, app: &App, presented: &Presented) -> Result<(), CertificateError> {
    presented.replace(app.certificate(folder)?)
}

/// The operator's files.
fn files(folder: &Folder, app: &App) -> Vec<PathBuf> {
    let key = match &app.config.certificate_key {
        Some(Source::File(path)) => Some(path),
        _ => None,
    };
    app.config.certificate.iter().chain(key).map(|path| folder.path(path)).collect()
}

fn look(files: &[PathBuf]) -> Seen {
    let one = |path: &PathBuf| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.iter().map(one).collect()
}
