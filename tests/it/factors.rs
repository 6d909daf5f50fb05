//! Second factors of a sign-in.

use std::sync::Arc;

use totp_rs::{Algorithm, Builder};
use vault_sync::Error;
use vault_sync::account::{SecondFactor, SignInError, SignInStep};
use vault_wire::message::{Credential, Factor, ProblemCode, RecoveryCodes, TotpConfirm, TotpSecret};

use crate::support::{Owner, TestServer, device, done, rng};

/// The six digits of a secret at a time.
fn digits(secret: &TotpSecret, now: u64) -> Credential<32> {
    let bits: String = secret
        .secret
        .expose()
        .chars()
        .map(|letter| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap()))
        .collect();
    let bytes: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&bits[8 * at..8 * at + 8], 2).unwrap()).collect();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    let totp = totp.with_secret(bytes).build_noncompliant();
    Credential::new(&totp.generate(now / 1000).to_string()).unwrap()
}

/// An account with a second factor.
async fn protected(server: &TestServer) -> (Owner, TotpSecret, RecoveryCodes) {
    let owner = Owner::opened(server, 1).await;
    let client = device(server.origin(), &server.trust());
    let session = done(owner.sign_in(&client, &Arc::default()).await).session;
    let secret = session.offer_totp().await.unwrap();
    let confirm = TotpConfirm { code: digits(&secret, server.now()) };
    let codes = session.confirm_totp(&confirm).await.unwrap();
    assert!(session.factors().await.unwrap().totp);
    server.pass(30_000);
    (owner, secret, codes)
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
    let right = digits(&secret, server.now());
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
    let right = digits(&secret, server.now());
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
    let right = digits(&secret, server.now());
    assert!(factor.submit(Factor::Totp, &right, &mut rng()).await.is_err());
    server.pass(1000 * refused.retry_after.unwrap().as_secs());
    let right = digits(&secret, server.now());
    factor.submit(Factor::Totp, &right, &mut rng()).await.unwrap();
}
