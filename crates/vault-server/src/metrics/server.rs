//! What is counted.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use vault_wire::message::{PushReply, PushResult};

use super::label::{
    Entry, EntryResult, Mail, MailResult, RefusalNumber, Request, Route, SignIn, SignInOutcome,
};

/// Bounds of the histogram, in seconds.
const SECONDS: [f64; 8] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0];

/// The metrics of a server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    pushes: Counter,
    entries: Family<Entry, Counter>,
    refusals: Family<RefusalNumber, Counter>,
    sign_ins: Family<SignIn, Counter>,
    mails: Family<Mail, Counter>,
    streams: Gauge,
    store_queue: Gauge,
}

/// What is read when the metrics are.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Open streams of events.
    pub streams: usize,
    /// Transactions that wait for the database.
    pub store_queue: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("coffer"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            pushes: Counter::default(),
            entries: Family::default(),
            refusals: Family::default(),
            sign_ins: Family::default(),
            mails: Family::default(),
            streams: Gauge::default(),
            store_queue: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests by route and class of status", metrics.requests.clone());
        let help = "Time until the answer began";
        registry.register_with_unit("request", help, Unit::Seconds, metrics.seconds.clone());
        registry.register("pushes", "Batches of entries", metrics.pushes.clone());
        registry.register("entries", "Entries of batches", metrics.entries.clone());
        registry.register("refusals", "Refused entries by the protocol's number", metrics.refusals.clone());
        registry.register("sign_ins", "Steps of sign-ins", metrics.sign_ins.clone());
        registry.register("mails", "Mails", metrics.mails.clone());
        registry.register("streams", "Open streams of events", metrics.streams.clone());
        let help = "Transactions that wait for the database";
        registry.register("store_queue", help, metrics.store_queue.clone());
        metrics
    }
}

impl Metrics {
    /// Counts a request to a route, which is the template of its address.
    pub fn request(&self, route: Option<&str>, method: &'static str, status: u16, took: Duration) {
        let route = route.unwrap_or("other").to_owned();
        let status = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { route, method, status }).inc();
    }

    /// Counts a push with its entries.
    pub fn push(&self, reply: &PushReply) {
        self.pushes.inc();
        for result in &reply.results {
            let label = match result {
                PushResult::Accepted { .. } => EntryResult::Accepted,
                PushResult::Conflict { .. } => EntryResult::Conflict,
                PushResult::Refused(refusal) => {
                    self.refusals.get_or_create(&RefusalNumber { number: refusal.number() }).inc();
                    EntryResult::Refused
                }
            };
            self.entries.get_or_create(&Entry { result: label }).inc();
        }
    }

    /// Counts a step of a sign-in.
    pub fn sign_in(&self, outcome: SignInOutcome) {
        self.sign_ins.get_or_create(&SignIn { outcome }).inc();
    }

    /// Counts a mail.
    pub fn mail(&self, result: MailResult) {
        self.mails.get_or_create(&Mail { result }).inc();
    }

    /// The text for Prometheus, in the format of OpenMetrics.
    #[must_use]
    pub fn text(&self, now: Now) -> String {
        self.streams.set(i64::try_from(now.streams).unwrap_or(i64::MAX));
        self.store_queue.set(i64::try_from(now.store_queue).unwrap_or(i64::MAX));
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}
