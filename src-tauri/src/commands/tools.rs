use tauri::State;
use vault_api::views::{CopyReceipt, ErrorCode, GeneratedView, GeneratorRecipe, StrengthView};
use vault_api::{Outcome, SecretText};

use crate::shell::Shell;

#[tauri::command]
pub async fn generator_make(shell: State<'_, Shell>, recipe: GeneratorRecipe) -> Outcome<GeneratedView> {
    shell.coffer.generator_make(recipe)
}

#[tauri::command]
pub async fn generator_copy(shell: State<'_, Shell>, password: String) -> Outcome<CopyReceipt> {
    shell.copy_secret(&SecretText::new(password)).await
}

#[tauri::command]
pub async fn strength_measure(password: String) -> Outcome<StrengthView> {
    Ok(vault_api::strength_measure(&SecretText::new(password)))
}

#[tauri::command]
pub async fn clipboard_clear(shell: State<'_, Shell>) -> Outcome<()> {
    shell.clipboard.clear().await.map_err(|_| ErrorCode::ClipboardUnavailable.into())
}
