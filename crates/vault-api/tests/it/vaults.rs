use vault_api::views::{
    BulkChange, ComparedValue, HistoryRetention, ItemQuery, ItemScope, ItemSort, ItemTypeView, JobState,
    RetentionRules, TransferMode, VaultAppearanceView,
};
use vault_api::{ErrorCode, ItemId, VaultId};

use crate::support::{Computer, login};

fn look(name: &str) -> VaultAppearanceView {
    VaultAppearanceView { name: name.to_owned(), hue: Some(30), icon: String::new() }
}

fn query(scope: ItemScope) -> ItemQuery {
    ItemQuery { text: String::new(), scope, sort: ItemSort::Title, offset: 0, limit: 100 }
}

#[tokio::test]
async fn items_move_between_vaults_and_undo_moves_them_back() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let vaults = coffer.vault_create(look("Work")).await.unwrap();
    assert_eq!((vaults.len(), vaults[0].home, vaults[1].appearance.name.as_str()), (2, true, "Work"));
    let work: VaultId = vaults[1].id.parse().unwrap();
    let saved = coffer.item_save_in(Some(work), login("Server", "ada", "x"), None).await.unwrap();
    assert_eq!(saved.vault_id, vaults[1].id);
    let mail = computer.save_login("Mail", "ada", "x").await;
    assert_eq!(mail.vault_id, vaults[0].id);
    let id: ItemId = mail.id.parse().unwrap();

    let moved = coffer.item_transfer(vec![id], work, TransferMode::Move).await.unwrap();
    assert_eq!((moved.items.len(), moved.left.len()), (1, 0));
    let scope = ItemScope::Vault { vault_id: vaults[1].id.clone() };
    assert_eq!(coffer.item_list(query(scope.clone())).await.unwrap().total, 2);
    assert_eq!(coffer.job_list().last().unwrap().state, JobState::Done);
    let undone = coffer.undo(moved.undo.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!((undone.count, undone.left.len()), (1, 0));
    assert_eq!(coffer.item_list(query(scope)).await.unwrap().total, 1);
    let nowhere = coffer.item_list(query(ItemScope::Vault { vault_id: "x".to_owned() })).await.unwrap();
    assert_eq!(nowhere.total, 0);

    assert_eq!(coffer.vault_delete(work, None).await.unwrap_err().code, ErrorCode::InvalidInput);
    assert_eq!(coffer.vault_delete(work, Some(1)).await.unwrap().len(), 1);
    let gone = coffer.item_transfer(vec![id], work, TransferMode::Copy).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
    let events: Vec<String> =
        coffer.event_list(0, 4).await.unwrap().into_iter().map(|event| event.what).collect();
    assert_eq!(events, ["vault_deleted", "undone", "moved", "moved"]);
}

#[tokio::test]
async fn many_items_change_at_once_and_revisions_are_compared() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mut ids: Vec<ItemId> = Vec::new();
    for title in ["a", "b"] {
        ids.push(computer.save_login(title, "ada", "x").await.id.parse().unwrap());
    }
    let tag = BulkChange::AddTag { tag: " new ".to_owned() };
    let changed = coffer.item_change(ids.clone(), tag).await.unwrap();
    assert_eq!(changed.count, 2);
    assert_eq!(coffer.tag_rename("new".to_owned(), Some("old".to_owned())).await.unwrap().count, 2);
    let folder = BulkChange::Folder { folder: Some(" a / b ".to_owned()) };
    coffer.item_change(ids.clone(), folder).await.unwrap();
    assert_eq!(coffer.folder_rename("a".to_owned(), Some("c".to_owned())).await.unwrap().count, 2);
    coffer.item_change(ids.clone(), BulkChange::Type { item_type: ItemTypeView::Note }).await.unwrap();
    let view = coffer.item_get(ids[0]).await.unwrap();
    assert_eq!((view.tags, view.folder.as_deref()), (vec!["old".to_owned()], Some("c/b")));
    // Later changes followed the first one: undoing it changes neither item.
    let undone = coffer.undo(changed.undo.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!((undone.count, undone.left.len()), (0, 2));

    let history = coffer.item_history(ids[0]).await.unwrap();
    let revisions = (history.last().unwrap().revision.parse().unwrap(), history[0].revision.parse().unwrap());
    let differences = coffer.history_compare(ids[0], revisions, false).await.unwrap();
    let tags = differences.iter().find(|one| one.change == "tags").unwrap();
    assert_eq!(
        (&tags.before, &tags.after),
        (&ComparedValue::None, &ComparedValue::Value { text: "old".to_owned() })
    );
    let removed = coffer.history_purge(None, HistoryRetention::Revisions { count: 1 }).await.unwrap();
    assert_eq!(removed.items, 2);
    assert_eq!(coffer.item_history(ids[0]).await.unwrap().len(), 1);
    let rules = RetentionRules { history: HistoryRetention::Days { days: 30 }, trash_days: None };
    assert_eq!(coffer.history_rules_set(rules).await.unwrap(), rules);
    assert_eq!(coffer.history_rules_get().await.unwrap(), rules);
    let bad = RetentionRules { trash_days: Some(0), ..rules };
    assert_eq!(coffer.history_rules_set(bad).await.unwrap_err().code, ErrorCode::InvalidInput);
}
