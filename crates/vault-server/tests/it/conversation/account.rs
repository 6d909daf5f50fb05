//! What a program sends for an account: sign-up, sign-in in all ways, devices, sessions, factors, the way out.

use axum::http::Method;
use vault_wire::message::{
    ChangeLogin, CodeFinish, CodeStart, CodeStartReply, Credential, DeviceLabel, FactorCode, FixedBytes,
    LoginStep, Logout, LogoutScope, MailCode, RecoveryCodes, Refresh, Tokens, TotpConfirm, TotpSecret,
};

use crate::account::factors::digits;
use crate::account::recovery_code::{code, code_box};
use crate::support::{Account, Client, TestServer};

/// The whole life of an account.
pub async fn life(server: &TestServer) {
    let mut account = Account::new(1);
    account.open(server, 1).await;
    let (mut one, mut two) = (server.client(1), server.client(2));
    for path in ["/.well-known/coffer", "/v1/jwks.json"] {
        one.get(path).await;
    }
    let tokens = account.sign_in(&mut one).await;
    refresh(&mut one, tokens).await;
    let label = DeviceLabel { label: FixedBytes::new(vec![1; 329]).unwrap() };
    one.put(&format!("/v1/devices/{}/label", one.device.id()), &label).await;
    for path in ["/v1/devices", "/v1/sessions", "/v1/account/keyset", "/v1/account/usage"] {
        one.get(path).await;
    }
    second_factor(server, &account, &mut one, &mut two).await;
    recovery_code(server, &mut account, &mut one).await;
    account.sign_in(&mut one).await;
    let revoked = two.device.id();
    one.post_cbor(&format!("/v1/devices/{revoked}/revoke"), &account.revocation(revoked)).await;
    one.delete("/v1/sessions").await;
    account.login = Account::new(3).login;
    one.post("/v1/account/login", &ChangeLogin { login: account.login.clone(), code: None }).await;
    one.anonymous("/v1/auth/mail", &MailCode { login: account.login.clone() }).await;
    let wrong = Account { password: [9; 32], login: account.login.clone(), ..Account::new(1) };
    let waiting = wrong.registration(&mut one, 7, None).await;
    one.anonymous("/v1/account/reenrol", &waiting).await;
    one.delete("/v1/account/reenrol").await;
    one.get("/v1/audit?after=2").await;
    one.get("/v1/account/export").await;
    one.post("/v1/auth/logout", &Logout { scope: LogoutScope::All }).await;
    one.get("/v1/sessions").await;
    account.sign_in(&mut one).await;
    one.delete("/v1/account").await;
}

/// Exchanges the refresh token.
async fn refresh(client: &mut Client, tokens: Tokens) {
    let tokens: Tokens = client.post("/v1/auth/token", &Refresh { refresh: tokens.refresh }).await.json();
    client.access = Some(tokens.access.expose().to_owned());
}

/// Enrols a second factor, signs in with it in both ways on another device, and removes it.
async fn second_factor(server: &TestServer, account: &Account, one: &mut Client, two: &mut Client) {
    let totp = "/v1/account/factors/totp";
    let secret: TotpSecret = one.call(Method::POST, totp, None, Vec::new()).await.json();
    let confirm = TotpConfirm { code: digits(&secret, server.now()) };
    let codes: RecoveryCodes = one.post("/v1/account/factors/totp/confirm", &confirm).await.json();
    one.get("/v1/account/factors").await;
    server.pass(30_000);
    let recovery = Credential::new(codes.codes[0].expose()).unwrap();
    for (route, code) in
        [("/v1/auth/mfa/totp", digits(&secret, server.now())), ("/v1/auth/mfa/recovery", recovery)]
    {
        let LoginStep::Factor { state, .. } = account.log_in(two).await.json() else { panic!("a factor") };
        let step = two.post(route, &FactorCode { state, code }).await.json();
        account.complete(two, step).await;
    }
    two.delete(totp).await;
}

/// Stores the recovery code's box, signs in with it, and sets another password.
async fn recovery_code(server: &TestServer, account: &mut Account, one: &mut Client) {
    one.get("/v1/account/code").await;
    one.put("/v1/account/code", &code_box(account, 1, &code(50))).await;
    let mut lost = server.client(3);
    let start: CodeStartReply =
        lost.post("/v1/auth/code/start", &CodeStart { login: account.login.clone() }).await.json();
    let proof = account.code_proof(&code(50), start.challenge.as_slice().try_into().unwrap(), &lost);
    let proof = FixedBytes::new(proof.as_bytes().to_vec()).unwrap();
    let step = lost.post("/v1/auth/code/finish", &CodeFinish { state: start.state, proof }).await.json();
    account.complete(&mut lost, step).await;
    lost.get("/v1/account/code").await;
    account.password = [88; 32];
    let message = account.registration(&mut lost, 2, None).await;
    lost.post("/v1/auth/register/finish", &message).await;
}
