use tauri::{State, WebviewWindow};
use vault_api::views::{CodeView, CopyReceipt, PastValueView, UsedCode};
use vault_api::{CopyRole, Result, SecretText};

use super::id;
use crate::platform::opener;
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn item_reveal(shell: State<'_, Shell>, item_id: String, field_id: String) -> Result<String> {
    let value = shell.coffer.item_reveal(id(&item_id)?, id(&field_id)?).await?;
    Ok(value.expose().to_owned())
}

#[tauri::command]
pub async fn item_reveal_past(
    shell: State<'_, Shell>,
    item_id: String,
    field_id: String,
    index: u32,
) -> Result<String> {
    let value = shell.coffer.item_reveal_past(id(&item_id)?, id(&field_id)?, index).await?;
    Ok(value.expose().to_owned())
}

#[tauri::command]
pub async fn item_field_history(
    shell: State<'_, Shell>,
    item_id: String,
    field_id: String,
) -> Result<Vec<PastValueView>> {
    shell.coffer.item_field_history(id(&item_id)?, id(&field_id)?).await
}

#[tauri::command]
pub async fn item_copy(shell: State<'_, Shell>, item_id: String, field_id: String) -> Result<CopyReceipt> {
    let text = shell.coffer.item_copy_text(id(&item_id)?, id(&field_id)?).await?;
    shell.copy_secret(&text).await
}

#[tauri::command]
pub async fn item_copy_role(shell: State<'_, Shell>, item_id: String, role: String) -> Result<CopyReceipt> {
    let text = shell.coffer.item_copy_role_text(id(&item_id)?, CopyRole::from_name(&role)?).await?;
    shell.copy_secret(&text).await
}

#[tauri::command]
pub async fn item_open_url(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    index: u32,
) -> Result<()> {
    let address = shell.coffer.item_url(id(&item_id)?, index).await?;
    if !address.approved {
        let (host, url) = (&address.host, address.url.as_str());
        shell.ask(&window, |strings| Question::open(strings, host, url)).await?;
        shell.coffer.approve_host(address.host).await?;
    }
    opener::open_address(address.url.as_str()).await
}

#[tauri::command]
pub async fn item_code(shell: State<'_, Shell>, item_id: String, field_id: String) -> Result<CodeView> {
    shell.coffer.item_code(id(&item_id)?, id(&field_id)?).await
}

#[tauri::command]
pub async fn item_code_next(shell: State<'_, Shell>, item_id: String, field_id: String) -> Result<UsedCode> {
    shell.coffer.item_code_next(id(&item_id)?, id(&field_id)?).await
}

#[tauri::command]
pub async fn code_check(shell: State<'_, Shell>, text: String) -> Result<CodeView> {
    shell.coffer.code_check(&SecretText::new(text))
}
