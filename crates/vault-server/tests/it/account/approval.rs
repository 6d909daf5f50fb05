//! The approval of a new device by one that is signed in.

use vault_wire::message::{
    AnswerApproval, ApprovalOffer, ApprovalReply, ApprovalState, AuditPage, Bytes, RequestApproval,
};
use vault_wire::{AccountId, ApprovalId};

use crate::support::{Account, Answer, Client, TestServer};

const PATH: &str = "/v1/account/approval";
const ASK: &str = "/v1/auth/approval";
/// How long an approval lasts, in milliseconds.
const VALID: u64 = 10 * 60 * 1000;

pub fn id(number: u8) -> ApprovalId {
    ApprovalId::from_bytes([number; 16])
}

pub fn request(account: AccountId, approval: ApprovalId, content: u8) -> RequestApproval {
    let request = Bytes::new(vec![content; 100]).unwrap();
    RequestApproval { account_id: account, approval_id: approval, request }
}

pub fn answer(approval: ApprovalId, content: u8) -> AnswerApproval {
    AnswerApproval { approval_id: approval, answer: Bytes::new(vec![content; 17_635]).unwrap() }
}

async fn ask(client: &mut Client, message: &RequestApproval) -> Answer {
    client.post(ASK, message).await
}

async fn answered(client: &mut Client, message: &RequestApproval) -> Option<Vec<u8>> {
    let reply: ApprovalReply = ask(client, message).await.json();
    reply.answer.map(|answer| answer.as_slice().to_vec())
}

#[tokio::test]
async fn request_and_answer_are_passed_on_and_nothing_else() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut one, mut new) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    assert_eq!(one.get(PATH).await.status, 404);
    let offer = ApprovalOffer { approval_id: id(1) };
    assert_eq!(one.put(PATH, &offer).await.status, 204);
    assert_eq!(one.post(PATH, &answer(id(1), 8)).await.status, 404, "nobody has asked");
    let own = request(account.id(), id(1), 7);
    assert_eq!(answered(&mut new, &own).await, None);
    assert_eq!(answered(&mut new, &own).await, None);
    let state: ApprovalState = one.get(PATH).await.json();
    assert_eq!((state.approval_id, state.request), (id(1), Some(own.request.clone())));

    assert_eq!(one.post(PATH, &answer(id(2), 8)).await.status, 404, "of another approval");
    assert_eq!(one.post(PATH, &answer(id(1), 8)).await.status, 204);
    assert_eq!(one.post(PATH, &answer(id(1), 8)).await.status, 204, "its answer was lost");
    assert_eq!(one.post(PATH, &answer(id(1), 9)).await.problem(), (409, "exists".into()));
    for _ in 0..2 {
        assert_eq!(answered(&mut new, &own).await, Some(vec![8; 17_635]));
    }
    // The audit has it once, with the device that was approved.
    let page: AuditPage = one.get("/v1/audit").await.json();
    let approved: Vec<_> =
        page.events.iter().filter(|event| event.kind.as_str() == "device-approved").collect();
    assert_eq!(approved.len(), 1);
    assert_eq!((approved[0].device, approved[0].actor), (Some(new.device.id()), Some(account.id())));
    assert_eq!(one.delete(PATH).await.status, 204);
    assert_eq!(ask(&mut new, &own).await.status, 404);
}

#[tokio::test]
async fn t61_only_the_first_device_with_the_id_gets_the_answer() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut one, mut new, mut thief) = (server.client(1), server.client(2), server.client(3));
    account.sign_in(&mut one).await;
    one.put(PATH, &ApprovalOffer { approval_id: id(1) }).await;
    let own = request(account.id(), id(1), 7);
    assert_eq!(ask(&mut thief, &request(account.id(), id(2), 7)).await.status, 404, "another id");
    assert_eq!(ask(&mut thief, &request(AccountId::from_bytes([9; 16]), id(1), 7)).await.status, 404);
    ask(&mut new, &own).await;
    for stolen in [own.clone(), request(account.id(), id(1), 6)] {
        assert_eq!(ask(&mut thief, &stolen).await.problem(), (409, "exists".into()));
    }
    assert_eq!(ask(&mut new, &request(account.id(), id(1), 6)).await.problem().1, "exists");
    one.post(PATH, &answer(id(1), 8)).await;
    assert_eq!(ask(&mut thief, &own).await.problem().1, "exists");
    assert!(answered(&mut new, &own).await.is_some());

    // A device that is signed in does not answer itself.
    one.put(PATH, &ApprovalOffer { approval_id: id(3) }).await;
    let token = one.access.take();
    ask(&mut one, &request(account.id(), id(3), 7)).await;
    one.access = token;
    assert_eq!(one.post(PATH, &answer(id(3), 8)).await.problem(), (403, "forbidden".into()));
}

#[tokio::test]
async fn t61_approval_ends_by_time_and_by_the_next_one() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let (mut one, mut new) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    one.put(PATH, &ApprovalOffer { approval_id: id(1) }).await;
    let first = request(account.id(), id(1), 7);
    ask(&mut new, &first).await;
    one.post(PATH, &answer(id(1), 8)).await;
    one.put(PATH, &ApprovalOffer { approval_id: id(2) }).await;
    assert_eq!(ask(&mut new, &first).await.status, 404);
    let state: ApprovalState = one.get(PATH).await.json();
    assert!(state.request.is_none(), "nothing of the one before is left");
    let second = request(account.id(), id(2), 7);
    server.pass(VALID - 1);
    account.sign_in(&mut one).await;
    assert_eq!(answered(&mut new, &second).await, None);
    server.pass(1);
    assert_eq!(ask(&mut new, &second).await.status, 404);
    assert_eq!(one.get(PATH).await.status, 404);
    assert_eq!(one.post(PATH, &answer(id(2), 8)).await.status, 404);
    // Then it is deleted.
    let deleted = vault_server::upkeep::delete_some(&server.app.store, server.now() + 1).await.unwrap();
    assert!(deleted > 0);
}

#[tokio::test]
async fn t61_two_devices_at_once_are_not_both_taken() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut one = server.client(1);
    account.sign_in(&mut one).await;
    for round in 1..8 {
        one.put(PATH, &ApprovalOffer { approval_id: id(round) }).await;
        let (mut left, mut right) = (server.client(2 * round), server.client(2 * round + 1));
        let (of_left, of_right) = (request(account.id(), id(round), 5), request(account.id(), id(round), 6));
        let (left, right) = tokio::join!(ask(&mut left, &of_left), ask(&mut right, &of_right));
        let taken = [&left, &right].map(|answer| answer.status.is_success());
        assert!(taken[0] != taken[1], "{taken:?}");
    }
}
