//! What is sent to a server for the first time.

use vault_engine::session::{Session, VaultInfo, VaultSize};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::views::{SyncView, UploadVaultView, UploadView};

impl Coffer {
    /// Returns what there is to send to the server of the open profile, by vault, and the server's room for it if the server
    /// can be asked. Nothing is sent.
    ///
    /// # Errors
    /// `not_connected`, `locked`, or the disk.
    pub async fn upload_preview(&self) -> Result<UploadView> {
        let read = self.read(|session| {
            session.connection()?.ok_or(ErrorCode::NotConnected)?;
            Ok((session.vaults()?, session.vault_sizes()?))
        });
        let (vaults, sizes) = read.await?;
        let vaults = vaults.into_iter().filter_map(|vault| {
            let size = sizes.iter().find(|size| size.id == vault.id)?;
            Some(view(&vault, size))
        });
        Ok(UploadView { vaults: vaults.collect(), room: self.room().await })
    }

    /// Begins to send what was held since the profile was connected. Vaults that stay on this computer are never sent.
    ///
    /// # Errors
    /// `not_connected`, `locked`, or the disk.
    pub async fn upload_begin(&self) -> Result<SyncView> {
        self.read(|session| {
            session.connection()?.ok_or(ErrorCode::NotConnected)?;
            Ok(session.begin_upload()?)
        })
        .await?;
        self.sync_now().await
    }
}

fn view(vault: &VaultInfo, size: &VaultSize) -> UploadVaultView {
    UploadVaultView {
        id: vault.id.to_string(),
        name: vault.appearance.name.clone(),
        home: vault.home,
        only_here: vault.only_here,
        items: size.items,
        documents: size.documents,
        bytes: size.bytes,
    }
}

/// Whether there is anything in a profile that its user may not want to send.
///
/// # Errors
/// Fails if the database cannot be read.
pub(super) fn is_to_be_asked(session: &Session) -> Result<bool> {
    let vaults = session.vaults()?;
    let is_empty = |vault: &VaultInfo| [vault.listed, vault.archived, vault.trashed] == [0; 3];
    Ok(vaults.iter().any(|vault| !vault.home || !is_empty(vault)))
}
