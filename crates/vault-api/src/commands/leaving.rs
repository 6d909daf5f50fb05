//! Whether what is in a vault may leave it.

use vault_engine::ItemId;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};

impl Coffer {
    /// Fails if the team of an item's vault does not permit readable exports: its values are then given to no other program
    /// and written to no file.
    ///
    /// # Errors
    /// `locked`, `not_found` or `policy_forbids`.
    pub async fn item_may_leave(&self, id: ItemId) -> Result<()> {
        let policy = self.read(move |session| Ok(session.policy_of_item(id)?)).await?;
        if policy.no_plain_export || policy.no_export {
            return Err(ErrorCode::PolicyForbids.into());
        }
        Ok(())
    }
}
