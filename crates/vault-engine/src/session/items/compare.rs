//! The differences between two revisions of an item, for display.

use vault_crypto::SecretText;
use vault_wire::{ItemId, RevHash};

use super::diff::{Change, changes};
use crate::item::{Field, Item};
use crate::session::error::SessionError;
use crate::session::state::Session;

/// Whether concealed values are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Only whether they differ.
    Hide,
    /// The user asked for them.
    Show,
}

/// A value on one side of a comparison.
pub enum Side {
    /// There is no value.
    None,
    /// The value is concealed and was not asked for.
    Hidden,
    /// The value. Several values, such as tags, are on a line each.
    Value(SecretText),
}

/// One difference between two revisions.
pub struct Difference {
    /// The part that differs.
    pub what: Change,
    /// Its value in the first of them.
    pub before: Side,
    /// Its value in the second.
    pub after: Side,
}

impl Session {
    /// Compares two revisions of an item.
    ///
    /// # Errors
    /// Fails if the item does not have one of them, or it is damaged or was removed.
    pub fn compare(
        &self,
        id: ItemId,
        before: RevHash,
        after: RevHash,
        secrets: Secrets,
    ) -> Result<Vec<Difference>, SessionError> {
        let (before, after) = (self.at_revision(id, before)?, self.at_revision(id, after)?);
        Ok(compare(&before, &after, secrets))
    }
}

/// Lists the differences, in the order in which an item is displayed.
fn compare(before: &Item, after: &Item, secrets: Secrets) -> Vec<Difference> {
    let mut fields = fields(before, after, secrets).into_iter().peekable();
    let mut differences = Vec::new();
    for what in changes(before, after) {
        if let Change::Field { .. } = what {
            // Fields are listed one by one, with their values.
            differences.extend(fields.next());
            continue;
        }
        let (old, new) = (text(&what, before), text(&what, after));
        differences.push(Difference { what, before: side(old), after: side(new) });
    }
    differences.extend(fields);
    differences
}

/// Lists the fields that differ, in the order of [`changes`]: existing ones, then removed ones.
fn fields(before: &Item, after: &Item, secrets: Secrets) -> Vec<Difference> {
    let told = |field: Option<&Field>| match field {
        None => Side::None,
        Some(field) if field.kind.is_concealed() && secrets == Secrets::Hide => Side::Hidden,
        Some(field) => Side::Value(SecretText::from(field.value.expose())),
    };
    let named = |field: &Field| Change::Field { role: field.role, label: field.label.clone() };
    let mut differences = Vec::new();
    for field in &after.fields {
        let old = before.fields.iter().find(|other| other.id == field.id);
        let same = old.is_some_and(|old| {
            old.value.expose() == field.value.expose()
                && old.label == field.label
                && old.kind == field.kind
                && old.section == field.section
        });
        if !same {
            let (before, after) = (told(old), told(Some(field)));
            differences.push(Difference { what: named(field), before, after });
        }
    }
    for field in before.fields.iter().filter(|field| after.fields.iter().all(|other| other.id != field.id)) {
        differences.push(Difference { what: named(field), before: told(Some(field)), after: Side::None });
    }
    differences
}

/// Returns a part of an item as text, if it has a textual form.
fn text(what: &Change, item: &Item) -> Option<SecretText> {
    let lines = |lines: Vec<&str>| SecretText::new(lines.join("\n"));
    match what {
        Change::Title => Some(SecretText::from(item.title.as_str())),
        Change::Notes => Some(SecretText::from(item.notes.expose())),
        Change::Tags => Some(lines(item.tags.iter().map(String::as_str).collect())),
        Change::Urls => Some(lines(item.urls.iter().map(String::as_str).collect())),
        Change::Folder => item.folder.as_deref().map(SecretText::from),
        Change::Attachments => Some(lines(item.attachments.iter().map(|file| file.name.as_str()).collect())),
        // The other parts have no textual form.
        _ => None,
    }
}

fn side(text: Option<SecretText>) -> Side {
    text.filter(|text| !text.is_empty()).map_or(Side::None, Side::Value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::item::FieldId;
    use crate::item::{FieldKind, ItemType};

    fn item(values: &[(u8, FieldKind, &str)]) -> Item {
        let mut item = Item::new(ItemType::Login, Timestamp(0));
        item.fields = values
            .iter()
            .map(|(number, kind, value)| {
                let mut field = Field::new(FieldId([*number; 8]), *kind, SecretText::from(*value));
                field.label = format!("field {number}");
                field
            })
            .collect();
        item
    }

    fn shown(side: &Side) -> &str {
        match side {
            Side::None => "-",
            Side::Hidden => "***",
            Side::Value(value) => value.expose(),
        }
    }

    fn told(before: &Item, after: &Item, secrets: Secrets) -> Vec<String> {
        let name = |what: &Change| match what {
            Change::Field { label, .. } => label.clone(),
            other => format!("{other:?}"),
        };
        compare(before, after, secrets)
            .iter()
            .map(|one| format!("{}: {} > {}", name(&one.what), shown(&one.before), shown(&one.after)))
            .collect()
    }

    #[test]
    fn fields_have_both_values_and_secrets_only_on_request() {
        use FieldKind::{Concealed, Text};
        let mut before =
            item(&[(1, Text, "ada"), (2, Concealed, "old"), (3, Text, "gone"), (4, Text, "same")]);
        let mut after =
            item(&[(4, Text, "same"), (2, Concealed, "new"), (1, Text, "bob"), (5, Text, "come")]);
        before.title = "Mail".to_owned();
        after.title = "Post".to_owned();
        after.tags.extend(["a".to_owned(), "b".to_owned()]);
        before.folder = Some("x".to_owned());
        let rest = |password: &str| {
            ["Title: Mail > Post", password, "field 1: ada > bob", "field 5: - > come", "field 3: gone > -"]
                .into_iter()
                .chain(["Tags: - > a\nb", "Folder: x > -"])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&before, &after, Secrets::Hide), rest("field 2: *** > ***"));
        assert_eq!(told(&before, &after, Secrets::Show), rest("field 2: old > new"));
        assert!(told(&after, &after, Secrets::Show).is_empty());
    }
}
