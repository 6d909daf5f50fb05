//! Registrations with other identities than the stored one.

use vault_server::account::reenrol::WAIT;

use crate::support::{Account, TestServer};

const REENROL: &str = "/v1/account/reenrol";
const FINISH: &str = "/v1/auth/register/finish";

/// The key of another account, in place of the own one.
fn with_identity(account: &mut Account, number: u8, generation: u32) {
    account.identity = Account::new(number).identity;
    account.generation = generation;
}

#[tokio::test]
async fn earlier_identity_replaces_no_later_one() {
    let server = TestServer::start().await;
    let mut account = Account::opened(&server, 1).await;
    let mut own = server.client(1);
    account.sign_in(&mut own).await;
    let stranger = server.client(2);
    let mut maker = server.client(2);
    // One waits from before the new identity.
    let waits = account.registration(&mut maker, 70, None).await;
    assert_eq!(stranger.anonymous(REENROL, &waits).await.status, 202);
    with_identity(&mut account, 3, 2);
    let next = account.registration(&mut maker, 2, None).await;
    assert_eq!(own.post(FINISH, &next).await.status, 200);
    server.pass(WAIT);
    let conflict = (409, "version-conflict".to_owned());
    assert_eq!(stranger.anonymous(REENROL, &waits).await.problem(), conflict);

    // Neither an earlier one nor another one with its number, by whichever way.
    account.sign_in(&mut own).await;
    for (number, generation) in [(1, 1), (4, 2)] {
        let mut stale = Account::new(1);
        with_identity(&mut stale, number, generation);
        let changed = stale.registration(&mut maker, 3, None).await;
        assert_eq!(own.post(FINISH, &changed).await.problem(), conflict);
        let enrolled = stale.registration(&mut maker, 80, None).await;
        assert_eq!(stranger.anonymous(REENROL, &enrolled).await.problem(), conflict);
        server.app.logs.begin_recovery(server.now(), server.now() + 1000).await.unwrap();
        assert_eq!(stranger.anonymous(REENROL, &enrolled).await.problem(), conflict);
        server.pass(1000);
    }
    // The present identity and later ones are allowed.
    let same = account.registration(&mut maker, 3, None).await;
    assert_eq!(own.post(FINISH, &same).await.status, 200);
    with_identity(&mut account, 5, 3);
    let later = account.registration(&mut maker, 4, None).await;
    assert_eq!(own.post(FINISH, &later).await.status, 200);
}
