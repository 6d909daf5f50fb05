//! Memory use of the search index, by counting allocations.

use vault_engine::clock::Timestamp;
use vault_engine::item::ItemType;
use vault_engine::search::{Entry, Index, ItemState};
use vault_wire::VaultId;

#[test]
fn search_index_uses_less_than_300_bytes_per_item() {
    const ITEMS: u64 = 10_000;
    let titles: Vec<String> = (0..ITEMS).map(|n| format!("Account of somebody {n}")).collect();
    let mut index = Index::default();
    let taken = allocation_counter::measure(|| {
        for (key, title) in (0..).zip(&titles) {
            index.put(&Entry {
                key,
                vault: VaultId::from_bytes([1; 16]),
                item_type: ItemType::Login,
                place: ItemState::Listed,
                title,
                words: "somebody@mail.example\u{1f}www.service.example\u{1f}",
                tags: &[],
                folder: Some("Folder/Part"),
                favourite: false,
                has_code: false,
                has_attachments: false,
                edited_in_two_places: false,
                has_warning: false,
                created_at: Timestamp(0),
                modified_at: Timestamp(0),
                used_at: None,
            });
        }
    });
    let each = taken.bytes_current / 10_000;
    assert!(each < 300, "{each} bytes per item; the limit is 30 MB for 100,000 items");
    assert_eq!(index.len(), titles.len());
}
