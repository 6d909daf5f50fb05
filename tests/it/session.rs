//! Sessions: their tokens, and what ends them.

use std::sync::Arc;

use vault_sync::{Error, Session};
use vault_wire::message::{LogoutScope, ProblemCode};

use crate::support::{HostileServer, Kept, Owner, Reply, TestServer, device, done};

/// A session at a lying server, and where its tokens are.
struct Fixture {
    server: TestServer,
    hostile: HostileServer,
    owner: Owner,
    kept: Arc<Kept>,
    session: Session,
}

async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let (client, kept) = (device(hostile.origin(), &hostile.trust()), Arc::new(Kept::default()));
    let session = done(owner.sign_in(&client, &kept).await).session;
    Fixture { server, hostile, owner, kept, session }
}

impl Fixture {
    /// The session of the program after a restart.
    fn restarted(&self) -> Session {
        Session::resume(self.session.client().clone(), self.kept.last(), self.kept.clone())
    }
}

const TOKEN: &str = "POST /v1/auth/token";
const DEVICES: &str = "GET /v1/devices";

#[tokio::test]
async fn nothing_but_session_ended_ends_a_session() {
    let fixture = fixture().await;
    let Fixture { hostile, session, .. } = &fixture;
    let replies = [
        Reply::html(200),
        Reply::html(302),
        Reply::html(401),
        Reply::html(403),
        Reply::html(502),
        Reply::new(401, "application/json", "{}"),
        Reply::new(401, "application/problem+json", "{}"),
        Reply::problem(401, ProblemCode::SignInAgain),
        Reply::problem(401, ProblemCode::TokenInvalid),
        Reply::problem(401, ProblemCode::ProofInvalid),
        Reply::problem(401, ProblemCode::ProofNonce),
        Reply::problem(403, ProblemCode::Forbidden),
        Reply::problem(403, ProblemCode::SessionEnded),
        Reply::problem(500, ProblemCode::Internal),
        Reply::problem(503, ProblemCode::SessionEnded),
        Reply::new(200, "application/problem+json", Reply::problem(401, ProblemCode::SessionEnded).body),
    ];
    for reply in replies {
        let answer = reply.clone();
        hostile.answers("*", move |_| answer.clone());
        let error = session.devices().await.unwrap_err();
        assert!(!matches!(error, Error::SessionEnded), "{reply:?}");
        let error = session.refresh().await.unwrap_err();
        assert!(!matches!(error, Error::SessionEnded), "{reply:?}");
        hostile.reforms();
        session.devices().await.unwrap();
    }
    hostile.answers(DEVICES, |_| Reply::problem(401, ProblemCode::SessionEnded));
    assert!(matches!(session.devices().await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn the_end_of_a_session_is_told_and_nothing_is_sent_after_it() {
    let fixture = fixture().await;
    let Fixture { hostile, session, owner, .. } = &fixture;
    let client = device(hostile.origin(), &hostile.trust());
    let other = done(owner.sign_in(&client, &Arc::default()).await).session;
    other.end_sessions(None).await.unwrap();
    assert!(matches!(session.devices().await, Err(Error::SessionEnded)));
    let sent = hostile.seen().len();
    assert!(matches!(session.devices().await, Err(Error::SessionEnded)));
    assert_eq!(hostile.seen().len(), sent);
    assert!(matches!(fixture.restarted().devices().await, Err(Error::SessionEnded)));
    assert_eq!(other.sessions().await.unwrap().sessions.len(), 1);
    other.log_out(LogoutScope::This).await.unwrap();
    assert!(matches!(other.devices().await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn expired_tokens_are_renewed_once_for_all_requests() {
    let fixture = fixture().await;
    let Fixture { server, hostile, session, kept, .. } = &fixture;
    server.pass(11 * 60_000);
    let all = tokio::join!(session.devices(), session.sessions(), session.usage(), session.vaults(None));
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && all.3.is_ok());
    assert_eq!(hostile.count(TOKEN), 1);
    assert_eq!(kept.count(), 2);
    fixture.restarted().devices().await.unwrap();
}

#[tokio::test]
async fn t40_a_refresh_whose_answer_is_lost_costs_nothing() {
    let fixture = fixture().await;
    let Fixture { hostile, session, kept, .. } = &fixture;
    hostile.loses(TOKEN);
    assert!(matches!(session.refresh().await, Err(Error::Unreachable(_))));
    // The program is restarted before it learns of the successor.
    let restarted = fixture.restarted();
    assert!(matches!(restarted.devices().await, Err(Error::Unreachable(_))));
    hostile.reforms();
    restarted.devices().await.unwrap();
    let successor = kept.last();
    session.refresh().await.unwrap();
    assert_eq!(kept.last().expose(), successor.expose(), "the same token has the same successor");
}

#[tokio::test]
async fn t40_a_refresh_token_used_after_its_successor_ends_the_session() {
    let fixture = fixture().await;
    let Fixture { session, kept, .. } = &fixture;
    let copied = fixture.restarted();
    session.refresh().await.unwrap();
    session.refresh().await.unwrap();
    assert_eq!(kept.count(), 3);
    assert!(matches!(copied.refresh().await, Err(Error::SessionEnded)));
    assert!(matches!(session.devices().await, Err(Error::SessionEnded)), "a reused token ends the session");
}

#[tokio::test]
async fn t39_a_refresh_token_is_of_no_use_to_another_device() {
    let fixture = fixture().await;
    let Fixture { hostile, kept, .. } = &fixture;
    let thief = device(hostile.origin(), &hostile.trust());
    let stolen = Session::resume(thief, kept.last(), Arc::new(Kept::default()));
    assert!(matches!(stolen.devices().await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn tokens_that_are_not_stored_are_not_used() {
    let fixture = fixture().await;
    let Fixture { server, hostile, session, kept, .. } = &fixture;
    kept.fill(true);
    server.pass(11 * 60_000);
    let devices = hostile.count(DEVICES);
    assert!(matches!(session.devices().await, Err(Error::NotStored)));
    assert_eq!(hostile.count(DEVICES), devices + 1, "only the refused one");
    kept.fill(false);
    session.devices().await.unwrap();
    fixture.restarted().devices().await.unwrap();
}

#[tokio::test]
async fn a_nonce_that_expired_is_replaced_by_one_repetition() {
    let fixture = fixture().await;
    let Fixture { server, hostile, session, .. } = &fixture;
    session.refresh().await.unwrap();
    server.pass(9 * 60_000);
    let before = hostile.count(DEVICES);
    session.devices().await.unwrap();
    assert_eq!(hostile.count(DEVICES), before + 2);
    session.devices().await.unwrap();
    assert_eq!(hostile.count(DEVICES), before + 3);
    // A server that always asks for another one is not asked for ever.
    hostile.answers(DEVICES, |_| Reply::problem(401, ProblemCode::ProofNonce));
    let error = session.devices().await.unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::ProofNonce));
    assert_eq!(hostile.count(DEVICES), before + 5);
}

#[tokio::test]
async fn a_revoked_device_has_no_session() {
    let fixture = fixture().await;
    let Fixture { server, hostile, session, owner, .. } = &fixture;
    let client = device(hostile.origin(), &hostile.trust());
    let signed_in = done(owner.sign_in(&client, &Arc::default()).await);
    let revoked = session.client().device().id();
    let account = owner.root.account_id();
    let statement = signed_in.account.keyset.identity.revoke(account, revoked, false, server.now());
    signed_in.session.revoke_device(&revoked, &statement).await.unwrap();
    assert!(matches!(session.devices().await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn no_error_prints_a_token_a_password_or_text_of_the_server() {
    let fixture = fixture().await;
    let Fixture { hostile, session, kept, owner, .. } = &fixture;
    let access = hostile.seen().iter().rev().find_map(|sent| {
        sent.headers.get("authorization").map(|value| value.to_str().unwrap().replace("DPoP ", ""))
    });
    let secrets = [access.unwrap(), kept.last().expose().to_owned(), owner.password.clone()];
    let canary = "text of the server";
    let mut answers = vec![Reply::html(200), Reply::html(502), Reply::new(200, "application/json", canary)];
    let mut problem = Reply::problem(403, ProblemCode::Forbidden);
    problem.change_json(|problem| problem["detail"] = canary.into());
    answers.push(problem);
    for answer in answers {
        hostile.answers("*", move |_| answer.clone());
        for error in [session.devices().await.unwrap_err(), session.refresh().await.unwrap_err()] {
            let text = format!("{error} {error:?}");
            let printed = secrets.iter().find(|secret| text.contains(secret.as_str()));
            assert!(printed.is_none() && !text.contains(canary), "{text}");
        }
        hostile.reforms();
    }
}
