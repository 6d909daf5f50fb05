use crate::item::{Item, Role};

/// One thing that a revision changed. It names fields but never holds their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The item was made.
    Created,
    /// The title.
    Title,
    /// The notes.
    Notes,
    /// The tags.
    Tags,
    /// The web addresses.
    Urls,
    /// The folder.
    Folder,
    /// Made a favourite, or no longer one.
    Favourite,
    /// Put aside, or taken back.
    Archived,
    /// Put into the trash.
    Trashed,
    /// Taken out of the trash.
    Restored,
    /// Files added or removed.
    Attachments,
    /// A field added, changed or removed.
    Field {
        /// Its meaning, if it is a built-in one.
        role: Option<Role>,
        /// Its label, if it is a custom one.
        label: String,
    },
    /// The stored revision does not open.
    Unreadable,
}

/// Lists what `new` changed against `old`, in the order in which an item is read.
pub(super) fn changes(old: &Item, new: &Item) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |changed: bool, change: Change| {
        if changed {
            changes.push(change);
        }
    };
    note(old.trashed_at.is_none() && new.trashed_at.is_some(), Change::Trashed);
    note(old.trashed_at.is_some() && new.trashed_at.is_none(), Change::Restored);
    note(old.title != new.title, Change::Title);
    for field in &new.fields {
        let before = old.fields.iter().find(|other| other.id == field.id);
        let changed = match before {
            None => true,
            Some(before) => {
                before.value.expose() != field.value.expose()
                    || before.label != field.label
                    || before.kind != field.kind
                    || before.section != field.section
            }
        };
        note(changed, Change::Field { role: field.role, label: field.label.clone() });
    }
    for field in old.fields.iter().filter(|field| new.fields.iter().all(|other| other.id != field.id)) {
        note(true, Change::Field { role: field.role, label: field.label.clone() });
    }
    note(old.urls != new.urls, Change::Urls);
    note(old.notes.expose() != new.notes.expose(), Change::Notes);
    note(old.tags != new.tags, Change::Tags);
    note(old.folder != new.folder, Change::Folder);
    note(old.flags.favourite != new.flags.favourite, Change::Favourite);
    note(old.flags.archived != new.flags.archived, Change::Archived);
    let files = |item: &Item| item.attachments.iter().map(|file| file.blob_id).collect::<Vec<_>>();
    note(files(old) != files(new), Change::Attachments);
    changes
}
