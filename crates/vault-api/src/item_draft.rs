//! From a form to an item: checked, with the values that were not sent kept as they are.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;
use time::macros::format_description;
use vault_engine::SecretText;
use vault_engine::code::Code;
use vault_engine::item::{
    Field, FieldId, FieldKind, Item, PastValue, Role, Timestamp, Unknown, role_from_name,
};

use crate::error::Outcome;
use crate::item_view::is_concealed;
use crate::views::{ErrorCode, ErrorView, FieldDraft, ItemDraft};

/// Earlier values kept for a concealed field.
const PAST_VALUES_KEPT: usize = 50;

/// What a form is applied with.
pub(crate) struct Stamp<'a> {
    /// Now.
    pub(crate) now: Timestamp,
    /// The name of this device.
    pub(crate) device: &'a str,
    /// Makes the id of a new field.
    pub(crate) make_field_id: &'a mut dyn FnMut() -> FieldId,
}

/// Applies a form to the stored item it edits, or makes a new item of it.
///
/// # Errors
/// `InvalidInput` or `CodeInvalid`, with a sentence that says which part is not acceptable.
pub(crate) fn apply(stored: Option<Item>, draft: ItemDraft, stamp: &mut Stamp<'_>) -> Outcome<Item> {
    let ItemDraft { id: _, base_revision: _, item_type, title, fields, urls, notes, tags, folder, favourite } =
        draft;
    let title = title.trim().to_owned();
    if title.is_empty() {
        return Err(ErrorView::invalid("An item needs a title."));
    }
    let mut item = match stored {
        Some(item) if item.item_type == item_type.into() => item,
        Some(_) => return Err(ErrorView::invalid("The type of an item cannot be changed.")),
        None => Item::new(item_type.into(), stamp.now),
    };
    let mut before: BTreeMap<FieldId, Field> =
        std::mem::take(&mut item.fields).into_iter().map(|field| (field.id, field)).collect();
    let mut roles = BTreeSet::new();
    for field in fields {
        let field = apply_field(field, &mut before, stamp)?;
        if let Some(role) = field.role
            && !roles.insert(role)
        {
            return Err(ErrorView::invalid("A built-in field stands twice in the form."));
        }
        item.fields.push(field);
    }
    item.title = title;
    item.urls = urls.into_iter().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()).collect();
    item.notes = SecretText::new(notes);
    item.tags = tags.into_iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
    item.folder = folder.and_then(|folder| tidy_folder(&folder));
    item.flags.favourite = favourite;
    item.modified_at = stamp.now;
    stamp.device.clone_into(&mut item.device);
    Ok(item)
}

/// Removes empty levels and spaces around levels; `None` when nothing is left.
pub(crate) fn tidy_folder(folder: &str) -> Option<String> {
    let levels: Vec<&str> = folder.split('/').map(str::trim).filter(|level| !level.is_empty()).collect();
    (!levels.is_empty()).then(|| levels.join("/"))
}

fn apply_field(
    draft: FieldDraft,
    before: &mut BTreeMap<FieldId, Field>,
    stamp: &mut Stamp<'_>,
) -> Outcome<Field> {
    let FieldDraft { id, role, label, kind, value, section } = draft;
    let kind = FieldKind::from(kind);
    let role: Option<Role> = match role {
        Some(name) => Some(
            role_from_name(&name).ok_or_else(|| ErrorView::invalid("The form names an unknown field."))?,
        ),
        None => None,
    };
    let stored = match id {
        Some(id) => {
            let id =
                id.parse::<FieldId>().map_err(|_| ErrorView::invalid("The form names an unknown field."))?;
            Some(before.remove(&id).ok_or(ErrorCode::Conflict)?)
        }
        None => None,
    };
    let value = value.map(SecretText::new).map(|value| check_value(kind, value)).transpose()?;
    let mut field = stored.unwrap_or_else(|| Field {
        id: (stamp.make_field_id)(),
        role,
        label: String::new(),
        kind,
        value: SecretText::new(String::new()),
        section: None,
        history: Vec::new(),
        unknown: Unknown::default(),
    });
    if let Some(value) = value
        && value.expose() != field.value.expose()
    {
        let old = std::mem::replace(&mut field.value, value);
        if is_concealed(field.kind) && !old.is_empty() {
            field.history.insert(0, PastValue { value: old, replaced_at: stamp.now });
            field.history.truncate(PAST_VALUES_KEPT);
        }
    }
    field.role = role;
    field.label = label.trim().to_owned();
    field.kind = kind;
    field.section = section.map(|section| section.trim().to_owned()).filter(|section| !section.is_empty());
    Ok(field)
}

fn check_value(kind: FieldKind, value: SecretText) -> Outcome<SecretText> {
    let text = value.expose().trim();
    if text.is_empty() {
        return Ok(SecretText::new(String::new()));
    }
    match kind {
        FieldKind::Date if !is_date(text) => Err(ErrorView::invalid("A date is written as YYYY-MM-DD.")),
        FieldKind::Month if !is_month(text) => Err(ErrorView::invalid("A month is written as YYYY-MM.")),
        FieldKind::Code => {
            let code = Code::parse(text).map_err(|_| ErrorView::of(ErrorCode::CodeInvalid))?;
            Ok(code.to_uri())
        }
        FieldKind::Text
        | FieldKind::Concealed
        | FieldKind::Url
        | FieldKind::Email
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::Phone => Ok(value),
    }
}

fn is_date(text: &str) -> bool {
    Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}

fn is_month(text: &str) -> bool {
    is_date(&format!("{text}-01"))
}
