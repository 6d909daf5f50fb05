//! What happened: pages, filters, and the file that is written of it.

use vault_api::ErrorCode;
use vault_api::views::{ActivityFormat, ActivityGroupView, ActivityQuery};

use crate::support::Computer;

/// More than a page has.
const ITEMS: usize = 130;

#[tokio::test]
async fn activity_is_paged_filtered_and_written_into_a_file() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    for at in 0..ITEMS {
        computer.save_login(&format!("=Item {at}"), "ada", "x").await;
    }
    let items = ActivityQuery { group: Some(ActivityGroupView::Items), ..ActivityQuery::default() };
    let first = coffer.activity_begin(items.clone()).await.unwrap();
    assert_eq!((first.rows.len(), first.more), (100, true));
    let rest = coffer.activity_more().await.unwrap();
    assert_eq!((rest.rows.len(), rest.more), (ITEMS - 100, false));
    assert_eq!(rest.rows.last().unwrap().title.as_deref(), Some("=Item 0"));
    assert!(coffer.activity_more().await.unwrap().rows.is_empty(), "the list has ended");
    let wrong = ActivityQuery { vault: Some("x".to_owned()), ..ActivityQuery::default() };
    assert_eq!(coffer.activity_begin(wrong).await.unwrap_err().code, ErrorCode::NotFound);

    let path = computer.folder.path().join("activity.csv");
    std::fs::write(&path, "old").unwrap();
    coffer.activity_export_to(items.clone(), ActivityFormat::Csv, path.clone()).await.unwrap();
    let table = std::fs::read_to_string(&path).unwrap();
    assert_eq!(table.lines().count(), ITEMS + 1);
    assert!(table.contains("\"'=Item 7\""), "no title is a formula");
    let path = computer.folder.path().join("activity.jsonl");
    coffer.activity_export_to(items, ActivityFormat::JsonLines, path.clone()).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), ITEMS);
    let nowhere = computer.folder.path().join("missing").join("file");
    let refused = coffer.activity_export_to(ActivityQuery::default(), ActivityFormat::Csv, nowhere).await;
    assert!(refused.is_err());
}
