use totp_rs::{Algorithm, Builder};
use vault_wire::message::{
    Credential, Factor, FactorCode, FactorState, LoginStep, RecoveryCodes, TotpConfirm, TotpSecret,
};

use crate::support::{Account, Answer, Client, TestServer};

/// The six digits of a secret at a time.
pub fn digits(secret: &TotpSecret, now: u64) -> Credential<32> {
    let secret = secret.secret.expose();
    let mut bits = String::new();
    for letter in secret.chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    let bytes: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&bits[8 * at..8 * at + 8], 2).unwrap()).collect();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    let totp = totp.with_secret(bytes).build_noncompliant();
    Credential::new(&totp.generate(now / 1000).to_string()).unwrap()
}

async fn enrol(server: &TestServer, client: &mut Client) -> (TotpSecret, RecoveryCodes) {
    let secret: TotpSecret =
        client.call(axum::http::Method::POST, "/v1/account/factors/totp", None, Vec::new()).await.json();
    let confirm = TotpConfirm { code: digits(&secret, server.now()) };
    let codes = client.post("/v1/account/factors/totp/confirm", &confirm).await.json();
    (secret, codes)
}

/// Signs in up to the second factor and sends a code.
async fn send_code(account: &Account, client: &mut Client, route: &str, code: &Credential<32>) -> Answer {
    let LoginStep::Factor { state, factors } = account.log_in(client).await.json() else { panic!() };
    assert_eq!(factors.to_vec(), [Factor::Totp, Factor::Recovery]);
    let code = Credential::new(code.expose()).unwrap();
    client.post(route, &FactorCode { state, code }).await
}

#[tokio::test]
async fn a_sign_in_needs_the_second_factor_and_each_code_works_once() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let wrong = TotpConfirm { code: Credential::new("000000").unwrap() };
    assert_eq!(client.post("/v1/account/factors/totp/confirm", &wrong).await.problem().1, "sign-in-refused");
    let (secret, codes) = enrol(&server, &mut client).await;
    let state: FactorState = client.get("/v1/account/factors").await.json();
    assert!(state.totp && state.recovery_left == 10);

    // The code that confirmed is used.
    let (totp, recovery) = ("/v1/auth/mfa/totp", "/v1/auth/mfa/recovery");
    let used = digits(&secret, server.now());
    assert_eq!(send_code(&account, &mut client, totp, &used).await.problem().1, "sign-in-refused");
    server.pass(30_000);
    let next = digits(&secret, server.now());
    let step: LoginStep = send_code(&account, &mut client, totp, &next).await.json();
    account.complete(&mut client, step).await;
    assert_eq!(send_code(&account, &mut client, totp, &next).await.problem().1, "sign-in-refused");

    let step: LoginStep = send_code(&account, &mut client, recovery, &codes.codes[3]).await.json();
    account.complete(&mut client, step).await;
    assert_eq!(
        send_code(&account, &mut client, recovery, &codes.codes[3]).await.problem().1,
        "sign-in-refused"
    );
    let state: FactorState = client.get("/v1/account/factors").await.json();
    assert_eq!(state.recovery_left, 9);
    assert_eq!(client.delete("/v1/account/factors/totp").await.status, 204);
    account.sign_in(&mut client).await;
}

#[tokio::test]
async fn a_state_works_once_in_its_step_on_its_device_and_for_a_minute() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut client, mut other) = (server.client(1), server.client(2));
    account.sign_in(&mut client).await;
    let (secret, _) = enrol(&server, &mut client).await;
    server.pass(30_000);
    let LoginStep::Factor { state, .. } = account.log_in(&mut client).await.json() else { panic!() };
    let message = || FactorCode {
        state: Credential::new(state.expose()).unwrap(),
        code: digits(&secret, server.now()),
    };
    assert_eq!(other.post("/v1/auth/mfa/totp", &message()).await.problem(), (401, "sign-in-expired".into()));
    let device = vault_wire::message::AddDevice {
        state: Credential::new(state.expose()).unwrap(),
        device: account.device_keys(&client),
    };
    assert_eq!(client.post("/v1/devices", &device).await.problem().1, "sign-in-expired");
    let done: LoginStep = client.post("/v1/auth/mfa/totp", &message()).await.json();
    account.complete(&mut client, done).await;
    server.pass(30_000);
    assert_eq!(client.post("/v1/auth/mfa/totp", &message()).await.problem().1, "sign-in-expired");
    let LoginStep::Factor { state, .. } = account.log_in(&mut client).await.json() else { panic!() };
    server.pass(60_000);
    let late = FactorCode { state, code: digits(&secret, server.now()) };
    assert_eq!(client.post("/v1/auth/mfa/totp", &late).await.problem().1, "sign-in-expired");
}

#[tokio::test]
async fn a_session_without_the_factor_that_the_account_has_now_is_not_recent() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut client, mut other) = (server.client(1), server.client(2));
    account.sign_in(&mut client).await;
    account.sign_in(&mut other).await;
    enrol(&server, &mut client).await;
    assert_eq!(other.delete("/v1/account/factors/totp").await.problem().1, "sign-in-again");
}
