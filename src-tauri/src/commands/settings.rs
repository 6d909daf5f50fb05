use tauri::State;
use vault_api::Result;
use vault_api::views::SettingsView;

use crate::shell::Shell;

#[tauri::command]
pub async fn settings_get(shell: State<'_, Shell>) -> Result<SettingsView> {
    shell.coffer.settings_get().await
}

#[tauri::command]
pub async fn settings_set(shell: State<'_, Shell>, settings: SettingsView) -> Result<SettingsView> {
    shell.coffer.settings_set(settings).await
}
