//! `coffer-server serve`.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::filter::LevelFilter;

use super::admin;
use super::error::CliError;
use super::memory;
use super::reload;
use super::values::config;
use crate::account::verification;
use crate::acme::Acme;
use crate::clock::Clock;
use crate::http::{App, Server, StartError, redirect, router};
use crate::metrics::Listener;
use crate::setup::{Folder, Overrides, Presented};
use crate::store::Options;

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
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads()).enable_all().build()?;
    runtime.block_on(serve(folder, &app, presented))
}

/// One for each processor, and one more for each connection to SQLite: while statements wait for the disk, others run.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    processors + Options::default().readers + 1
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
    let acme = Acme::new(folder, &app.config, presented.clone())?;
    let reloading = reload::watch(folder.clone(), app.clone(), presented)?;
    tracing::info!(address = %server.address()?, issuer = app.issuer().as_str(), "listening");
    let mut background = vec![
        tokio::spawn(app.upkeep().map_err(StartError::Secrets)?.run()),
        tokio::spawn(app.clone().work()),
        tokio::spawn(admin.serve(app.clone())),
        tokio::spawn(reloading),
        tokio::spawn(memory::give_back(app.hints.hub().clone())),
    ];
    if let Some(acme) = acme {
        background.push(tokio::spawn(acme.run()));
    }
    if let Some(address) = app.config.metrics_listen {
        let listener = Listener::bind(address).await.map_err(StartError::Listen)?;
        tracing::info!(metrics = %listener.address()?, "metrics");
        let metrics = app.clone();
        background.push(tokio::spawn(listener.serve(move || metrics.metrics_text())));
    }
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
        app.hints.hub().close();
    };
    tokio::join!(server.serve(stopping(stopped.clone())), redirecting, signals);
    background.iter().for_each(tokio::task::JoinHandle::abort);
    tracing::info!("stopped");
    Ok(())
}
