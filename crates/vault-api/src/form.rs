//! Applies a form to an item: validates it, and keeps the stored values that the form does not contain.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Day, Field, FieldId, FieldKind, Item, PastValue, Role, UrlMatch};
use vault_otp::Code;

use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::{FieldDraft, ItemDraft, UrlMatchView, passkey_id, tidy_folder};

/// The number of earlier values kept for a concealed field.
pub(crate) const PAST_VALUES_KEPT: usize = 50;

/// The time, device and field ids for a change.
pub(crate) struct Stamp<'a> {
    /// The time of the change.
    pub(crate) now: Timestamp,
    /// The name of this device.
    pub(crate) device: &'a str,
    /// Makes the id of a new field.
    pub(crate) make_field_id: &'a mut dyn FnMut() -> FieldId,
}

/// Applies a form to the stored item that it edits, or makes a new item.
///
/// # Errors
/// `InvalidInput` or `CodeInvalid`, with a sentence that says which part is not acceptable.
pub(crate) fn apply(stored: Option<Item>, draft: ItemDraft, stamp: &mut Stamp<'_>) -> Result<Item> {
    let ItemDraft {
        id: _,
        base_revision: _,
        item_type,
        title,
        fields,
        urls,
        notes,
        tags,
        folder,
        favourite,
        url_rules,
        removed_passkeys,
        expires,
        reprompt,
        template,
    } = draft;
    let title = title.trim().to_owned();
    if title.is_empty() {
        return Err(ErrorView::invalid(InputProblem::TitleMissing));
    }
    let mut item = match stored {
        Some(item) if item.item_type == item_type.into() => item,
        Some(_) => return Err(ErrorView::invalid(InputProblem::FormMismatch)),
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
            return Err(ErrorView::invalid(InputProblem::FormMismatch));
        }
        item.fields.push(field);
    }
    item.title = title;
    set_urls(&mut item, &urls, &url_rules);
    item.passkeys.retain(|passkey| !removed_passkeys.contains(&passkey_id(passkey)));
    item.expires = match expires.as_deref().map(str::trim).filter(|day| !day.is_empty()) {
        Some(day) => Some(day.parse::<Day>().map_err(|_| ErrorView::invalid(InputProblem::ExpiryNoDay))?),
        None => None,
    };
    item.notes = SecretText::new(notes);
    item.tags = tags.into_iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
    item.folder = folder.and_then(|folder| tidy_folder(&folder));
    item.flags.favourite = favourite;
    item.flags.reprompt = reprompt;
    item.flags.template = template;
    if template {
        without_secrets(&mut item);
    }
    item.modified_at = stamp.now;
    stamp.device.clone_into(&mut item.device);
    Ok(item)
}

/// Sets the non-empty addresses with their rules. A rule of a newer version stays as it is.
fn set_urls(item: &mut Item, urls: &[String], rules: &[UrlMatchView]) {
    let before = std::mem::take(&mut item.url_rules);
    item.urls.clear();
    let rules = rules.iter().copied().chain(std::iter::repeat(UrlMatchView::default()));
    for (url, rule) in urls.iter().map(|url| url.trim()).zip(rules).filter(|(url, _)| !url.is_empty()) {
        item.urls.push(url.to_owned());
        let rule = match rule {
            UrlMatchView::Domain => UrlMatch::Domain,
            UrlMatchView::Host => UrlMatch::Host,
            UrlMatchView::StartsWith => UrlMatch::StartsWith,
            UrlMatchView::Exact => UrlMatch::Exact,
            UrlMatchView::Pattern => UrlMatch::Pattern,
            UrlMatchView::Never => UrlMatch::Never,
            UrlMatchView::Newer => before.get(url).copied().unwrap_or(UrlMatch::Never),
        };
        item.set_url_rule(url, rule);
    }
}

/// Removes the secrets of a template: everybody who has the vault makes items from it.
fn without_secrets(item: &mut Item) {
    for field in &mut item.fields {
        field.history.clear();
        if field.kind.is_concealed() {
            field.value = SecretText::new(String::new());
        }
    }
    item.passkeys.clear();
}

fn apply_field(
    draft: FieldDraft,
    before: &mut BTreeMap<FieldId, Field>,
    stamp: &mut Stamp<'_>,
) -> Result<Field> {
    let FieldDraft { id, role, label, kind, value, section } = draft;
    let kind = FieldKind::from(kind);
    let role: Option<Role> = match role {
        Some(name) => {
            Some(Role::from_name(&name).ok_or_else(|| ErrorView::invalid(InputProblem::FormMismatch))?)
        }
        None => None,
    };
    let stored = match id {
        Some(id) => {
            let id = id.parse::<FieldId>().map_err(|_| ErrorView::invalid(InputProblem::FormMismatch))?;
            Some(before.remove(&id).ok_or(ErrorCode::Conflict)?)
        }
        None => None,
    };
    let mut field =
        stored.unwrap_or_else(|| Field::new((stamp.make_field_id)(), kind, SecretText::new(String::new())));
    // An unchanged value is kept even if it is malformed, as after an import.
    if let Some(value) = value.map(SecretText::new)
        && value.expose() != field.value.expose()
    {
        let old = std::mem::replace(&mut field.value, tidy_value(kind, value)?);
        if field.kind.is_concealed() && !old.is_empty() && old.expose() != field.value.expose() {
            field.history.insert(0, PastValue { value: old, replaced_at: stamp.now });
            field.history.truncate(PAST_VALUES_KEPT);
        }
    }
    if (field.role, field.kind) != (role, kind) {
        field.set_meaning(role, kind);
    }
    field.label = label.trim().to_owned();
    field.section = section.map(|section| section.trim().to_owned()).filter(|section| !section.is_empty());
    Ok(field)
}

/// The stored form of a typed value. Only an invalid one-time code is refused, since it would fail when it is needed; the
/// view warns about other values that look wrong.
fn tidy_value(kind: FieldKind, value: SecretText) -> Result<SecretText> {
    let text = value.expose().trim();
    if text.is_empty() {
        return Ok(SecretText::new(String::new()));
    }
    if kind == FieldKind::Code {
        let code = Code::parse(text).map_err(|_| ErrorView::of(ErrorCode::CodeInvalid))?;
        return Ok(code.to_uri());
    }
    Ok(value)
}
