//! The approval of a new device by one that is signed in: two sealed messages, kept for some minutes. The server cannot open
//! them, and decides nothing by them: the new device signs in as every other.

use vault_wire::message::{
    AnswerApproval, ApprovalReply, ApprovalState, AuditKind, Bytes, ProblemCode, RequestApproval,
};
use vault_wire::{ApprovalId, DeviceId};

use crate::audit::{self, About};
use crate::failure::Failure;
use crate::store::{AccountKey, Row, Shard, Sql, StoreError, Tx, View};
use crate::values;

/// How long a code is valid, in milliseconds.
pub const VALID: u64 = 10 * 60 * 1000;

const OFFER: Sql<AccountKey> = Sql::new(
    "INSERT INTO approval (account_id, approval_id, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id) DO UPDATE SET approval_id = excluded.approval_id, expires_at = excluded.expires_at,
                                            device_id = NULL, request = NULL, answer = NULL",
);
const READ: Sql<AccountKey> = Sql::new(
    "SELECT approval_id, device_id, request, answer FROM approval WHERE account_id = $1 AND expires_at > $2",
);
const REQUEST: Sql<AccountKey> = Sql::new(
    "UPDATE approval SET device_id = $3, request = $4
     WHERE account_id = $1 AND approval_id = $2 AND request IS NULL",
);
const ANSWER: Sql<AccountKey> =
    Sql::new("UPDATE approval SET answer = $3 WHERE account_id = $1 AND approval_id = $2 AND answer IS NULL");
const END: Sql<AccountKey> = Sql::new("DELETE FROM approval WHERE account_id = $1");

/// Begins an approval, in place of the one before.
///
/// # Errors
/// If the database fails.
pub async fn offer(tx: &Tx<AccountKey>, id: ApprovalId, now: u64) -> Result<(), Failure> {
    tx.execute(&OFFER, values![id, now + VALID]).await?;
    Ok(())
}

/// Returns how far the approval is.
///
/// # Errors
/// [`ProblemCode::NotFound`] if there is none or it has expired, and if the database fails.
pub async fn state(view: &View<AccountKey>, now: u64) -> Result<ApprovalState, Failure> {
    let row = view.first(&READ, values![now]).await?.ok_or(ProblemCode::NotFound)?;
    Ok(ApprovalState { approval_id: row.get(0)?, request: bytes(&row, 2)? })
}

/// Stores the answer to the request. The same again is no error.
///
/// # Errors
/// [`ProblemCode::NotFound`] without such a request, [`ProblemCode::Exists`] if it has another answer, and if the database
/// fails.
pub async fn answer(
    tx: &Tx<AccountKey>,
    message: &AnswerApproval,
    by: DeviceId,
    now: u64,
) -> Result<(), Failure> {
    let row = tx.first(&READ, values![now]).await?.ok_or(ProblemCode::NotFound)?;
    if row.get::<ApprovalId>(0)? != message.approval_id {
        return Err(ProblemCode::NotFound.into());
    }
    let device: DeviceId = row.get::<Option<DeviceId>>(1)?.ok_or(ProblemCode::NotFound)?;
    match row.get::<Option<Vec<u8>>>(3)? {
        Some(known) if known == message.answer.as_slice() => return Ok(()),
        Some(_) => return Err(ProblemCode::Exists.into()),
        None => {}
    }
    if device == by {
        return Err(ProblemCode::Forbidden.into());
    }
    tx.execute(&ANSWER, values![message.approval_id, message.answer.as_slice()]).await?;
    let about = About { actor: Some(tx.key().0), device: Some(device), ..About::default() };
    audit::append(tx, AuditKind::DeviceApproved, about, now).await
}

/// Ends the approval.
///
/// # Errors
/// If the database fails.
pub async fn end(tx: &Tx<AccountKey>) -> Result<(), Failure> {
    tx.execute(&END, &[]).await?;
    Ok(())
}

/// Stores the request of a device, the first one only, and returns the answer to it once there is one.
///
/// # Errors
/// [`ProblemCode::NotFound`] if there is no such approval or it has expired, [`ProblemCode::Exists`] if another device or
/// request has used it, and if the database fails.
pub async fn request(
    shard: Shard<'_, AccountKey>,
    message: &RequestApproval,
    device: DeviceId,
    now: u64,
) -> Result<ApprovalReply, Failure> {
    let request = message.request.as_slice();
    let read = async || -> Result<(bool, ApprovalReply), Failure> {
        let row = shard.first(&READ, values![now]).await?.ok_or(ProblemCode::NotFound)?;
        if row.get::<ApprovalId>(0)? != message.approval_id {
            return Err(ProblemCode::NotFound.into());
        }
        match (row.get::<Option<DeviceId>>(1)?, row.get::<Option<Vec<u8>>>(2)?) {
            (None, _) => Ok((false, ApprovalReply { answer: None })),
            (Some(by), Some(known)) if by == device && known == request => {
                Ok((true, ApprovalReply { answer: bytes(&row, 3)? }))
            }
            _ => Err(ProblemCode::Exists.into()),
        }
    };
    let (stored, reply) = read().await?;
    if stored {
        return Ok(reply);
    }
    let row = values![message.approval_id, device, request];
    shard.run(|tx| async move { tx.execute(&REQUEST, row).await }).await?;
    // Another device may have been quicker.
    Ok(read().await?.1)
}

fn bytes<const MIN: usize, const MAX: usize>(
    row: &Row,
    at: usize,
) -> Result<Option<Bytes<MIN, MAX>>, StoreError> {
    row.get::<Option<Vec<u8>>>(at)?.map(Bytes::new).transpose().map_err(|_| StoreError::Damaged)
}
