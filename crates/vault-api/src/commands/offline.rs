//! Whether documents are kept on this computer, or only at the server.

use vault_engine::VaultId;
use vault_engine::session::Session;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::views::{VaultDocumentsView, count};

impl Coffer {
    /// Returns where the documents of each vault are.
    ///
    /// # Errors
    /// `not_connected`, `locked`, or the disk.
    pub async fn offline_list(&self) -> Result<Vec<VaultDocumentsView>> {
        self.read(|session| list(session)).await
    }

    /// Sets whether the documents of a vault are kept on this computer, or downloaded when they are asked for.
    ///
    /// # Errors
    /// `not_connected`, `not_found`, or the disk.
    pub async fn offline_set(&self, vault: VaultId, kept: bool) -> Result<Vec<VaultDocumentsView>> {
        let listed = self.read(move |session| {
            session.missing_documents(vault)?;
            session.set_keeps_offline(vault, kept)?;
            list(session)
        });
        let listed = listed.await?;
        self.sync.signals().now();
        Ok(listed)
    }

    /// Removes the documents of a vault from this computer that the server has. They are downloaded when they are asked for.
    ///
    /// # Errors
    /// `not_connected`, `not_found`; `vault_alarm` or `server_restoring` while the server may not have them; or the disk.
    pub async fn offline_remove(&self, vault: VaultId) -> Result<Vec<VaultDocumentsView>> {
        self.read(move |session| {
            session.connection()?.ok_or(ErrorCode::NotConnected)?;
            session.remove_copies(vault)?;
            list(session)
        })
        .await
    }
}

fn list(session: &Session) -> Result<Vec<VaultDocumentsView>> {
    session.connection()?.ok_or(ErrorCode::NotConnected)?;
    let mut views = Vec::new();
    for vault in session.vaults()? {
        let copies = session.downloaded_documents(vault.id)?;
        views.push(VaultDocumentsView {
            id: vault.id.to_string(),
            name: vault.appearance.name,
            offline: session.keeps_offline(vault.id)?,
            missing: count(session.missing_documents(vault.id)?.len()),
            copies: count(copies.len()),
            bytes: copies.iter().map(|blob| blob.ct_size).sum(),
        });
    }
    Ok(views)
}
