//! Second factors of a sign-in.

use std::sync::Arc;

use vault_sync::Error;
use vault_sync::account::{SecondFactor, SignInError, SignInStep};
use vault_wire::message::{Credential, Factor, ProblemCode, RecoveryCodes, TotpConfirm, TotpSecret};

use crate::support::{Owner, TestServer, device, digits, done, rng};

/// An account with a second factor.
async fn protected(server: &TestServer) -> (Owner, TotpSecret, RecoveryCodes) {
    let owner = Owner::opened(server, 1).await;
    let client = device(server.origin(), &server.trust());
    let session = done(owner.sign_in(&client, &Arc::default()).await).session;
    let secret = session.offer_totp().await.unwrap();
    let confirm = TotpConfirm { code: code_of(&secret, server.now()) };
    let codes = session.confirm_totp(&confirm).await.unwrap();
    assert!(session.factors().await.unwrap().totp);
    server.pass(30_000);
    (owner, secret, codes)
}

fn code_of(secret: &TotpSecret, now: u64) -> Credential<32> {
    Credential::new(&digits(secret.secret.expose(), now)).unwrap()
}

fn asked(step: Result<SignInStep, SignInError>) -> SecondFactor {
    match step.unwrap() {
        SignInStep::Factor(factor) => *factor,
        SignInStep::Done(_) => panic!("no second factor is asked for"),
    }
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_may_be_tried_again() {
    let server = TestServer::start().await;
    let (owner, secret, _) = protected(&server).await;
    let client = device(server.origin(), &server.trust());
    let mut factor = asked(owner.sign_in(&client, &Arc::default()).await);
    assert_eq!(factor.factors().collect::<Vec<_>>(), [Factor::Totp, Factor::Recovery]);
    let wrong = Credential::new("000000").unwrap();
    assert!(matches!(factor.submit(Factor::Totp, &wrong, &mut rng()).await, Err(SignInError::Refused)));
    let right = code_of(&secret, server.now());
    let signed_in = factor.submit(Factor::Totp, &right, &mut rng()).await.unwrap();
    assert_eq!(signed_in.session.devices().await.unwrap().devices.len(), 2);
}

#[tokio::test]
async fn a_code_that_takes_longer_than_the_servers_state_is_accepted() {
    let server = TestServer::start().await;
    let (owner, secret, _) = protected(&server).await;
    let client = device(server.origin(), &server.trust());
    let mut factor = asked(owner.sign_in(&client, &Arc::default()).await);
    server.pass(10 * 60_000);
    let right = code_of(&secret, server.now());
    factor.submit(Factor::Totp, &right, &mut rng()).await.unwrap();
}

#[tokio::test]
async fn a_recovery_code_stands_for_the_second_factor_once() {
    let server = TestServer::start().await;
    let (owner, _, codes) = protected(&server).await;
    let client = device(server.origin(), &server.trust());
    let code = codes.codes.first().unwrap();
    let mut factor = asked(owner.sign_in(&client, &Arc::default()).await);
    let session = factor.submit(Factor::Recovery, code, &mut rng()).await.unwrap().session;
    assert_eq!(session.factors().await.unwrap().recovery_left, 9);
    let mut factor = asked(owner.sign_in(&client, &Arc::default()).await);
    assert!(matches!(factor.submit(Factor::Recovery, code, &mut rng()).await, Err(SignInError::Refused)));
}

#[tokio::test]
async fn t42_guessing_codes_is_delayed_and_the_delay_is_told() {
    let server = TestServer::start().await;
    let (owner, secret, _) = protected(&server).await;
    let client = device(server.origin(), &server.trust());
    let mut factor = asked(owner.sign_in(&client, &Arc::default()).await);
    let wrong = Credential::new("000000").unwrap();
    let mut guesses = 0;
    let refused = loop {
        match factor.submit(Factor::Totp, &wrong, &mut rng()).await {
            Err(SignInError::Refused) if guesses < 50 => guesses += 1,
            Err(SignInError::Server(Error::Refused(refused))) => break refused,
            _ => panic!("not delayed after {guesses} guesses"),
        }
    };
    assert_eq!(refused.code, ProblemCode::RateLimited);
    // Nor is the right code accepted before that.
    let right = code_of(&secret, server.now());
    assert!(factor.submit(Factor::Totp, &right, &mut rng()).await.is_err());
    server.pass(1000 * refused.retry_after.unwrap().as_secs());
    let right = code_of(&secret, server.now());
    factor.submit(Factor::Totp, &right, &mut rng()).await.unwrap();
}
