//! Changes of many items: each is a job, and a cancelled one changes nothing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use vault_api::views::{
    BulkChange, HistoryRetention, ImportChoice, ImportSame, ItemQuery, ItemScope, ItemSort, JobKind,
    JobState, JobUnit, JobView, SidebarView, TransferMode, VaultAppearanceView,
};
use vault_api::{Coffer, ErrorCode, Event, ItemId, Result, SecretText};

use crate::imports::previewed;
use crate::support::{Computer, PASSWORD};

/// One more than can be changed without a job.
const MANY: usize = 201;

/// A computer that can cancel each job as soon as it starts.
struct Cancelling {
    computer: Computer,
    stop: Arc<Mutex<Option<JobKind>>>,
}

impl Cancelling {
    async fn new() -> Self {
        let stop = Arc::new(Mutex::new(None));
        let coffer = Arc::new(OnceLock::<Coffer>::new());
        let (wanted, known) = (Arc::clone(&stop), Arc::clone(&coffer));
        let computer = Computer::watched(move |event| {
            if let Event::Job(JobView { id, kind, state: JobState::Running, .. }) = event
                && *wanted.lock().unwrap() == Some(*kind)
            {
                known.get().unwrap().job_cancel(*id).unwrap();
            }
        });
        assert!(coffer.set(computer.coffer.clone()).is_ok());
        computer.coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
        Self { computer, stop }
    }

    /// Runs work that is cancelled, checks that nothing was changed, and runs it again to its end.
    async fn twice<T>(&self, kind: JobKind, work: impl AsyncFn() -> Result<T>) -> T {
        let before = self.state().await;
        *self.stop.lock().unwrap() = Some(kind);
        let stopped = work().await.err().map(|error| error.code);
        *self.stop.lock().unwrap() = None;
        assert_eq!(stopped, Some(ErrorCode::Cancelled), "{kind:?}");
        assert_eq!(self.last().state, JobState::Cancelled, "{kind:?}");
        assert_eq!(self.state().await, before, "{kind:?}: nothing was changed");
        let done = work().await.unwrap();
        let last = self.last();
        assert_eq!((last.kind, last.state, last.unit), (kind, JobState::Done, JobUnit::Items));
        done
    }

    fn last(&self) -> JobView {
        self.computer.coffer.job_list().pop().unwrap()
    }

    async fn state(&self) -> String {
        let sidebar: SidebarView = self.computer.coffer.sidebar_get().await.unwrap();
        format!("{sidebar:?} {:?}", self.computer.coffer.vault_list().await.unwrap())
    }

    async fn ids(&self, scope: ItemScope) -> Vec<ItemId> {
        let query = ItemQuery { text: String::new(), scope, sort: ItemSort::Title, offset: 0, limit: 500 };
        let page = self.computer.coffer.item_list(query).await.unwrap();
        page.rows.iter().map(|row| row.id.parse().unwrap()).collect()
    }

    fn export(&self) -> PathBuf {
        let path = self.computer.folder.path().join("export.csv");
        let rows = (0..MANY).map(|n| format!("Site {n},https://{n}.example/,ana,one,\n"));
        std::fs::write(
            &path,
            ["name,url,username,password,note\n".to_owned()].into_iter().chain(rows).collect::<String>(),
        )
        .unwrap();
        path
    }

    async fn import(&self) {
        let (coffer, path) = (&self.computer.coffer, self.export());
        let read = self.twice(JobKind::ImportRead, async || coffer.import_preview(path.clone()).await).await;
        let token = previewed(read).token;
        *self.stop.lock().unwrap() = Some(JobKind::ItemImport);
        let choice = |token: &str| ImportChoice {
            token: token.to_owned(),
            skip_identical: true,
            same: ImportSame::Keep,
            folder: Some("Old/Sites".to_owned()),
            tag: Some("old".to_owned()),
        };
        let before = self.state().await;
        let stopped = coffer.import_commit(choice(&token)).await.unwrap_err();
        assert_eq!((stopped.code, self.state().await), (ErrorCode::Cancelled, before));
        *self.stop.lock().unwrap() = None;
        let token = previewed(coffer.import_preview(path).await.unwrap()).token;
        assert_eq!(coffer.import_commit(choice(&token)).await.unwrap().imported, MANY as u32);
    }
}

#[tokio::test]
async fn every_change_of_many_items_is_a_job_that_can_be_cancelled() {
    let at = Cancelling::new().await;
    at.import().await;
    let coffer = &at.computer.coffer;
    let ids = at.ids(ItemScope::All).await;
    assert_eq!(ids.len(), MANY);
    let change = JobKind::ItemChange;
    let all = MANY as u32;

    at.twice(change, async || coffer.item_set_favourite(ids.clone(), true).await).await;
    let archived = at.twice(change, async || coffer.item_set_archived(ids.clone(), true).await).await;
    assert_eq!(archived.count, all);
    let undo = archived.undo.unwrap().parse().unwrap();
    let undone = at.twice(JobKind::ItemUndo, async || coffer.undo(undo).await).await;
    assert_eq!(undone.count, all);
    let tag = BulkChange::AddTag { tag: "work".to_owned() };
    at.twice(change, async || coffer.item_change(ids.clone(), tag.clone()).await).await;
    at.twice(change, async || coffer.tag_rename("work".to_owned(), Some("job".to_owned())).await).await;
    at.twice(change, async || coffer.folder_rename("Old".to_owned(), Some("New".to_owned())).await).await;
    let keep = || HistoryRetention::Revisions { count: 1 };
    let removed = at.twice(JobKind::HistoryPurge, async || coffer.history_purge(None, keep()).await).await;
    assert_eq!(removed.items, all);

    let look = VaultAppearanceView { name: "Work".to_owned(), hue: None, icon: String::new() };
    let work = coffer.vault_create(look).await.unwrap()[1].id.parse().unwrap();
    let copy = || coffer.item_transfer(ids.clone(), work, TransferMode::Copy);
    assert_eq!(at.twice(JobKind::ItemMove, async || copy().await).await.items.len(), MANY);
    let vaults = at.twice(JobKind::ItemDelete, async || coffer.vault_delete(work, Some(all)).await).await;
    assert_eq!(vaults.len(), 1);

    at.twice(change, async || coffer.item_trash(ids.clone()).await).await;
    at.twice(change, async || coffer.item_restore(ids.clone()).await).await;
    at.twice(change, async || coffer.item_trash(ids.clone()).await).await;
    assert_eq!(at.twice(JobKind::ItemDelete, async || coffer.trash_empty().await).await, all);
    assert_eq!(at.ids(ItemScope::Trash).await.len(), 0);
}

#[tokio::test]
async fn purging_many_items_is_all_or_none_and_few_need_no_job() {
    let at = Cancelling::new().await;
    at.import().await;
    let coffer = &at.computer.coffer;
    let ids = at.ids(ItemScope::All).await;
    coffer.item_trash(ids.clone()).await.unwrap();
    let few = ids[..1].to_vec();
    let jobs = coffer.job_list().len();
    coffer.item_restore(few.clone()).await.unwrap();
    coffer.item_trash(few).await.unwrap();
    assert_eq!(coffer.job_list().len(), jobs);
    at.twice(JobKind::ItemDelete, async || coffer.item_purge(ids.clone()).await).await;
}
