use crate::support::{Account, TestServer};

#[tokio::test]
async fn t42_guessing_is_slowed_for_strangers_and_not_for_a_known_device() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut own, mut stranger) = (server.client(1), server.client(9));
    account.sign_in(&mut own).await;
    own.access = None;
    let guess = Account { password: [99; 32], ..Account::new(1) };
    for _ in 0..4 {
        assert_eq!(guess.log_in(&mut stranger).await.problem(), (401, "sign-in-refused".into()));
    }
    let mut waits = Vec::new();
    for _ in 0..4 {
        let answer = guess.log_in(&mut stranger).await;
        assert_eq!(answer.problem(), (429, "rate-limited".into()));
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        waits.push(wait);
        // Another device of strangers waits as well, even with the right password.
        assert_eq!(account.log_in(&mut server.client(8)).await.status, 429);
        server.pass(wait * 1000);
        assert_eq!(guess.log_in(&mut stranger).await.status, 401);
    }
    assert_eq!(waits, [1, 2, 4, 8]);
    account.sign_in(&mut own).await;
    // The owner on a new device, once the wait is over.
    server.pass(16_000);
    account.sign_in(&mut server.client(7)).await;
    assert_eq!(guess.log_in(&mut stranger).await.status, 401);
}

#[tokio::test]
async fn t42_the_delay_holds_for_names_that_do_not_exist_too() {
    let server = TestServer::start().await;
    let mut stranger = server.client(9);
    let nobody = Account::new(5);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(nobody.log_in(&mut stranger).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429]);
}

#[tokio::test]
async fn t42_an_address_that_sends_too_many_sign_ins_waits() {
    let server = TestServer::start_with(|config| config.sign_in_per_minute = 10).await;
    let mut client = server.client(1);
    let mut answers = Vec::new();
    for _ in 0..8 {
        let params = vault_wire::message::LoginParams { login: Account::new(1).login };
        answers.push(client.post("/v1/auth/login/params", &params).await);
    }
    assert_eq!(answers.last().unwrap().problem(), (429, "rate-limited".into()));
    assert!(answers.last().unwrap().headers.contains_key("retry-after"));
    server.pass(60_000);
    assert!(Account::new(1).log_in(&mut client).await.status != 429);
}
