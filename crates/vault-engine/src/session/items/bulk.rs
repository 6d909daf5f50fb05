//! Changes to many items at once: one transaction, undone as one.

use vault_wire::ItemId;

use super::progress::{ItemProgress, go_on};
use super::undo_record::{Changed, UndoStep};
use crate::clock::Timestamp;
use crate::item::{Item, ItemType, LimitedPart, PayloadError};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::state::Session;
use crate::session::transaction::Transaction;

/// A change to many items. Items that are in the wanted state already are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// Adds them to the favourites, or removes them.
    Favourite(bool),
    /// Moves them to the archive, or back.
    Archived(bool),
    /// Moves them to the trash.
    Trash,
    /// Restores them from the trash.
    Restore,
    /// Adds a tag.
    AddTag(String),
    /// Removes a tag.
    RemoveTag(String),
    /// Moves them into a folder, or into none.
    Folder(Option<String>),
    /// Changes their type. All fields are kept, also those that the new type does not have by default. Documents are
    /// left alone, and nothing becomes one.
    Type(ItemType),
}

impl Bulk {
    /// Changes one item; returns whether there was anything to change. Only a change of type sets the time of
    /// modification: state, folder and tags are not content.
    fn apply(&self, item: &mut Item, now: Timestamp) -> bool {
        match self {
            Self::Favourite(wanted) => std::mem::replace(&mut item.flags.favourite, *wanted) != *wanted,
            Self::Archived(wanted) => std::mem::replace(&mut item.flags.archived, *wanted) != *wanted,
            Self::Trash => {
                let fresh = item.trashed_at.is_none();
                item.trashed_at.get_or_insert(now);
                fresh
            }
            Self::Restore => item.trashed_at.take().is_some(),
            Self::AddTag(tag) => item.tags.insert(tag.clone()),
            Self::RemoveTag(tag) => item.tags.remove(tag),
            Self::Folder(folder) => {
                let other = item.folder != *folder;
                item.folder.clone_from(folder);
                other
            }
            Self::Type(wanted) => {
                let fixed = [item.item_type, *wanted].contains(&ItemType::Document);
                if fixed || item.item_type == *wanted {
                    return false;
                }
                item.set_type(*wanted);
                item.modified_at = now;
                true
            }
        }
    }
}

impl Session {
    /// Changes items, all or none.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if one of them does not exist, [`SessionError::Invalid`] for an unacceptable
    /// tag or folder, and [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn change_items(
        &mut self,
        ids: &[ItemId],
        bulk: &Bulk,
        progress: ItemProgress<'_>,
    ) -> Result<Changed, SessionError> {
        if let Bulk::AddTag(tag) = bulk {
            acceptable(tag, LimitedPart::Tag)?;
        }
        let steps = self.write(|tx| tx.change_all(ids, |item, now| bulk.apply(item, now), progress))?;
        Ok(self.remember(steps))
    }

    /// Adds items to the favourites, or removes them.
    ///
    /// # Errors
    /// Fails if one of them does not exist; then none is changed.
    pub fn set_favourite(&mut self, ids: &[ItemId], favourite: bool) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Favourite(favourite), &mut go_on)
    }

    /// Moves items to the archive, or back.
    ///
    /// # Errors
    /// Fails if one of them does not exist; then none is changed.
    pub fn set_archived(&mut self, ids: &[ItemId], archived: bool) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Archived(archived), &mut go_on)
    }

    /// Moves items to the trash. Items that are there already are left alone.
    ///
    /// # Errors
    /// Fails if one of them does not exist; then none is changed.
    pub fn trash(&mut self, ids: &[ItemId]) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Trash, &mut go_on)
    }

    /// Restores items from the trash.
    ///
    /// # Errors
    /// Fails if one of them does not exist; then none is changed.
    pub fn restore(&mut self, ids: &[ItemId]) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Restore, &mut go_on)
    }

    /// Renames or moves a folder with everything in and below it, in archive and trash too. A folder that exists at the
    /// new path is merged with it. Without a new path the folder is removed: its items get no folder, and folders below
    /// it move to the top.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] if a path becomes too long or the folder would be moved into itself; else as
    /// [`Session::change_items`].
    pub fn rename_folder(
        &mut self,
        from: &str,
        to: Option<&str>,
        progress: ItemProgress<'_>,
    ) -> Result<Changed, SessionError> {
        let into_itself = to.is_some_and(|to| below(to, from).is_some_and(|rest| !rest.is_empty()));
        if from.is_empty() || into_itself || to == Some("") {
            return Err(SessionError::Invalid(PayloadError::Malformed));
        }
        let steps = self.write(|tx| {
            let ids = list::ids_in_folder(&tx.db, from)?;
            let change = |item: &mut Item, _| {
                let Some(rest) = item.folder.as_deref().and_then(|folder| below(folder, from)) else {
                    return false;
                };
                let moved = match to {
                    Some(to) => Some([to, rest].concat()),
                    None => rest.strip_prefix('/').map(str::to_owned),
                };
                let other = item.folder != moved;
                item.folder = moved;
                other
            };
            let steps = tx.change_all(&ids, change, progress)?;
            tx.note_change(EventKind::FolderRenamed, &steps)?;
            Ok(steps)
        })?;
        Ok(self.remember(steps))
    }

    /// Renames a tag on every item, in archive and trash too, merging it with a tag of the new name. Without a new name
    /// the tag is removed.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] if the name is empty, too long or has control characters; else as
    /// [`Session::change_items`].
    pub fn rename_tag(
        &mut self,
        from: &str,
        to: Option<&str>,
        progress: ItemProgress<'_>,
    ) -> Result<Changed, SessionError> {
        if let Some(to) = to {
            acceptable(to, LimitedPart::Tag)?;
        }
        let steps = self.write(|tx| {
            let ids = list::ids_with_tag(&tx.db, from)?;
            let change = |item: &mut Item, _| {
                if to == Some(from) || !item.tags.remove(from) {
                    return false;
                }
                item.tags.extend(to.map(str::to_owned));
                true
            };
            let steps = tx.change_all(&ids, change, progress)?;
            tx.note_change(EventKind::TagRenamed, &steps)?;
            Ok(steps)
        })?;
        Ok(self.remember(steps))
    }
}

impl Transaction<'_> {
    /// Changes the current revisions of items; `change` returns whether there was anything to change.
    pub(crate) fn change_all(
        &mut self,
        ids: &[ItemId],
        mut change: impl FnMut(&mut Item, Timestamp) -> bool,
        progress: ItemProgress<'_>,
    ) -> Result<Vec<UndoStep>, SessionError> {
        let mut steps = Vec::new();
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            let mut item = self.open(id, &current)?;
            if change(&mut item, self.now) {
                self.revise(current.vault_key, id, Some(current), item)?;
                let after = self.current(id)?.entry_key;
                steps.push(UndoStep::Changed { id, before: current.entry_key, after });
            }
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        Ok(steps)
    }

    fn note_change(&self, kind: EventKind, steps: &[UndoStep]) -> Result<(), SessionError> {
        let ids: Vec<ItemId> = steps.iter().map(UndoStep::id).collect();
        if ids.is_empty() { Ok(()) } else { self.note(kind, None, &ids) }
    }
}

/// Returns the part of a path below a folder: empty for the folder itself, else beginning with `/`.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Checks a name: control characters separate the words and tags in search rows.
fn acceptable(name: &str, part: LimitedPart) -> Result<(), SessionError> {
    if name.len() > part.limit() {
        return Err(SessionError::Invalid(PayloadError::TooLarge(part)));
    }
    let sound = !name.trim().is_empty() && !name.chars().any(char::is_control);
    if sound { Ok(()) } else { Err(SessionError::Invalid(PayloadError::Malformed)) }
}
