//! Changes of many items at once and the way back, what differs between revisions, rules for history, and the activity log.

use std::ops::ControlFlow;

use vault_engine::session::{
    Bulk, Changed, Difference, Event, EventKind, ItemProgress, Keep, Removed, Rules, Secrets, Session, Side,
    UndoId, Undoing, Undone,
};
use vault_engine::{ItemId, RevHash};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::failure::malformed_as;
use crate::item_draft::tidy_folder;
use crate::jobs::Job;
use crate::list_view::change_name;
use crate::vaults::counted;
use crate::views::{
    BulkChange, ChangedView, DifferenceView, ErrorView, EventView, InputProblem, JobKind, JobUnit, KeepView,
    RemovedView, RulesView, SideView, UndoneView,
};

/// With more items than this a change is a job that is seen and can be stopped.
const AT_ONCE: usize = 200;
/// Lines of the activity log in one page, at most.
const EVENTS: u32 = 500;

impl From<Changed> for ChangedView {
    fn from(changed: Changed) -> Self {
        let Changed { count, undo } = changed;
        Self { count: number(count), undo: undo.map(|undo| undo.to_string()) }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn bulk(change: BulkChange) -> Bulk {
    match change {
        BulkChange::AddTag { tag } => Bulk::AddTag(tag.trim().to_owned()),
        BulkChange::RemoveTag { tag } => Bulk::RemoveTag(tag),
        BulkChange::Folder { folder } => Bulk::Folder(folder.as_deref().and_then(tidy_folder)),
        BulkChange::Type { item_type } => Bulk::Type(item_type.into()),
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        let Difference { what, before, after } = difference;
        let side = |side| match side {
            Side::None => SideView::None,
            Side::Hidden => SideView::Hidden,
            Side::Value(text) => SideView::Value { text: text.expose().to_owned() },
        };
        Self { change: change_name(what), before: side(before), after: side(after) }
    }
}

impl From<Keep> for KeepView {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Everything => Self::Everything,
            Keep::Revisions(count) => Self::Revisions { count },
            Keep::Days(days) => Self::Days { days },
        }
    }
}

impl From<KeepView> for Keep {
    fn from(keep: KeepView) -> Self {
        match keep {
            KeepView::Everything => Self::Everything,
            KeepView::Revisions { count } => Self::Revisions(count),
            KeepView::Days { days } => Self::Days(days),
        }
    }
}

/// What the interface calls an event.
fn event_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Unlocked => "unlocked",
        EventKind::PasswordChanged => "password_changed",
        EventKind::TakenFromBackup => "taken_from_backup",
        EventKind::VaultCreated => "vault_created",
        EventKind::VaultChanged => "vault_changed",
        EventKind::VaultDeleted => "vault_deleted",
        EventKind::Moved => "moved",
        EventKind::Copied => "copied",
        EventKind::Purged => "purged",
        EventKind::HistoryPurged => "history_purged",
        EventKind::Undone => "undone",
        EventKind::FolderRenamed => "folder_renamed",
        EventKind::TagRenamed => "tag_renamed",
    }
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let Event { at, kind, vault, item, count } = event;
        Self {
            at: at.0,
            what: event_name(kind).to_owned(),
            vault_id: vault.map(|id| id.to_string()),
            item_id: item.map(|id| id.to_string()),
            count,
        }
    }
}

impl Coffer {
    /// Changes many items, all or none.
    ///
    /// # Errors
    /// `not_found` if one of them does not exist, `invalid_input` for a tag or folder, `cancelled`, or the disk.
    pub async fn item_change(&self, ids: Vec<ItemId>, change: BulkChange) -> Outcome<ChangedView> {
        self.change_by(ids, bulk(change)).await
    }

    /// Makes items favourites, or no longer.
    ///
    /// # Errors
    /// `not_found` if one of them does not exist, or `cancelled`; then none is changed. Or the disk.
    pub async fn item_set_favourite(&self, ids: Vec<ItemId>, favourite: bool) -> Outcome<ChangedView> {
        self.change_by(ids, Bulk::Favourite(favourite)).await
    }

    /// Puts items aside, or takes them back.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_set_archived(&self, ids: Vec<ItemId>, archived: bool) -> Outcome<ChangedView> {
        self.change_by(ids, Bulk::Archived(archived)).await
    }

    /// Puts items into the trash.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_trash(&self, ids: Vec<ItemId>) -> Outcome<ChangedView> {
        self.change_by(ids, Bulk::Trash).await
    }

    /// Takes items out of the trash.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_restore(&self, ids: Vec<ItemId>) -> Outcome<ChangedView> {
        self.change_by(ids, Bulk::Restore).await
    }

    async fn change_by(&self, ids: Vec<ItemId>, bulk: Bulk) -> Outcome<ChangedView> {
        let job = self.counting_job(JobKind::ItemChange, ids.len());
        let change = move |session: &mut Session, progress: ItemProgress<'_>| {
            session.change_items(&ids, &bulk, progress).map_err(malformed_as(InputProblem::TagName))
        };
        Ok(self.counted_change(job, change).await?.into())
    }

    /// Deletes items for good, with their history and files.
    ///
    /// # Errors
    /// `not_found` if one of them is not in the trash, or `cancelled`; then none is deleted. Or the disk.
    pub async fn item_purge(&self, ids: Vec<ItemId>) -> Outcome<()> {
        let job = self.counting_job(JobKind::ItemDelete, ids.len());
        self.counted_change(job, move |session, progress| Ok(session.purge_many(&ids, progress)?)).await
    }

    /// Deletes all that lies in the trash for good.
    ///
    /// # Errors
    /// `cancelled`: then nothing is deleted. Or the disk.
    pub async fn trash_empty(&self) -> Outcome<u32> {
        let items = self.read(|session| Ok(session.sidebar()?.trash)).await?;
        let job = self.counting_job(JobKind::ItemDelete, usize::try_from(items).unwrap_or(usize::MAX));
        self.counted_change(job, |session, progress| Ok(session.empty_trash(progress)?)).await
    }

    /// Renames or moves a folder with everything in it and below it. Without a new path what is in it goes up.
    ///
    /// # Errors
    /// `invalid_input` for a path into itself or one that is too long, `cancelled`, or the disk.
    pub async fn folder_rename(&self, from: String, to: Option<String>) -> Outcome<ChangedView> {
        let to = match to {
            None => None,
            Some(to) => Some(tidy_folder(&to).ok_or_else(|| ErrorView::invalid(InputProblem::FolderName))?),
        };
        let job = self.jobs.start(JobKind::ItemChange, String::new(), 0);
        let rename = move |session: &mut Session, progress: ItemProgress<'_>| {
            let renamed = session.rename_folder(&from, to.as_deref(), progress);
            renamed.map_err(malformed_as(InputProblem::FolderIntoItself))
        };
        Ok(self.counted_change(Some(job), rename).await?.into())
    }

    /// Renames a tag on every item, or takes it off; one that is there already takes it in.
    ///
    /// # Errors
    /// `invalid_input` for the name, `cancelled`, or the disk.
    pub async fn tag_rename(&self, from: String, to: Option<String>) -> Outcome<ChangedView> {
        let to = to.map(|to| to.trim().to_owned());
        let job = self.jobs.start(JobKind::ItemChange, String::new(), 0);
        let rename = move |session: &mut Session, progress: ItemProgress<'_>| {
            let renamed = session.rename_tag(&from, to.as_deref(), progress);
            renamed.map_err(malformed_as(InputProblem::TagName))
        };
        Ok(self.counted_change(Some(job), rename).await?.into())
    }

    /// Undoes a change of many items. What was changed since stays, and is named.
    ///
    /// # Errors
    /// `not_found` if it is too long ago or undone already; `cancelled`, after which it can still be undone; or the disk.
    pub async fn undo(&self, id: UndoId) -> Outcome<UndoneView> {
        let job = self.jobs.start(JobKind::ItemUndo, String::new(), 0);
        self.change(move |session| {
            let mut progress = |far| match far {
                Undoing::Bytes { done, total } => job.tell(JobUnit::Bytes, done, total),
                Undoing::Items { done, total } => job.tell(JobUnit::Items, done as u64, total as u64),
            };
            let undone = session.undo(id, &mut progress).map_err(ErrorView::from);
            let Undone { count, left } = job.end_with(undone)?;
            Ok(UndoneView { count: number(count), left: left.iter().map(ToString::to_string).collect() })
        })
        .await
    }

    /// What differs between two revisions of an item; concealed values only if `reveal` asks for them.
    ///
    /// # Errors
    /// `not_found`, `password_needed` if the item asks for the master password again, or a damaged database.
    pub async fn history_compare(
        &self,
        id: ItemId,
        (before, after): (RevHash, RevHash),
        reveal: bool,
    ) -> Outcome<Vec<DifferenceView>> {
        let secrets = if reveal { Secrets::Show } else { Secrets::Hide };
        self.read_guarded(id, move |session, _, guard| {
            // What is open now may have been a secret then.
            guard()?;
            Ok(session.compare(id, before, after, secrets)?.into_iter().map(Into::into).collect())
        })
        .await
    }

    /// Removes earlier revisions of items, of all if none are named, by a rule.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for a number out of range, `cancelled`, or the disk.
    pub async fn history_purge(&self, ids: Option<Vec<ItemId>>, keep: KeepView) -> Outcome<RemovedView> {
        let ids = match ids {
            Some(ids) => ids,
            None => self.read(|session| Ok(session.items_with_history()?)).await?,
        };
        let job = self.counting_job(JobKind::HistoryPurge, ids.len());
        let purge = move |session: &mut Session, progress: ItemProgress<'_>| {
            let removed = session.purge_history(&ids, keep.into(), progress);
            removed.map_err(malformed_as(InputProblem::HistoryRule))
        };
        let Removed { revisions, items } = self.counted_change(job, purge).await?;
        Ok(RemovedView { revisions: number(revisions), items: number(items) })
    }

    /// The rules for history and trash.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn history_rules_get(&self) -> Outcome<RulesView> {
        self.read(|session| {
            let Rules { history, trash_days } = session.rules()?;
            Ok(RulesView { history: history.into(), trash_days })
        })
        .await
    }

    /// Sets the rules; they run by themselves from the next day on.
    ///
    /// # Errors
    /// `invalid_input` for a number out of range, or the disk.
    pub async fn history_rules_set(&self, rules: RulesView) -> Outcome<RulesView> {
        let RulesView { history, trash_days } = rules;
        self.read(move |session| {
            let set = session.set_rules(&Rules { history: history.into(), trash_days });
            set.map_err(malformed_as(InputProblem::HistoryRule))?;
            Ok(rules)
        })
        .await
    }

    /// The activity log of this computer, newest first.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn event_list(&self, offset: u32, limit: u32) -> Outcome<Vec<EventView>> {
        let limit = limit.min(EVENTS);
        self.read(move |session| Ok(session.events(offset, limit)?.into_iter().map(Into::into).collect()))
            .await
    }

    /// A job for so many items, if they are many.
    fn counting_job(&self, kind: JobKind, items: usize) -> Option<Job> {
        (items > AT_ONCE).then(|| self.jobs.start(kind, String::new(), items as u64))
    }

    /// Changes items one after the other, all or none, and ends the job with what became of it.
    async fn counted_change<T: Send + 'static>(
        &self,
        job: Option<Job>,
        work: impl FnOnce(&mut Session, ItemProgress<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.change(move |session| match job {
            Some(job) => {
                let changed = work(session, &mut counted(&job));
                job.end_with(changed)
            }
            None => work(session, &mut |_| ControlFlow::Continue(())),
        })
        .await
    }
}
