use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vault_api::views::{
    FileStateView, JobKind, JobState, SalvageReport, SessionState, SidebarView, UnlockRequest,
};
use vault_api::{ErrorCode, ProfileId, SecretText};

use crate::support::{Computer, PASSWORD};

const ITEMS: usize = 60;
const PAGE: usize = 4096;

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

/// A computer with a profile of sixty items and a backup of the first fifty, locked.
struct Damaged {
    computer: Computer,
    id: ProfileId,
    folder: PathBuf,
}

impl Damaged {
    async fn new() -> Self {
        let computer = Computer::with_profile().await;
        for number in 0..ITEMS {
            if number == 50 {
                computer.coffer.backup_when_due().await.unwrap();
            }
            computer.save_login(&format!("Item {number:02}"), "ada", &format!("secret {number}")).await;
        }
        let id = computer.coffer.app_status().await.unwrap().profiles[0].id.clone();
        let folder = computer.folder.path().join("data/coffer/profiles").join(&id);
        computer.coffer.session_lock().await.unwrap();
        Self { computer, id: id.parse().unwrap(), folder }
    }

    /// Overwrites a page of the database with garbage.
    fn overwrite_page(&self, number: usize) {
        let path = self.folder.join("vault.db");
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in bytes[number * PAGE..][..PAGE].iter_mut().enumerate() {
            *byte = (at * 31 % 251) as u8;
        }
        fs::write(path, bytes).unwrap();
    }

    async fn unlock_fails_with(&self) -> ErrorCode {
        let request = UnlockRequest {
            profile_id: self.id.to_string(),
            password: PASSWORD.to_owned(),
            secret_key: None,
        };
        self.computer.coffer.session_unlock(request).await.unwrap_err().code
    }
}

/// Every file of a folder but the lock, with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(
                files(&path)
                    .into_iter()
                    .map(|(name, bytes)| (Path::new(path.file_name().unwrap()).join(name), bytes)),
            );
        } else if path.file_name().unwrap() != "lock" {
            found.insert(PathBuf::from(path.file_name().unwrap()), fs::read(path).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn t47_readable_items_of_a_damaged_database_are_salvaged_and_losses_listed() {
    let damaged = Damaged::new().await;
    let coffer = &damaged.computer.coffer;
    let pages = fs::read(damaged.folder.join("vault.db")).unwrap().len() / PAGE;
    // A page near the end, where the newest entries are.
    damaged.overwrite_page(pages - 8);
    let before = files(&damaged.folder);

    let look = coffer.repair_inspect(damaged.id).await.unwrap();
    assert_eq!(Path::new(&look.folder), damaged.folder);
    assert_eq!([look.keys, look.keys_copy, look.database], [FileStateView::Readable; 3]);
    assert_eq!(look.backups.len(), 1);
    let wrong = coffer.repair_examine(damaged.id, SecretText::from("not this one"), None).await;
    assert_eq!(wrong.unwrap_err().code, ErrorCode::WrongPassword);
    let found = coffer.repair_examine(damaged.id, password(), None).await.unwrap();
    let SalvageReport { whole: false, items, lost, pages: 1, .. } = &found else { panic!("{found:?}") };
    assert!(*items as usize >= ITEMS - 10, "{found:?}");
    assert!(found.older.count + lost.count > 0 || found.entries_lost > 0, "{found:?}");
    let job = coffer.job_list().into_iter().rfind(|job| job.kind == JobKind::ProfileExamine).unwrap();
    assert_eq!((job.state, job.total), (JobState::Done, 100));

    let bad_name = coffer.repair_salvage(damaged.id, " ".to_owned(), password(), None).await;
    assert_eq!(bad_name.unwrap_err().code, ErrorCode::InvalidInput);
    let salvaged = coffer.repair_salvage(damaged.id, "Salvaged".to_owned(), password(), None).await.unwrap();
    let SessionState::Unlocked { profile, kit_confirmed: false, .. } = salvaged.status.session else {
        panic!()
    };
    assert_eq!((profile.name.as_str(), salvaged.status.profiles.len()), ("Salvaged", 2));
    assert_eq!((salvaged.saved.items, salvaged.saved.lost.count), (found.items, found.lost.count));
    let SidebarView { all, .. } = coffer.sidebar_get().await.unwrap();
    assert_eq!(all, found.items);
    for title in damaged.computer.titles("item").await {
        let item = title_to_item(&damaged.computer, &title).await;
        let number: usize = title.strip_prefix("Item ").unwrap().parse().unwrap();
        let password = item.fields.iter().find(|field| field.role.as_deref() == Some("password")).unwrap();
        let shown = coffer.item_reveal(item.id.parse().unwrap(), password.id.parse().unwrap()).await.unwrap();
        assert_eq!(shown.expose(), format!("secret {number}"));
    }
    coffer.session_lock().await.unwrap();
    assert_eq!(files(&damaged.folder), before, "the damaged profile is unchanged");
    // The new profile opens like any other.
    damaged.computer.unlock(&profile.id).await;
}

async fn title_to_item(computer: &Computer, title: &str) -> vault_api::views::ItemView {
    use vault_api::views::{ItemQuery, ItemScope, ItemSort};
    let (scope, sort) = (ItemScope::All, ItemSort::Title);
    let query = ItemQuery { text: format!("\"{title}\""), scope, sort, offset: 0, limit: 2 };
    let row = computer.coffer.item_list(query).await.unwrap().rows.swap_remove(0);
    computer.coffer.item_get(row.id.parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn t47_without_a_key_file_a_backup_replaces_the_kept_damaged_profile() {
    let damaged = Damaged::new().await;
    let coffer = &damaged.computer.coffer;
    for name in ["profile.keys", "profile.keys.bak"] {
        fs::write(damaged.folder.join(name), "garbage").unwrap();
    }
    let before = files(&damaged.folder);
    assert_eq!(damaged.unlock_fails_with().await, ErrorCode::ProfileDamaged);
    let nothing = coffer.repair_restore(damaged.id, 0, password(), None).await;
    assert_eq!(nothing.unwrap_err().code, ErrorCode::NotFound, "the backups were not listed");
    let look = coffer.repair_inspect(damaged.id).await.unwrap();
    assert_eq!([look.keys, look.keys_copy], [FileStateView::Damaged; 2]);
    let shut = coffer.repair_examine(damaged.id, password(), None).await;
    assert_eq!(shut.unwrap_err().code, ErrorCode::ProfileDamaged);
    let beyond = coffer.repair_restore(damaged.id, 1, password(), None).await;
    assert_eq!(beyond.unwrap_err().code, ErrorCode::NotFound);
    let wrong = coffer.repair_restore(damaged.id, 0, SecretText::from("not this one"), None).await;
    assert_eq!(wrong.unwrap_err().code, ErrorCode::WrongPassword);
    assert_eq!(files(&damaged.folder), before);

    let restored = coffer.repair_restore(damaged.id, 0, password(), None).await.unwrap();
    let SessionState::Unlocked { profile, .. } = restored.status.session else { panic!() };
    assert_eq!(profile.id, damaged.id.to_string());
    assert_eq!(damaged.computer.titles("item").await.len(), 50, "the items of the backup");
    assert_eq!(files(Path::new(&restored.replaced_folder)), before);
    let job = coffer.job_list().into_iter().rfind(|job| job.kind == JobKind::ProfileRestore).unwrap();
    assert_eq!(job.state, JobState::Done);

    // An intact profile is not moved aside.
    let look = coffer.repair_inspect(damaged.id).await.unwrap();
    assert_eq!(look.backups.len(), 1, "the backup in the folder of the replaced profile");
    let sound = coffer.repair_restore(damaged.id, 0, password(), None).await;
    assert_eq!(sound.unwrap_err().code, ErrorCode::ProfileExists);
    let whole = coffer.repair_examine(damaged.id, password(), None).await.unwrap();
    assert!(whole.whole, "{whole:?}");
}

#[tokio::test]
async fn a_missing_or_unreadable_database_is_reported_and_nothing_created() {
    let damaged = Damaged::new().await;
    let coffer = &damaged.computer.coffer;
    damaged.overwrite_page(0);
    assert_eq!(damaged.unlock_fails_with().await, ErrorCode::DatabaseDamaged);
    let none = coffer.repair_examine(damaged.id, password(), None).await;
    assert_eq!(none.unwrap_err().code, ErrorCode::NothingReadable);
    let none = coffer.repair_salvage(damaged.id, "Salvaged".to_owned(), password(), None).await;
    assert_eq!(none.unwrap_err().code, ErrorCode::NothingReadable);
    fs::remove_file(damaged.folder.join("vault.db")).unwrap();
    assert_eq!(coffer.repair_inspect(damaged.id).await.unwrap().database, FileStateView::Missing);
    assert_eq!(damaged.unlock_fails_with().await, ErrorCode::DatabaseDamaged);
    let none = coffer.repair_examine(damaged.id, password(), None).await;
    assert_eq!(none.unwrap_err().code, ErrorCode::NothingReadable);
    assert_eq!(fs::read_dir(damaged.folder.parent().unwrap()).unwrap().count(), 1);
    let unknown = coffer.repair_inspect(ProfileId::from_bytes([9; 16])).await;
    assert_eq!(unknown.unwrap_err().code, ErrorCode::ProfileNotFound);
}
