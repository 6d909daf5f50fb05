use tauri::State;
use vault_api::views::{CopyReceipt, GeneratedEntry, GeneratedView, GeneratorRecipe, StrengthView};
use vault_api::{Result, SecretText};

use crate::shell::Shell;

#[tauri::command]
pub async fn generator_make(shell: State<'_, Shell>, recipe: GeneratorRecipe) -> Result<GeneratedView> {
    shell.coffer.generator_make(&recipe)
}

#[tauri::command]
pub async fn generator_copy(shell: State<'_, Shell>, password: String) -> Result<CopyReceipt> {
    let password = SecretText::new(password);
    let receipt = shell.copy_secret(&password).await?;
    shell.coffer.generator_keep(password).await?;
    Ok(receipt)
}

#[tauri::command]
pub async fn generator_keep(shell: State<'_, Shell>, password: String) -> Result<()> {
    shell.coffer.generator_keep(SecretText::new(password)).await
}

#[tauri::command]
pub async fn generator_history(shell: State<'_, Shell>) -> Result<Vec<GeneratedEntry>> {
    shell.coffer.generator_history().await
}

#[tauri::command]
pub async fn generator_history_reveal(shell: State<'_, Shell>, index: u32, at: u64) -> Result<String> {
    Ok(shell.coffer.generator_past(index, at).await?.expose().to_owned())
}

#[tauri::command]
pub async fn generator_history_copy(shell: State<'_, Shell>, index: u32, at: u64) -> Result<CopyReceipt> {
    shell.copy_secret(&shell.coffer.generator_past(index, at).await?).await
}

#[tauri::command]
pub async fn generator_history_clear(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.generator_forget().await
}

#[tauri::command]
pub async fn strength_measure(
    shell: State<'_, Shell>,
    password: String,
    words: Vec<String>,
) -> Result<StrengthView> {
    shell.coffer.strength_measure(SecretText::new(password), words).await
}

#[tauri::command]
pub async fn clipboard_clear(shell: State<'_, Shell>) -> Result<()> {
    Ok(shell.clipboard.clear().await?)
}
