use tauri::{State, WebviewWindow};
use vault_api::views::{ItemDraft, SshKeyKind, SshKeySource, SshKeyTaken, SshKeyView};
use vault_api::{KeySource, Outcome, SecretText};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn ssh_key_generate(
    shell: State<'_, Shell>,
    draft: ItemDraft,
    draft_id: Option<String>,
    kind: SshKeyKind,
) -> Outcome<SshKeyTaken> {
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
) -> Outcome<Option<SshKeyTaken>> {
    let draft_id = draft_id.as_deref().map(id).transpose()?;
    let source = match source {
        SshKeySource::Again => KeySource::Again,
        SshKeySource::Clipboard => {
            let text = shell.clipboard.text().await?;
            KeySource::Text(SecretText::from(text.as_str()))
        }
        SshKeySource::File => {
            let words = shell.words().await?;
            // Most keys have a name without an ending.
            match dialog::pick_file(&window, words.choose_key, words.key_files, &["*"]).await {
                Some(path) => KeySource::File(path),
                None => return Ok(None),
            }
        }
    };
    let passphrase = passphrase.map(SecretText::new);
    shell.coffer.ssh_key_read(draft, draft_id, source, passphrase).await.map(Some)
}

#[tauri::command]
pub async fn ssh_key_held(shell: State<'_, Shell>, draft_id: String) -> Outcome<Option<SshKeyView>> {
    shell.coffer.ssh_key_held(id(&draft_id)?).await
}
