//! What two devices say for the approval of one of them.

use vault_wire::message::ApprovalOffer;

use crate::account::approval::{answer, id, request};
use crate::support::{Account, TestServer};

/// A code that is used and answered, and one that is withdrawn.
pub async fn life(server: &TestServer) {
    let path = "/v1/account/approval";
    let ask = "/v1/auth/approval";
    let account = Account::new(1);
    account.open(server, 1).await;
    let (mut one, mut new, mut late) = (server.client(1), server.client(2), server.client(3));
    account.sign_in(&mut one).await;
    one.get(path).await;
    one.put(path, &ApprovalOffer { approval_id: id(1) }).await;
    one.get(path).await;
    let asked = request(account.id(), id(1), 7);
    new.post(ask, &asked).await;
    late.post(ask, &asked).await;
    one.get(path).await;
    one.post(path, &answer(id(1), 8)).await;
    new.post(ask, &asked).await;
    one.put(path, &ApprovalOffer { approval_id: id(2) }).await;
    new.post(ask, &asked).await;
    one.delete(path).await;
    late.post(ask, &request(account.id(), id(2), 7)).await;
}
