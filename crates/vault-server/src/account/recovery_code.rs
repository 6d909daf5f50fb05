//! The box that the recovery code opens.

use vault_wire::DeviceId;
use vault_wire::account::{CodeStatementError, SignedCodeStatement};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{AuditKind, Bytes, CodeBox, Origin, ProblemCode};

use crate::audit::{self, About};
use crate::failure::Failure;
use crate::store::{AccountKey, Sql, StoreError, Tx, View};
use crate::values;

const READ: Sql<AccountKey> = Sql::new("SELECT statement, box, number FROM code_box WHERE account_id = $1");
const PUT: Sql<AccountKey> = Sql::new(
    "INSERT INTO code_box (account_id, number, statement, code_pk, box) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account_id) DO UPDATE SET number = excluded.number, statement = excluded.statement,
                                            code_pk = excluded.code_pk, box = excluded.box",
);

/// Reads the box.
///
/// # Errors
/// [`ProblemCode::NotFound`] if none was ever put, and if the database fails.
pub async fn read(view: &View<AccountKey>) -> Result<CodeBox, Failure> {
    let row = view.first(&READ, &[]).await?.ok_or(ProblemCode::NotFound)?;
    let sealed: Option<Vec<u8>> = row.get(1)?;
    let damaged = |_| StoreError::Damaged;
    Ok(CodeBox {
        statement: Bytes::new(row.get(0)?).map_err(damaged)?,
        sealed: sealed.map(Bytes::new).transpose().map_err(damaged)?,
    })
}

/// Replaces the box, or removes it, by a statement of the root. The same statement again is no error.
///
/// # Errors
/// [`ProblemCode::VersionConflict`] if it is not newer, [`ProblemCode::Malformed`], and if the database fails.
pub async fn put(
    tx: &Tx<AccountKey>,
    message: &CodeBox,
    issuer: &Origin,
    device: DeviceId,
    now: u64,
) -> Result<(), Failure> {
    let stored = tx.first(&READ, &[]).await?;
    let known: u64 = match &stored {
        Some(row) if row.get::<Vec<u8>>(0)? == message.statement.as_slice() => return Ok(()),
        Some(row) => row.get(2)?,
        None => 0,
    };
    let sealed = message.sealed.as_ref().map(Bytes::as_slice);
    let signed =
        SignedCodeStatement::decode(message.statement.as_slice()).map_err(|_| ProblemCode::Malformed)?;
    let statement =
        signed.verify(&tx.key().0, issuer.as_str(), known, sealed).map_err(|error| match error {
            CodeStatementError::NotNewer => ProblemCode::VersionConflict,
            _ => ProblemCode::Malformed,
        })?;
    if statement.number > i64::MAX.cast_unsigned() {
        return Err(ProblemCode::Malformed.into());
    }
    let key = statement.code.map(|(key, _)| key);
    let row = values![statement.number, message.statement.as_slice(), key, sealed];
    tx.execute(&PUT, row).await?;
    audit::append(tx, AuditKind::CodeChanged, About::own(tx.key().0, device), now).await
}
