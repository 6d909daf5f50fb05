use tauri::State;
use vault_api::views::{
    BulkChange, ChangedView, ItemDraft, ItemPage, ItemQuery, ItemTemplate, ItemView, LinkView, SidebarView,
    UndoneView,
};
use vault_api::{Coffer, Result};

use super::{id, ids};
use crate::shell::Shell;

#[tauri::command]
pub async fn sidebar_get(shell: State<'_, Shell>) -> Result<SidebarView> {
    shell.coffer.sidebar_get().await
}

#[tauri::command(async)]
pub fn item_templates() -> Vec<ItemTemplate> {
    Coffer::item_templates()
}

#[tauri::command]
pub async fn item_list(shell: State<'_, Shell>, query: ItemQuery) -> Result<ItemPage> {
    shell.coffer.item_list(query).await
}

#[tauri::command]
pub async fn item_get(shell: State<'_, Shell>, item_id: String) -> Result<ItemView> {
    shell.coffer.item_get(id(&item_id)?).await
}

#[tauri::command]
pub async fn item_save(
    shell: State<'_, Shell>,
    draft: ItemDraft,
    draft_id: Option<String>,
    vault_id: Option<String>,
) -> Result<ItemView> {
    let draft_id = draft_id.as_deref().map(id).transpose()?;
    let vault_id = vault_id.as_deref().map(id).transpose()?;
    shell.coffer.item_save_in(vault_id, draft, draft_id).await
}

#[tauri::command]
pub async fn item_link(shell: State<'_, Shell>, item_id: String) -> Result<Option<LinkView>> {
    // A text that is not an id, as in a field that became a link, has no target.
    match id(&item_id) {
        Ok(item_id) => shell.coffer.item_link(item_id).await,
        Err(_) => Ok(None),
    }
}

#[tauri::command]
pub async fn item_duplicate(shell: State<'_, Shell>, item_id: String) -> Result<ItemView> {
    shell.coffer.item_duplicate(id(&item_id)?).await
}

#[tauri::command]
pub async fn item_make_template(shell: State<'_, Shell>, item_id: String, title: String) -> Result<ItemView> {
    shell.coffer.item_make_template(id(&item_id)?, title).await
}

#[tauri::command]
pub async fn item_set_favourite(
    shell: State<'_, Shell>,
    item_ids: Vec<String>,
    favourite: bool,
) -> Result<ChangedView> {
    shell.coffer.item_set_favourite(ids(&item_ids)?, favourite).await
}

#[tauri::command]
pub async fn item_set_archived(
    shell: State<'_, Shell>,
    item_ids: Vec<String>,
    archived: bool,
) -> Result<ChangedView> {
    shell.coffer.item_set_archived(ids(&item_ids)?, archived).await
}

#[tauri::command]
pub async fn item_change(
    shell: State<'_, Shell>,
    item_ids: Vec<String>,
    change: BulkChange,
) -> Result<ChangedView> {
    shell.coffer.item_change(ids(&item_ids)?, change).await
}

#[tauri::command]
pub async fn folder_rename(shell: State<'_, Shell>, from: String, to: Option<String>) -> Result<ChangedView> {
    shell.coffer.folder_rename(from, to).await
}

#[tauri::command]
pub async fn tag_rename(shell: State<'_, Shell>, from: String, to: Option<String>) -> Result<ChangedView> {
    shell.coffer.tag_rename(from, to).await
}

#[tauri::command]
pub async fn undo(shell: State<'_, Shell>, undo: String) -> Result<UndoneView> {
    shell.coffer.undo(id(&undo)?).await
}
