//! Changes of an account's password.

use std::sync::Arc;

use vault_sync::Error;
use vault_sync::account::SignInError;
use vault_wire::message::ProblemCode;

use crate::support::{HostileServer, Kept, Owner, TestServer, device, done};

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_other_sessions() {
    let server = TestServer::start().await;
    let mut owner = Owner::opened(&server, 1).await;
    let (one, two) = (device(server.origin(), &server.trust()), device(server.origin(), &server.trust()));
    let first = done(owner.sign_in(&one, &Arc::default()).await);
    let second = done(owner.sign_in(&two, &Arc::default()).await);

    owner.password = "another password".to_owned();
    let enrolment = owner.enrol(&one, first.pins.version + 1, None).await;
    assert_eq!(enrolment.version(), 2);
    enrolment.change_password(&first.session).await.unwrap();
    first.session.devices().await.unwrap();
    assert!(matches!(second.session.devices().await, Err(Error::SessionEnded)));

    assert_eq!(done(owner.sign_in(&two, &Arc::default()).await).pins.version, 2);
    let old = Owner::new(1);
    assert!(matches!(old.sign_in(&two, &Arc::default()).await, Err(SignInError::Refused)));
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_sent_again_and_a_stale_one_is_refused() {
    let server = TestServer::start().await;
    let mut owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let client = device(hostile.origin(), &hostile.trust());
    let signed_in = done(owner.sign_in(&client, &Arc::new(Kept::default())).await);
    owner.password = "another password".to_owned();
    let stale = owner.enrol(&client, 2, None).await;
    let enrolment = owner.enrol(&client, 2, None).await;
    hostile.loses("POST /v1/auth/register/finish");
    let lost = enrolment.change_password(&signed_in.session).await;
    assert!(matches!(lost, Err(Error::Unreachable(_))));
    hostile.reforms();
    enrolment.change_password(&signed_in.session).await.unwrap();
    let error = stale.change_password(&signed_in.session).await.unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::VersionConflict));
    done(owner.sign_in(&client, &Arc::default()).await);
}

#[tokio::test]
async fn a_change_needs_a_recent_sign_in() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let client = device(server.origin(), &server.trust());
    let signed_in = done(owner.sign_in(&client, &Arc::default()).await);
    let enrolment = owner.enrol(&client, 2, None).await;
    server.pass(6 * 60_000);
    let error = enrolment.change_password(&signed_in.session).await.unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::SignInAgain));
}
