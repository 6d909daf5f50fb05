//! Sign-ins with a password, over connections that are open.

use rand_core::UnwrapErr;
use vault_login::{ClientLogin, ClientRegistration};
use vault_server::store::{LoginKey, Sql};
use vault_server::values;
use vault_wire::message::{
    FixedBytes, JsonMessage as _, LoginFinish, LoginName, LoginParams, LoginParamsReply, LoginStart,
    LoginStartReply, LoginStep, Origin,
};

use crate::bench::{Bench, ISSUER, Owner, sessions};
use crate::connection::Connection;
use crate::report::{Load, row};

const SIGN_INS: usize = 500;
const PASSWORD: [u8; 32] = [5; 32];
const JSON: Option<&str> = Some("application/json");

const LOGIN: Sql<LoginKey> =
    Sql::new("INSERT INTO login (login_hash, account_id, attempt, expires_at) VALUES ($1, $2, $3, $4)");

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

fn exact<const N: usize>(bytes: &FixedBytes<N>) -> [u8; N] {
    bytes.as_slice().try_into().unwrap()
}

/// One client signs in again and again on a device that its account has.
pub async fn measure() {
    let bench = Bench::start(1);
    let (owner, issuer) = (Owner::new(1), Origin::new(ISSUER).unwrap());
    let (registration, request) = ClientRegistration::start(&PASSWORD, &mut rng()).unwrap();
    let response = bench.app.opaque.respond(&request, &owner.id).unwrap();
    let record = registration.finish(&response, &owner.id, &issuer, &mut rng()).unwrap().record;
    let session = sessions(&bench.app, &owner, &record, 0..1).await.remove(0);
    let login = LoginName::new(&owner.id.to_string()).unwrap();
    let reserve = bench.app.store.login(&login).run(|tx| {
        let id = owner.id;
        async move { tx.execute(&LOGIN, values![id, [1_u8; 16], 1_u64 << 50]).await }
    });
    reserve.await.unwrap();

    let mut connection = Connection::open(&bench, &session.without_token()).await;
    let mut client = std::time::Duration::ZERO;
    let load = Load::of(&bench.program, async {
        for _ in 0..SIGN_INS {
            let params = LoginParams { login: login.clone() }.to_json().unwrap();
            let answer = connection.send("POST", "/v1/auth/login/params", JSON, &params).await;
            let params = LoginParamsReply::from_json(&answer.body).unwrap();
            let begun = std::time::Instant::now();
            let (own, ke1) = ClientLogin::start(&PASSWORD, &mut rng()).unwrap();
            client += begun.elapsed();
            let start =
                LoginStart { account_id: params.account_id, ke1: FixedBytes::new(ke1.to_vec()).unwrap() };
            let start = start.to_json().unwrap();
            let answer = connection.send("POST", "/v1/auth/login/start", JSON, &start).await;
            let reply = LoginStartReply::from_json(&answer.body).unwrap();
            let begun = std::time::Instant::now();
            let finished = own.finish(&exact(&reply.ke2), &params.account_id, &issuer, &mut rng()).unwrap();
            client += begun.elapsed();
            let finish =
                LoginFinish { state: reply.state, ke3: FixedBytes::new(finished.ke3.to_vec()).unwrap() };
            let finish = finish.to_json().unwrap();
            let answer = connection.send("POST", "/v1/auth/login/finish", JSON, &finish).await;
            let step = LoginStep::from_json(&answer.body).unwrap();
            assert!(matches!(step, LoginStep::Done { .. }), "{step:?}");
        }
        SIGN_INS
    });
    let load = load.await;
    let figure = format!("{:.2} ms CPU of the server", load.milliseconds());
    let each = client.as_secs_f64() * 1e3 / SIGN_INS as f64;
    let beside = format!("OPAQUE by the client, wall time: {each:.2} ms");
    row("sign-in, without the TLS handshake", &figure, Some((&beside, load.milliseconds() / each)));
}
