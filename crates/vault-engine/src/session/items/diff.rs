use crate::item::{Item, Role};

/// One thing that a revision changed. It names fields but never holds their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The item was made.
    Created,
    /// The type.
    Type,
    /// The title.
    Title,
    /// The notes.
    Notes,
    /// The tags.
    Tags,
    /// The web addresses, or when they are meant for a page.
    Urls,
    /// Passkeys added, changed or removed.
    Passkeys,
    /// The day on which it expires.
    Expires,
    /// Whether the master password is asked for.
    Reprompt,
    /// Made a template, or no longer one.
    Template,
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

/// Whether the passkeys are the same to a person; how often one has signed is no change of theirs.
fn same_passkeys(old: &Item, new: &Item) -> bool {
    let shown = |item: &Item| {
        let keys = item.passkeys.iter();
        keys.map(|key| (key.credential_id.clone(), key.user_name.clone(), key.display_name.clone()))
            .collect::<Vec<_>>()
    };
    shown(old) == shown(new)
}
