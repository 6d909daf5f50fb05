//! Traces, as a collector gets them.

mod collector;
mod protobuf;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Method;
use vault_server::store::Times;
use vault_server::telemetry::{Request, Spans};

use crate::http::vaults::{found, push};
use crate::log::Account;
use crate::support::{Account as SignedIn, TestServer};
use collector::{Answers, Collector};
use protobuf::Span;

async fn traced(endpoint: &str) -> TestServer {
    TestServer::start_with(|config| config.otel_endpoint = Some(endpoint.to_owned())).await
}

#[tokio::test]
async fn a_request_is_one_span_with_its_route_and_no_word_of_a_client() {
    let collector = Collector::start(Answers::Well).await;
    let server = traced(&collector.endpoint()).await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let entries = vec![peer.put(1)];
    push(&mut peer, &mut client, entries).await;
    let account = SignedIn::opened(&server, 2).await;
    let mut other = server.client(2);
    account.sign_in(&mut other).await;
    let tokens = [other.access.clone().unwrap(), client.access.clone().unwrap()];
    other.get("/v1/sessions?canary-query").await;
    client.plain(Method::GET, "/canary-path").await;
    client.plain("CANARY".parse().unwrap(), "/healthz").await;

    let last = |span: &Span| span.name == "other /healthz";
    let (spans, sent) = collector.until(last).await;
    let names: BTreeMap<&str, &Span> = spans.iter().map(|span| (span.name.as_str(), span)).collect();
    let pushed = names["POST /v1/vaults/{v}/log"];
    assert_eq!(pushed.text("http.route"), "/v1/vaults/{v}/log");
    assert_eq!(pushed.text("http.request.method"), "POST");
    assert_eq!(pushed.number("http.response.status_code"), 200);
    assert!(pushed.has("coffer.store.read") && pushed.has("coffer.store.write"));
    assert!(pushed.begun <= pushed.ended && pushed.ended - pushed.begun < 60_000_000_000);
    let lost = names["GET other"];
    assert_eq!(lost.number("http.response.status_code"), 404);
    assert!(!lost.has("coffer.store.read"));
    assert!(names.contains_key("POST /v1/auth/login/finish"));
    let known = [
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "coffer.store.read",
        "coffer.store.write",
    ];
    for span in &spans {
        assert!(span.attributes.keys().all(|key| known.contains(&key.as_str())), "{span:?}");
    }

    let (vault, id, device) = (peer.vault, owner.id(), client.device.id());
    let words: [&[u8]; 12] = [
        b"canary",
        b"CANARY",
        b"127.0.0.1",
        tokens[0].as_bytes(),
        tokens[1].as_bytes(),
        account.login.as_str().as_bytes(),
        vault.as_bytes(),
        id.as_bytes(),
        device.as_bytes(),
        &vault.to_string().into_bytes(),
        &id.to_string().into_bytes(),
        &device.to_string().into_bytes(),
    ];
    for word in words {
        assert!(!sent.windows(word.len()).any(|bytes| bytes == word), "{}", String::from_utf8_lossy(word));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_down_silent_or_talks_nonsense_stops_no_request() {
    for answers in [None, Some(Answers::Never), Some(Answers::Nonsense), Some(Answers::Endlessly)] {
        let endpoint = match answers {
            None => "http://127.0.0.1:1/v1/traces".to_owned(),
            Some(answers) => Collector::start(answers).await.endpoint(),
        };
        let server = traced(&endpoint).await;
        let client = server.client(1);
        for _ in 0..300 {
            assert_eq!(client.plain(Method::GET, "/healthz").await.status, 204, "{answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_collector_is_bounded_and_the_rest_is_dropped() {
    const ADDED: usize = 50_000;
    let collector = Collector::start(Answers::WhenReleased).await;
    let spans = Spans::new(&collector.endpoint(), None).unwrap();
    let request = Request {
        route: Some("/healthz"),
        method: "GET",
        status: 503,
        took: Duration::from_millis(1),
        store: Times::default(),
    };
    (0..ADDED).for_each(|_| spans.add(&request));
    collector.release();
    tokio::task::spawn_blocking(|| drop(spans)).await.unwrap();
    let (received, _) = collector.until(|_| true).await;
    assert!(received.iter().all(|span| span.failed));
    // Those that wait, and those that were on their way.
    assert!((4096..=4096 + 2 * 512).contains(&received.len()), "{}", received.len());
}

#[test]
fn an_address_or_file_that_cannot_be_used_is_refused() {
    assert!(Spans::new("no address", None).is_err());
    assert!(Spans::new("http://127.0.0.1:1/", Some(&PathBuf::from("/missing.pem"))).is_err());
}
