//! The changes between two revisions of an item.

use crate::item::{Item, Role};

/// One change made by a revision. It names fields but never has their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The item was created.
    Created,
    /// The type.
    Type,
    /// The title.
    Title,
    /// The notes.
    Notes,
    /// The tags.
    Tags,
    /// The web addresses or their matching rules.
    Urls,
    /// Passkeys added, changed or removed.
    Passkeys,
    /// The expiry date.
    Expires,
    /// Whether the item asks for the master password.
    Reprompt,
    /// Became a template, or is no longer one.
    Template,
    /// The folder.
    Folder,
    /// Became a favourite, or is no longer one.
    Favourite,
    /// Moved to the archive, or back.
    Archived,
    /// Moved to the trash.
    Trashed,
    /// Restored from the trash.
    Restored,
    /// Files added or removed.
    Attachments,
    /// A field added, changed or removed.
    Field {
        /// Its role, if it is built in.
        role: Option<Role>,
        /// Its label, if it is custom.
        label: String,
    },
    /// The stored revision cannot be opened.
    Unreadable,
}

/// Lists the changes from `old` to `new`, in the order in which an item is displayed.
pub(crate) fn changes(old: &Item, new: &Item) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |changed: bool, change: Change| {
        if changed {
            changes.push(change);
        }
    };
    note(old.trashed_at.is_none() && new.trashed_at.is_some(), Change::Trashed);
    note(old.trashed_at.is_some() && new.trashed_at.is_none(), Change::Restored);
    note(old.item_type != new.item_type, Change::Type);
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
    note(old.urls != new.urls || old.url_rules != new.url_rules, Change::Urls);
    note(!same_passkeys(old, new), Change::Passkeys);
    note(old.notes.expose() != new.notes.expose(), Change::Notes);
    note(old.tags != new.tags, Change::Tags);
    note(old.folder != new.folder, Change::Folder);
    note(old.flags.favourite != new.flags.favourite, Change::Favourite);
    note(old.expires != new.expires, Change::Expires);
    note(old.flags.reprompt != new.flags.reprompt, Change::Reprompt);
    note(old.flags.template != new.flags.template, Change::Template);
    note(old.flags.archived != new.flags.archived, Change::Archived);
    let files = |item: &Item| item.attachments.iter().map(|file| file.blob_id).collect::<Vec<_>>();
    note(files(old) != files(new), Change::Attachments);
    changes
}

/// Returns whether the passkeys are equal, ignoring their signature counters.
fn same_passkeys(old: &Item, new: &Item) -> bool {
    let shown = |item: &Item| {
        let keys = item.passkeys.iter();
        keys.map(|key| (key.credential_id.clone(), key.user_name.clone(), key.display_name.clone()))
            .collect::<Vec<_>>()
    };
    shown(old) == shown(new)
}
