//! Opening an account, and signing in to it.

use std::sync::Arc;

use vault_crypto::{KdfParams, KdfParamsError};
use vault_sync::Error;
use vault_sync::account::{AccountPins, SignIn, SignInError};
use vault_wire::account::DeviceKeys;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{DeviceLabel, FixedBytes, KeysetReply, LoginParamsReply, ProblemCode};

use crate::support::{HostileServer, Kept, NOW, Owner, TestServer, device, done, rng};

const TEN_YEARS: u64 = 10 * 365 * 24 * 60 * 60 * 1000;

#[tokio::test]
async fn an_account_opens_on_a_second_device_with_login_password_and_secret_key() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    for devices in 1..=2 {
        let (client, kept) = (device(server.origin(), &server.trust()), Arc::new(Kept::default()));
        let signed_in = done(owner.sign_in(&client, &kept).await);
        assert_eq!(signed_in.account.root.account_id(), owner.root.account_id());
        assert_eq!(signed_in.account.keyset.home_vault, owner.home.vault_id);
        assert_eq!(signed_in.account.keyset.home_genesis, owner.home.genesis_hash);
        assert!(signed_in.account.unlock_seed.is_same_as(&owner.unlock_seed));
        assert_eq!(signed_in.certificate, owner.certificate);
        assert_eq!(signed_in.pins.version, 1);
        assert_eq!(kept.count(), 1, "the session is stored once it is verified");
        let session = &signed_in.session;
        let id = client.device().id();
        let seed = &signed_in.account.unlock_seed;
        let label =
            seed.seal_device_label(&owner.root.account_id(), &id, &"desk".into(), &mut rng()).unwrap();
        session.label_device(&id, &DeviceLabel { label: FixedBytes::new(label).unwrap() }).await.unwrap();
        let list = session.devices().await.unwrap().devices;
        assert_eq!(list.len(), devices);
        let own = list.iter().find(|device| device.current).unwrap();
        assert_eq!(own.device_id, id);
        let label = own.label.as_ref().unwrap().as_slice();
        assert_eq!(seed.open_device_label(&owner.root.account_id(), &id, label).unwrap().expose(), "desk");
        // The same device signs in again and is not added again.
        done(owner.sign_in(&client, &Arc::new(Kept::default())).await);
        assert_eq!(session.devices().await.unwrap().devices.len(), devices);
    }
}

#[tokio::test]
async fn wrong_password_secret_key_and_login_are_refused_alike() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let client = device(server.origin(), &server.trust());
    let wrong = [
        Owner { password: "other".to_owned(), ..Owner::new(1) },
        Owner { secret_key: [9; 16], ..Owner::new(1) },
    ];
    for owner in wrong {
        let kept = Arc::new(Kept::default());
        assert!(matches!(owner.sign_in(&client, &kept).await, Err(SignInError::Refused)));
        assert_eq!(kept.count(), 0);
    }
    // Of a login that does not exist the server makes up costs, which take a second.
    let hostile = HostileServer::before(&server).await;
    hostile.changes("POST /v1/auth/login/params", test_costs);
    let client = device(hostile.origin(), &hostile.trust());
    let unknown = Owner { login: Owner::new(2).login, ..Owner::new(1) };
    assert!(matches!(unknown.sign_in(&client, &Arc::default()).await, Err(SignInError::Refused)));
    done(owner.sign_in(&client, &Arc::default()).await);
}

fn test_costs(_: &crate::support::Sent, reply: &mut crate::support::Reply) {
    set_costs(reply, KdfParams::TEST.memory_kib(), KdfParams::TEST.passes(), KdfParams::TEST.lanes());
}

fn set_costs(reply: &mut crate::support::Reply, m_kib: u32, t: u32, p: u32) {
    reply.change_json(|params| params["kdf"] = serde_json::json!({ "m_kib": m_kib, "t": t, "p": p }));
}

/// Signs in at a server that states these costs. Nothing but the request for them is sent.
async fn with_costs(costs: (u32, u32, u32), pinned: Option<KdfParams>) -> SignInError {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    hostile
        .changes("POST /v1/auth/login/params", move |_, reply| set_costs(reply, costs.0, costs.1, costs.2));
    let client = device(hostile.origin(), &hostile.trust());
    let pins = AccountPins { costs: pinned, ..AccountPins::default() };
    let error = owner.sign_in_with(&client, &Arc::default(), pins).await.err().unwrap();
    assert!(hostile.routes().iter().all(|route| route == "POST /v1/auth/login/params"));
    error
}

#[tokio::test]
async fn t13_costs_below_the_floor_stop_a_sign_in_before_anything_is_sent() {
    for costs in [(65_535, 3, 1), (65_536, 2, 1), (65_536, 3, 0), (1, 1, 1)] {
        let error = with_costs(costs, None).await;
        assert!(matches!(error, SignInError::Costs(KdfParamsError::BelowFloor)), "{error:?}");
    }
}

#[tokio::test]
async fn t14_costs_above_the_ceiling_stop_a_sign_in_before_anything_is_allocated() {
    for costs in [(2_097_153, 3, 1), (65_536, 17, 1), (65_536, 3, 17), (u32::MAX, u32::MAX, u32::MAX)] {
        let error = with_costs(costs, None).await;
        assert!(matches!(error, SignInError::Costs(KdfParamsError::AboveCeiling)), "{error:?}");
    }
}

#[tokio::test]
async fn t15_costs_below_the_pinned_ones_stop_a_sign_in_before_anything_is_sent() {
    let pinned = KdfParams::new(131_072, 4, 2).unwrap();
    for costs in [(131_071, 4, 2), (131_072, 3, 2), (131_072, 4, 1), (2_097_152, 16, 1)] {
        let error = with_costs(costs, Some(pinned)).await;
        assert!(matches!(error, SignInError::Costs(KdfParamsError::BelowPinned)), "{error:?}");
    }
}

#[tokio::test]
async fn t16_parts_of_another_account_are_refused() {
    let server = TestServer::start().await;
    let (owner, other) = (Owner::opened(&server, 1).await, Owner::opened(&server, 2).await);
    let theirs = done(other.sign_in(&device(server.origin(), &server.trust()), &Arc::default()).await);
    let theirs = serde_json::to_value(theirs.session.keyset().await.unwrap()).unwrap();
    let hostile = HostileServer::before(&server).await;
    let client = device(hostile.origin(), &hostile.trust());
    for member in ["keyset", "root_box", "certificate", "statement"] {
        let value = theirs[member].clone();
        hostile.changes("GET /v1/account/keyset", move |_, reply| {
            reply.change_json(|boxes| boxes[member] = value.clone());
        });
        let kept = Arc::new(Kept::default());
        assert!(matches!(owner.sign_in(&client, &kept).await, Err(SignInError::Account)), "{member}");
        assert_eq!(kept.count(), 0, "no session of it is kept");
        hostile.reforms();
    }
    let all = theirs.clone();
    hostile
        .changes("GET /v1/account/keyset", move |_, reply| reply.change_json(|boxes| *boxes = all.clone()));
    assert!(matches!(owner.sign_in(&client, &Arc::default()).await, Err(SignInError::Account)));
    hostile.reforms();
    // The account of another login, for one who has seen nothing and one who has.
    let id = other.root.account_id();
    hostile.changes("POST /v1/auth/login/params", move |_, reply| {
        let reply_of: LoginParamsReply = reply.json();
        assert_ne!(reply_of.account_id, id);
        reply.change_json(|params| params["account_id"] = id.to_string().into());
    });
    assert!(matches!(owner.sign_in(&client, &Arc::default()).await, Err(SignInError::Refused)));
    let pins = AccountPins { account: Some(owner.root.account_id()), ..AccountPins::default() };
    let sent = hostile.count("POST /v1/auth/login/start");
    let error = owner.sign_in_with(&client, &Arc::default(), pins).await.err();
    assert!(matches!(error, Some(SignInError::Account)));
    assert_eq!(hostile.count("POST /v1/auth/login/start"), sent, "nothing is sent for it");
}

#[tokio::test]
async fn t16_changed_boxes_and_statements_are_refused() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let client = device(hostile.origin(), &hostile.trust());
    done(owner.sign_in(&client, &Arc::default()).await);
    for member in ["keyset", "root_box", "certificate", "statement"] {
        hostile.changes("GET /v1/account/keyset", move |_, reply| {
            let boxes: KeysetReply = reply.json();
            let part = match member {
                "keyset" => boxes.keyset.as_slice(),
                "root_box" => boxes.root_box.as_slice(),
                "certificate" => boxes.certificate.as_slice(),
                _ => boxes.statement.as_slice(),
            };
            let mut part = part.to_vec();
            *part.last_mut().unwrap() ^= 1;
            reply.change_json(|boxes| boxes[member] = encode(&part).into());
        });
        let error = owner.sign_in(&client, &Arc::default()).await.err();
        assert!(matches!(error, Some(SignInError::Account)), "{member}");
        hostile.reforms();
    }
}

fn encode(bytes: &[u8]) -> String {
    <base64ct::Base64UrlUnpadded as base64ct::Encoding>::encode_string(bytes)
}

#[tokio::test]
async fn a_registration_older_than_the_one_that_was_seen_is_refused() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let client = device(server.origin(), &server.trust());
    for (version, outdated) in [(1, false), (2, true)] {
        let pins = AccountPins { version, ..AccountPins::default() };
        let result = owner.sign_in_with(&client, &Arc::default(), pins).await;
        assert_eq!(matches!(result, Err(SignInError::Outdated)), outdated);
    }
}

#[tokio::test]
async fn a_clock_that_is_ten_years_off_is_no_obstacle() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    for made_at in [NOW - TEN_YEARS, NOW + TEN_YEARS] {
        let client = device(server.origin(), &server.trust());
        let pins = AccountPins::default();
        let sign_in = SignIn { client: client.clone(), store: Arc::new(Kept::default()), pins, made_at };
        let signed_in = done(sign_in.start(owner.login.clone(), owner.credentials(), &mut rng()).await);
        let devices = signed_in.session.devices().await.unwrap().devices;
        let own = devices.iter().find(|device| device.current).unwrap();
        let signed = vault_wire::account::SignedDeviceKeys::decode(own.device.as_slice()).unwrap();
        assert_eq!(DeviceKeys::decode(&signed.bytes).unwrap().made_at, made_at);
    }
    // Nor is the server's.
    let client = device(server.origin(), &server.trust());
    server.pass(TEN_YEARS);
    done(owner.sign_in(&client, &Arc::default()).await);
}

#[tokio::test]
async fn an_account_needs_a_valid_code_and_the_same_registration_is_answered_again() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let (owner, client) = (Owner::new(1), device(hostile.origin(), &hostile.trust()));
    let without = owner.enrol(&client, 1, None).await;
    let error = without.register(&client).await.unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::SignUpRefused));
    let enrolment = owner.enrol(&client, 1, Some(server.sign_up_code().await)).await;
    hostile.loses("POST /v1/auth/register/finish");
    assert!(matches!(enrolment.register(&client).await, Err(Error::Unreachable(_))));
    hostile.reforms();
    enrolment.register(&client).await.unwrap();
    done(owner.sign_in(&client, &Arc::default()).await);
}
