//! `coffer-server serve`.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use super::admin;
use super::error::CliError;
use super::values::config;
use crate::account::sweep;
use crate::clock::Clock;
use crate::http::{App, Server, StartError, router};
use crate::setup::{Folder, Overrides};

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
    let tls = app.certificate(folder)?.tls()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let server = Server::bind(&app.config, tls, router(app.clone())).await.map_err(StartError::Listen)?;
        let admin = admin::Socket::bind(folder)?;
        tracing::info!(address = %server.address()?, issuer = app.issuer().as_str(), "listening");
        let upkeep = tokio::spawn(app.logs.clone().keep_up(app.clock.clone()));
        let operator = tokio::spawn(admin.serve(app.clone()));
        let work = tokio::spawn(app.clone().work());
        let hub = app.hints.hub().clone();
        let sweeper = tokio::spawn(sweep(app));
        server
            .serve(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!("stopping");
                hub.close();
            })
            .await;
        operator.abort();
        upkeep.abort();
        sweeper.abort();
        work.abort();
        tracing::info!("stopped");
        Ok(())
    })
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
