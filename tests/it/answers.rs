//! Answers that no server of this protocol gives.

use std::sync::Arc;
use std::time::Duration;

use vault_sync::{Connection, Error, Network, Session, Timeouts, Unreachable};
use vault_wire::message::{JsonMessage as _, KeysetReply, ProblemCode, Refusal};

use crate::support::{HostileServer, Owner, Reply, TestServer, device, discovered, done};

async fn session() -> (TestServer, HostileServer, Session) {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let client = device(hostile.origin(), &hostile.trust());
    let session = done(owner.sign_in(&client, &Arc::default()).await).session;
    (server, hostile, session)
}

#[tokio::test]
async fn pages_of_others_and_of_proxies_are_distinguished() {
    let (_server, hostile, session) = session().await;
    for (status, intermediary) in [
        (200, false),
        (204, false),
        (302, false),
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (407, false),
        (413, true),
        (429, true),
        (500, true),
        (502, true),
        (503, true),
        (504, true),
        (599, true),
    ] {
        hostile.answers("*", move |_| Reply::html(status));
        match session.devices().await.unwrap_err() {
            Error::Intermediary { status: found } => assert!(intermediary && found == status),
            Error::NotCoffer { status: found } => assert!(!intermediary && found == status),
            error => panic!("{status}: {error:?}"),
        }
        hostile.reforms();
    }
    session.devices().await.unwrap();
}

#[tokio::test]
async fn t22_answers_out_of_form_are_refused() {
    let (_server, hostile, session) = session().await;
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"devices":[{}]}"#,
        r#"{"devices":[],"devices":[]}"#,
        "{\"devices\":[]}x",
    ] {
        hostile.answers("GET /v1/devices", move |_| Reply::new(200, "application/json", body));
        assert!(matches!(session.devices().await, Err(Error::Malformed)), "{body}");
        hostile.reforms();
    }
    for (body, version) in [
        (&b""[..], None),
        (b"\x83\x01\x80", None),
        (b"\x83\x02\x80\xf6", Some(2)),
        (b"\x83\x01\x80\xf6\x00", None),
    ] {
        hostile.answers("GET /v1/vaults", move |_| Reply::new(200, "application/cbor", body));
        let error = session.vaults(None).await.unwrap_err();
        match version {
            None => assert!(matches!(error, Error::Malformed), "{body:?}"),
            Some(version) => assert!(matches!(error, Error::UnknownVersion(found) if found == version)),
        }
        hostile.reforms();
    }
    // The right bytes of another media type are another site's.
    hostile.changes("GET /v1/devices", |_, reply| {
        reply.headers.insert("content-type", "text/plain".parse().unwrap());
    });
    assert!(matches!(session.devices().await, Err(Error::NotCoffer { status: 200 })));
}

#[tokio::test]
async fn t22_answers_longer_than_their_message_are_not_read_to_the_end() {
    let (_server, hostile, session) = session().await;
    let long = vec![b' '; KeysetReply::MAX_LEN + 1];
    for reply in [
        Reply::new(200, "application/json", long),
        Reply::new(200, "application/json", vec![b' '; 1000]).endless(),
    ] {
        hostile.answers("GET /v1/account/keyset", move |_| reply.clone());
        assert!(matches!(session.keyset().await, Err(Error::TooLong)));
        hostile.reforms();
    }
    // Nor is an endless problem document.
    hostile.answers("*", |_| Reply::problem(503, ProblemCode::Unavailable).endless());
    assert!(matches!(session.keyset().await, Err(Error::Intermediary { status: 503 })));
}

#[tokio::test]
async fn an_answer_that_stalls_is_given_up() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let timeouts = Timeouts { idle: Duration::from_millis(50), ..Timeouts::default() };
    let network = Network { timeouts, ..Network::default() };
    let connection = Connection::new(hostile.origin(), &hostile.trust(), &network).unwrap();
    for reply in [Reply::new(200, "application/json", "{"), Reply::problem(503, ProblemCode::Unavailable)] {
        hostile.answers("*", move |_| reply.clone().stalled());
        let error = discovered(&connection).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable(Unreachable::Timeout)), "{error:?}");
        hostile.reforms();
    }
}

#[tokio::test]
async fn what_a_problem_says_is_passed_on() {
    let (_server, hostile, session) = session().await;
    hostile.answers("*", |_| {
        let mut reply = Reply::problem(422, ProblemCode::Refused);
        reply.change_json(|problem| {
            problem["refusal"] = 65.into();
            problem["retry_after"] = 7.into();
            problem["vaults"] = vec!["ab".repeat(16)].into();
            problem["later"] = "unknown members are ignored".into();
        });
        reply
    });
    let Err(Error::Refused(refused)) = session.devices().await else { panic!() };
    assert_eq!((refused.code, refused.status), (ProblemCode::Refused, 422));
    assert_eq!(refused.refusal, Some(Refusal::Quota));
    assert_eq!(refused.retry_after.unwrap().as_secs(), 7);
    assert_eq!(refused.vaults.len(), 1);
    hostile.reforms();
    hostile.answers("*", |_| {
        let mut reply = Reply::problem(418, ProblemCode::Unknown);
        reply.change_json(|problem| problem["code"] = "of-a-later-server".into());
        reply
    });
    let Err(Error::Refused(refused)) = session.devices().await else { panic!() };
    assert_eq!((refused.code, refused.status), (ProblemCode::Unknown, 418));
}
