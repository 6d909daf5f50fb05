//! `coffer-server serve`.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::filter::LevelFilter;

use super::admin;
use super::error::CliError;
use super::reload;
use super::values::config;
use crate::account::{sweep, verification};
use crate::clock::Clock;
use crate::http::{App, Server, StartError, redirect, router};
use crate::setup::{Folder, Overrides, Presented};

/// Between two deletions of what has expired.
const HOUR: Duration = Duration::from_secs(3600);

/// Runs the server until it gets SIGTERM or SIGINT.
pub fn run(folder: &Folder, overrides: &Overrides) -> Result<(), CliError> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_max_level(LevelFilter::INFO)
        .init();
    let config = config(folder, overrides)?;
    let app = App::open(folder, config, Clock::system())?;
    let presented = Presented::new(app.certificate(folder)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(folder, &app, presented))
}

async fn serve(folder: &Folder, app: &App, presented: Arc<Presented>) -> Result<(), CliError> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let tls = presented.clone().tls()?;
    let server = Server::bind(&app.config, tls, router(app.clone())).await.map_err(StartError::Listen)?;
    let plain = match (app.config.redirect_listen, app.config.addresses.first()) {
        (Some(address), Some(to)) => {
            let plain = Server::bind_plain(&app.config, address, redirect(to.clone())).await;
            Some(plain.map_err(StartError::Listen)?)
        }
        _ => None,
    };
    verification::prepare(&app.store, &app.opaque, app.issuer()).await?;
    let admin = admin::Socket::bind(folder)?;
    if let Some(plain) = &plain {
        tracing::info!(address = %plain.address()?, "redirecting");
    }
    let reloading = reload::watch(folder.clone(), app.clone(), presented)?;
    tracing::info!(address = %server.address()?, issuer = app.issuer().as_str(), "listening");
    let background = [
        tokio::spawn(app.logs.clone().keep_up(app.clock.clone())),
        tokio::spawn(admin.serve(app.clone())),
        tokio::spawn(sweep(app.clone())),
        tokio::spawn(reloading),
    ];
    let (stop, stopped) = watch::channel(false);
    let stopping = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stops| *stops).await;
    };
    let redirecting = async {
        if let Some(plain) = plain {
            plain.serve(stopping(stopped.clone())).await;
        }
    };
    let signals = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        let _ = stop.send(true);
    };
    tokio::join!(server.serve(stopping(stopped.clone())), redirecting, signals);
    background.iter().for_each(tokio::task::JoinHandle::abort);
    tracing::info!("stopped");
    Ok(())
}

/// Deletes what has expired, at the start and every hour.
async fn sweep(app: App) {
    let mut hours = tokio::time::interval(HOUR);
    loop {
        hours.tick().await;
        if let Err(error) = sweep::sweep(&app.store, app.clock.now()).await {
            tracing::warn!(%error, "what has expired is not deleted yet");
        }
    }
}
