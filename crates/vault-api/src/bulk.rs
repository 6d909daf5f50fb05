//! Changes of many items at once and the way back, what differs between revisions, rules for history, and the activity log.

use vault_engine::session::{
    Bulk, Changed, Difference, Event, EventKind, Keep, Removed, Rules, Secrets, Session, Side, UndoId, Undone,
};
use vault_engine::{ItemId, RevHash};

use crate::coffer::Coffer;
use crate::documents::told;
use crate::error::Outcome;
use crate::item_draft::tidy_folder;
use crate::jobs::Job;
use crate::list_view::change_name;
use crate::vaults::counted;
use crate::views::{
    BulkChange, ChangedView, DifferenceView, ErrorView, EventView, JobKind, KeepView, RemovedView, RulesView,
    SideView, UndoneView,
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
        let bulk = bulk(change);
        let job = self.counting_job(ids.len());
        self.change_counted(job, move |session, progress| Ok(session.change_items(&ids, &bulk, progress)?))
            .await
    }

    /// Renames or moves a folder with everything in it and below it. Without a new path what is in it goes up.
    ///
    /// # Errors
    /// `invalid_input` for a path into itself or one that is too long, `cancelled`, or the disk.
    pub async fn folder_rename(&self, from: String, to: Option<String>) -> Outcome<ChangedView> {
        let to = match to {
            None => None,
            Some(to) => Some(tidy_folder(&to).ok_or_else(|| ErrorView::invalid("A folder needs a name."))?),
        };
        let job = self.counting_job(usize::MAX);
        let rename = move |session: &mut Session, progress: vault_engine::session::ItemProgress<'_>| {
            Ok(session.rename_folder(&from, to.as_deref(), progress)?)
        };
        self.change_counted(job, rename).await
    }

    /// Renames a tag on every item, or takes it off; one that is there already takes it in.
    ///
    /// # Errors
    /// `invalid_input` for the name, `cancelled`, or the disk.
    pub async fn tag_rename(&self, from: String, to: Option<String>) -> Outcome<ChangedView> {
        let to = to.map(|to| to.trim().to_owned());
        let job = self.counting_job(usize::MAX);
        let rename = move |session: &mut Session, progress: vault_engine::session::ItemProgress<'_>| {
            Ok(session.rename_tag(&from, to.as_deref(), progress)?)
        };
        self.change_counted(job, rename).await
    }

    /// Undoes a change of many items. What was changed since stays, and is named.
    ///
    /// # Errors
    /// `not_found` if it is too long ago or undone already, or the disk.
    pub async fn undo(&self, id: UndoId) -> Outcome<UndoneView> {
        let job = self.jobs.start(JobKind::ItemMove, String::new(), 0);
        self.change(move |session| {
            let undone = session.undo(id, &mut told(&job)).map_err(ErrorView::from);
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
            if reveal {
                guard()?;
            }
            Ok(session.compare(id, before, after, secrets)?.into_iter().map(Into::into).collect())
        })
        .await
    }

    /// Removes earlier revisions of items, of all if none are named, by a rule.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for a number out of range, `cancelled`, or the disk.
    pub async fn history_purge(&self, ids: Option<Vec<ItemId>>, keep: KeepView) -> Outcome<RemovedView> {
        let job = self.counting_job(ids.as_ref().map_or(usize::MAX, Vec::len));
        self.change(move |session| {
            let ids = ids.map_or_else(|| session.items_with_history(), Ok)?;
            let removed = match job {
                Some(job) => {
                    let removed = session.purge_history(&ids, keep.into(), &mut counted(&job));
                    job.end_with(removed.map_err(ErrorView::from))?
                }
                None => {
                    session.purge_history(&ids, keep.into(), &mut |_| std::ops::ControlFlow::Continue(()))?
                }
            };
            let Removed { revisions, items } = removed;
            Ok(RemovedView { revisions: number(revisions), items: number(items) })
        })
        .await
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
            session.set_rules(&Rules { history: history.into(), trash_days })?;
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

    /// A job for so many items, if they are many. How many there are in all it may learn only while it runs.
    fn counting_job(&self, items: usize) -> Option<Job> {
        let total = if items == usize::MAX { 0 } else { items as u64 };
        (items > AT_ONCE).then(|| self.jobs.start(JobKind::ItemChange, String::new(), total))
    }

    async fn change_counted(
        &self,
        job: Option<Job>,
        work: impl FnOnce(&mut Session, vault_engine::session::ItemProgress<'_>) -> Outcome<Changed>
        + Send
        + 'static,
    ) -> Outcome<ChangedView> {
        self.change(move |session| {
            let changed = match job {
                Some(job) => {
                    let changed = work(session, &mut counted(&job));
                    job.end_with(changed)?
                }
                None => work(session, &mut |_| std::ops::ControlFlow::Continue(()))?,
            };
            Ok(changed.into())
        })
        .await
    }
}
