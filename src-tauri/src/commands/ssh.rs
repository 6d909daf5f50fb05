use tauri::{State, WebviewWindow};
use vault_api::views::{ItemDraft, SshKeyKind, SshKeySource, SshKeyView, StoredSshKey};
use vault_api::{KeySource, Result, SecretText};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn ssh_key_generate(
    shell: State<'_, Shell>,
    draft: ItemDraft,
    draft_id: Option<String>,
    kind: SshKeyKind,
) -> Result<StoredSshKey> {
    let draft_id = draft_id.as_deref().map(id).transpose()?;
    shell.coffer.ssh_key_generate(draft, draft_id, kind).await
}

#[tauri::command]
pub async fn ssh_key_read(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    draft: ItemDraft,
    draft_id: Option<String>,
    source: SshKeySource,
    passphrase: Option<String>,
) -> Result<Option<StoredSshKey>> {
    let draft_id = draft_id.as_deref().map(id).transpose()?;
    let source = match source {
        SshKeySource::Again => KeySource::Again,
        SshKeySource::Clipboard => {
            let text = shell.clipboard.text().await?;
            KeySource::Text(SecretText::from(text.as_str()))
        }
        SshKeySource::File => {
            let strings = shell.strings().await?;
            // Most key files have no extension.
            match dialog::pick_file(&window, strings.choose_key, strings.key_files, &["*"]).await {
                Some(path) => KeySource::File(path),
                None => return Ok(None),
            }
        }
    };
    let passphrase = passphrase.map(SecretText::new);
    shell.coffer.ssh_key_read(draft, draft_id, source, passphrase).await.map(Some)
}

#[tauri::command]
pub async fn ssh_key_in_draft(shell: State<'_, Shell>, draft_id: String) -> Result<Option<SshKeyView>> {
    shell.coffer.ssh_key_in_draft(id(&draft_id)?).await
}
