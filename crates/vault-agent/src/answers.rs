//! What each request does, over the handle of the profile.

use std::str::FromStr;
use std::time::Duration;

use vault_api::views::SessionState;
use vault_api::{ErrorCode, ItemId, Result, SecretText};

use crate::host::Host;
use crate::protocol::{Answer, Reply, Request, Secret, Status};
use crate::transfers;

/// The most items of one request.
const ITEMS: usize = 1000;

/// The longest time for synchronizing on request.
const SYNC_WITHIN: Duration = Duration::from_mins(5);

/// Answers a request of a program that may make it.
pub(crate) async fn answer(host: &dyn Host, request: Request) -> Answer {
    match reply(host, request).await {
        Ok(reply) => Answer::Done(reply),
        Err(error) => Answer::Failed(Box::new(error)),
    }
}

async fn reply(host: &dyn Host, request: Request) -> Result<Reply> {
    let coffer = host.coffer();
    Ok(match request {
        Request::Status => Reply::Status(status(host).await?),
        Request::Lock => {
            coffer.session_lock().await?;
            host.end();
            Reply::Nothing
        }
        Request::End if host.end() => Reply::Nothing,
        Request::End => return Err(ErrorCode::ProfileInUse.into()),
        Request::Vaults => Reply::Vaults(coffer.vault_list().await?),
        Request::List(query) => Reply::Page(coffer.item_list(query).await?),
        Request::Get { item } => Reply::Item(Box::new(coffer.item_get(id(&item)?).await?)),
        Request::Reveal { item, field } => {
            let value = coffer.item_reveal(id(&item)?, id(&field)?).await?;
            Reply::Value(Secret::new(value.expose().to_owned()))
        }
        Request::Code { item, field } => Reply::Code(coffer.item_code(id(&item)?, id(&field)?).await?),
        Request::NextCode { item, field } => {
            Reply::UsedCode(coffer.item_code_next(id(&item)?, id(&field)?).await?)
        }
        Request::MayLeave { item } => {
            coffer.item_may_leave(id(&item)?).await?;
            Reply::Nothing
        }
        Request::Confirm { password } => {
            coffer.session_confirm(SecretText::from(password.expose())).await?;
            Reply::Nothing
        }
        Request::Save { draft, vault } => {
            let vault = vault.as_deref().map(id).transpose()?;
            Reply::Item(Box::new(coffer.item_save_in(vault, *draft, None).await?))
        }
        Request::Trash { items } => Reply::Changed(coffer.item_trash(ids(&items)?).await?),
        Request::Restore { items } => Reply::Changed(coffer.item_restore(ids(&items)?).await?),
        Request::History { item } => Reply::History(coffer.item_history(id(&item)?).await?),
        Request::DocumentVersions { item } => {
            Reply::EarlierFiles(coffer.document_versions(id(&item)?).await?)
        }
        Request::SaveVault { vault: None, appearance } => {
            Reply::Vaults(coffer.vault_create(appearance).await?)
        }
        Request::SaveVault { vault: Some(vault), appearance } => {
            Reply::Vaults(coffer.vault_update(id(&vault)?, appearance).await?)
        }
        Request::Teams => Reply::Teams(coffer.team_list().await?),
        Request::Sync { now: true } => Reply::Sync(Box::new(coffer.sync_and_wait(SYNC_WITHIN).await?)),
        Request::Sync { now: false } => Reply::Sync(Box::new(coffer.sync_status().await?)),
        Request::Import(what) => Reply::Imported(Box::new(transfers::import(coffer, *what).await?)),
        Request::Export(what) => Reply::Exported(Box::new(transfers::export(coffer, *what).await?)),
        Request::Backup { path, replace } => {
            transfers::backup(coffer, path, replace).await?;
            Reply::Nothing
        }
        Request::Backups => Reply::Backups(coffer.backup_list().await?),
        Request::CheckBackup { path, name } => {
            transfers::check(coffer, path, name).await?;
            Reply::Nothing
        }
        // They have more than one answer, and are answered by `documents`.
        Request::PutDocument { .. } | Request::GetDocument { .. } => {
            return Err(ErrorCode::Internal.into());
        }
    })
}

async fn status(host: &dyn Host) -> Result<Status> {
    let status = host.coffer().app_status().await?;
    let profile = match status.session {
        SessionState::Unlocked { profile, .. } => Some(profile),
        SessionState::FirstRun | SessionState::Locked => None,
    };
    Ok(Status {
        role: host.role(),
        process: std::process::id(),
        profile,
        lock_after_minutes: status.settings.lock_after_minutes,
    })
}

pub(crate) fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

fn ids(texts: &[String]) -> Result<Vec<ItemId>> {
    if texts.len() > ITEMS {
        return Err(ErrorCode::NotFound.into());
    }
    texts.iter().map(|text| id(text)).collect()
}
