use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{
    DifferenceView, EventView, HistoryEntry, HistoryRetention, ItemView, RemovedView, RetentionRules,
};

use super::{id, ids};
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn item_history(shell: State<'_, Shell>, item_id: String) -> Result<Vec<HistoryEntry>> {
    shell.coffer.item_history(id(&item_id)?).await
}

#[tauri::command]
pub async fn item_at_revision(
    shell: State<'_, Shell>,
    item_id: String,
    revision: String,
) -> Result<ItemView> {
    shell.coffer.item_at_revision(id(&item_id)?, id(&revision)?).await
}

#[tauri::command]
pub async fn item_restore_revision(
    shell: State<'_, Shell>,
    item_id: String,
    revision: String,
) -> Result<ItemView> {
    shell.coffer.item_restore_revision(id(&item_id)?, id(&revision)?).await
}

#[tauri::command]
pub async fn item_superseded_dismiss(shell: State<'_, Shell>, item_id: String) -> Result<ItemView> {
    shell.coffer.item_superseded_dismiss(id(&item_id)?).await
}

#[tauri::command]
pub async fn history_compare(
    shell: State<'_, Shell>,
    item_id: String,
    before: String,
    after: String,
    reveal: bool,
) -> Result<Vec<DifferenceView>> {
    shell.coffer.history_compare(id(&item_id)?, (id(&before)?, id(&after)?), reveal).await
}

#[tauri::command]
pub async fn history_purge(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_ids: Option<Vec<String>>,
    keep: HistoryRetention,
) -> Result<RemovedView> {
    shell.ask(&window, Question::delete_history).await?;
    shell.coffer.history_purge(item_ids.as_deref().map(ids).transpose()?, keep).await
}

#[tauri::command]
pub async fn history_rules_get(shell: State<'_, Shell>) -> Result<RetentionRules> {
    shell.coffer.history_rules_get().await
}

#[tauri::command]
pub async fn history_rules_set(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    rules: RetentionRules,
) -> Result<RetentionRules> {
    shell.ask(&window, Question::delete_history).await?;
    shell.coffer.history_rules_set(rules).await
}

#[tauri::command]
pub async fn event_list(shell: State<'_, Shell>, offset: u32, limit: u32) -> Result<Vec<EventView>> {
    shell.coffer.event_list(offset, limit).await
}
