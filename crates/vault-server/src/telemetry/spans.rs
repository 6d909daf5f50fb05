//! Spans, and their way to the collector: a bounded queue, from which a thread sends them.

use std::path::Path;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, RandomIdGenerator, Sampler, SdkTracer, SdkTracerProvider,
};

use super::client::Client;
use super::error::SpansError;
use crate::store::Times;

/// Spans that wait for the collector. More are dropped.
const WAITING: usize = 4096;
/// The most of one message.
const TOGETHER: usize = 512;
/// How long spans wait for others.
const DELAY: Duration = Duration::from_secs(1);
/// Time for an answer of the collector.
const TIME: Duration = Duration::from_secs(5);
/// Time for what still waits when the server stops.
const LAST: Duration = Duration::from_secs(2);

/// What is known of a request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The template of the route; none for an address that does not exist.
    pub route: Option<&'a str>,
    /// The method, if it is a known one.
    pub method: &'static str,
    /// The status.
    pub status: u16,
    /// How long it took until the answer began.
    pub took: Duration,
    /// The time in the database.
    pub store: Times,
}

/// Takes spans. They are sent until it is dropped.
pub struct Spans {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Spans {
    /// Sends spans to a collector, by OTLP over HTTP.
    ///
    /// # Errors
    /// See [`SpansError`].
    pub fn new(endpoint: &str, ca: Option<&Path>) -> Result<Self, SpansError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new(ca, TIME)?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(TIME)
            .with_retry_policy(RetryPolicy::disabled())
            .build()
            .map_err(|_| SpansError::Endpoint)?;
        let queue = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(TOGETHER)
            .with_scheduled_delay(DELAY)
            .build();
        let resource = Resource::builder_empty()
            .with_service_name("coffer-server")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(queue).build())
            .with_id_generator(RandomIdGenerator::default())
            .with_sampler(Sampler::AlwaysOn)
            .with_resource(resource.build())
            .build();
        let tracer = provider.tracer("coffer-server");
        Ok(Self { provider, tracer })
    }

    /// Adds the span of a request that was just answered. It never waits: if the queue is full, the span is dropped.
    pub fn add(&self, request: &Request<'_>) {
        let Request { route, method, status, took, store } = *request;
        let route = route.unwrap_or("other");
        let end = SystemTime::now();
        let mut attributes = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ];
        for (name, time) in [("coffer.store.read", store.reading), ("coffer.store.write", store.writing)] {
            if !time.is_zero() {
                attributes.push(KeyValue::new(name, time.as_secs_f64()));
            }
        }
        let builder = SpanBuilder::from_name([method, " ", route].concat())
            .with_kind(SpanKind::Server)
            .with_start_time(end.checked_sub(took).unwrap_or(end))
            .with_attributes(attributes);
        let mut span = self.tracer.build_with_context(builder, &Context::new());
        if status >= 500 {
            span.set_status(Status::error(""));
        }
        span.end_with_timestamp(end);
    }
}

impl Drop for Spans {
    /// Sends what waits, if that does not take long. It blocks.
    fn drop(&mut self) {
        let _ = self.provider.shutdown_with_timeout(LAST);
    }
}
