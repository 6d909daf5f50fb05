//! `coffer-server serve`.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use super::admin;
use super::error::CliError;
use super::values::config;
use crate::clock::Clock;
use crate::http::{App, Server, StartError, router};
use crate::metrics::Listener;
use crate::setup::{Folder, Overrides};

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
        let operator = tokio::spawn(admin.serve(app.clone()));
        if let Some(address) = app.config.metrics_listen {
            let listener = Listener::bind(address).await.map_err(StartError::Listen)?;
            tracing::info!(metrics = %listener.address()?, "metrics");
            let metrics = app.clone();
            tokio::spawn(listener.serve(move || metrics.metrics_text()));
        }
        let work = tokio::spawn(app.clone().work());
        let hub = app.hints.hub().clone();
        let upkeep = tokio::spawn(app.upkeep().map_err(StartError::Secrets)?.run());
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
        work.abort();
        tracing::info!("stopped");
        Ok(())
    })
}
