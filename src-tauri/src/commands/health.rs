use tauri::State;
use vault_api::Result;
use vault_api::views::{HealthChoice, HealthKind, HealthPage, HealthView};

use crate::shell::Shell;

#[tauri::command]
pub async fn health_check(shell: State<'_, Shell>, choice: HealthChoice) -> Result<u32> {
    shell.coffer.health_check(choice).await
}

#[tauri::command]
pub async fn health_report(shell: State<'_, Shell>) -> Result<Option<HealthView>> {
    shell.coffer.health_report().await
}

#[tauri::command]
pub async fn health_list(
    shell: State<'_, Shell>,
    kind: HealthKind,
    offset: u32,
    limit: u32,
) -> Result<HealthPage> {
    shell.coffer.health_list(kind, offset, limit).await
}
