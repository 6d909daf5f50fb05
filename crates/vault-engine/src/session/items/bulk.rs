//! Changes to many items at once: one transaction, and one step back.

use std::ops::ControlFlow;

use vault_wire::ItemId;

use super::undo::{Step, UndoId};
use crate::clock::Timestamp;
use crate::item::{Item, ItemType, LimitedPart, PayloadError};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::state::Session;
use crate::session::transaction::Writer;

/// Is told how many items are done, and may break off; then nothing is changed.
pub type ItemProgress<'a> = &'a mut dyn FnMut(usize) -> ControlFlow<()>;

/// What is done to many items. Items that are so already are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// Makes them favourites, or no longer.
    Favourite(bool),
    /// Puts them aside, or takes them back.
    Archived(bool),
    /// Puts them into the trash.
    Trash,
    /// Takes them out of the trash.
    Restore,
    /// Gives them a tag.
    AddTag(String),
    /// Takes a tag off.
    RemoveTag(String),
    /// Puts them into a folder, or into none.
    Folder(Option<String>),
    /// Makes them items of another type. Every field stays, also those that the type does not have by itself. Documents
    /// are what their file is: they are left alone, and nothing becomes one.
    Type(ItemType),
}

/// What a change of many items did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Items that were not so already.
    pub count: usize,
    /// Undoes it; none if nothing was changed.
    pub undo: Option<UndoId>,
}

impl Bulk {
    /// Changes one item, and tells whether there was anything to change. Where an item is kept and how it is labelled is
    /// no change of its content, so it does not count as changed now.
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
    /// If one of them does not exist; [`SessionError::Invalid`] for a tag or folder that does not fit;
    /// [`SessionError::Cancelled`] if `progress` broke off.
    pub fn change_items(
        &mut self,
        ids: &[ItemId],
        bulk: &Bulk,
        progress: ItemProgress<'_>,
    ) -> Result<Changed, SessionError> {
        if let Bulk::AddTag(tag) = bulk {
            acceptable(tag, LimitedPart::Tag)?;
        }
        let steps =
            self.write(|writer| writer.change_all(ids, |item, now| bulk.apply(item, now), progress))?;
        Ok(self.remember(steps))
    }

    /// Makes items favourites, or no longer.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_favourite(&mut self, ids: &[ItemId], favourite: bool) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Favourite(favourite), &mut go_on)
    }

    /// Puts items aside, or takes them back.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_archived(&mut self, ids: &[ItemId], archived: bool) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Archived(archived), &mut go_on)
    }

    /// Puts items into the trash. What lies there already stays as it is.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn trash(&mut self, ids: &[ItemId]) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Trash, &mut go_on)
    }

    /// Takes items out of the trash.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn restore(&mut self, ids: &[ItemId]) -> Result<Changed, SessionError> {
        self.change_items(ids, &Bulk::Restore, &mut go_on)
    }

    /// Gives a folder another path, with everything in it and below it, wherever that lies: archive and trash too. A
    /// folder that is there already takes it in. With no new path the folder is dissolved into nothing above it.
    ///
    /// # Errors
    /// [`SessionError::Invalid`] if a path becomes too long or the folder would be moved into itself; as
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
        let steps = self.write(|writer| {
            let ids = list::ids_in_folder(&writer.tx, from)?;
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
            let steps = writer.change_all(&ids, change, progress)?;
            writer.note_change(EventKind::FolderRenamed, &steps)?;
            Ok(steps)
        })?;
        Ok(self.remember(steps))
    }

    /// Gives a tag another name on every item, in archive and trash too. An item that has the other already keeps one.
    /// With no new name the tag is taken off.
    ///
    /// # Errors
    /// [`SessionError::Invalid`] if the name is empty, too long or has control characters; as
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
        let steps = self.write(|writer| {
            let ids = list::ids_with_tag(&writer.tx, from)?;
            let change = |item: &mut Item, _| {
                if to == Some(from) || !item.tags.remove(from) {
                    return false;
                }
                item.tags.extend(to.map(str::to_owned));
                true
            };
            let steps = writer.change_all(&ids, change, progress)?;
            writer.note_change(EventKind::TagRenamed, &steps)?;
            Ok(steps)
        })?;
        Ok(self.remember(steps))
    }
}

impl Writer<'_> {
    /// Changes items as they are now; `change` tells whether there was anything to change.
    pub(crate) fn change_all(
        &mut self,
        ids: &[ItemId],
        mut change: impl FnMut(&mut Item, Timestamp) -> bool,
        progress: ItemProgress<'_>,
    ) -> Result<Vec<Step>, SessionError> {
        let mut steps = Vec::new();
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            let mut item = self.open(id, &current)?;
            if change(&mut item, self.now) {
                self.revise(current.vault_key, id, Some(current), item)?;
                let after = self.current(id)?.entry_key;
                steps.push(Step::Changed { id, before: current.entry_key, after });
            }
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        Ok(steps)
    }

    fn note_change(&self, kind: EventKind, steps: &[Step]) -> Result<(), SessionError> {
        let ids: Vec<ItemId> = steps.iter().map(Step::id).collect();
        if ids.is_empty() { Ok(()) } else { self.note(kind, None, &ids) }
    }
}

/// For calls that cannot be broken off.
pub(crate) fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// What of a path lies below a folder: nothing for the folder itself, else it begins with `/`.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Control characters divide what search knows of an item.
fn acceptable(name: &str, part: LimitedPart) -> Result<(), SessionError> {
    if name.len() > part.limit() {
        return Err(SessionError::Invalid(PayloadError::TooLarge(part)));
    }
    let sound = !name.trim().is_empty() && !name.chars().any(char::is_control);
    if sound { Ok(()) } else { Err(SessionError::Invalid(PayloadError::Malformed)) }
}
