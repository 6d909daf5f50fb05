//! Merge of fields, matched by id.

use super::choice::Choice;
use super::conflict::Conflict;
use super::order::{Found, Lists};
use super::superseded::SupersededValues;
use super::unknown::Rule;
use super::{copy, counter, same, unknown};
use crate::item::{Field, FieldId, FieldKind, Item, PastValue, Role, SecretText, key};

/// The entries that determine the meaning of a field; they are merged as one part.
const MEANING: [u64; 2] = [key::field::ROLE, key::field::KIND];

/// Merges the fields. A field that one side removed stays if the other changed it.
pub(super) fn merge(
    base: &Item,
    log: &Item,
    local: &Item,
    superseded: &mut SupersededValues,
) -> Result<Vec<Field>, Conflict> {
    let lists = Lists { base: &base.fields, log: &log.fields, local: &local.fields };
    let found = lists.merge(|field| field.id, |base, side| !same::field(base, side));
    let role_pair = role_pair(&found);
    let mut merged = Vec::with_capacity(found.len());
    for Found { base, log, local, .. } in found {
        match (log, local) {
            (Some(log), Some(local)) => merged.push(field(base, log, local, superseded)?),
            (Some(log), None) => match role_pair.iter().find(|role_pair| role_pair.log == log.id) {
                Some(RolePair { local, .. }) => merged.push(field(None, log, local, superseded)?),
                None => merged.push(copy::field(log)),
            },
            (None, Some(local)) if role_pair.iter().any(|role_pair| role_pair.local.id == local.id) => {}
            (None, local) => merged.extend(local.map(copy::field)),
        }
    }
    Ok(merged)
}

/// A built-in field that both sides added with different ids. An item has each built-in field once, so they are merged
/// into one.
struct RolePair<'a> {
    log: FieldId,
    local: &'a Field,
}

fn role_pair<'a>(found: &[Found<'a, Field>]) -> Vec<RolePair<'a>> {
    let mut only_log: Vec<&Field> =
        found.iter().filter(|found| found.local.is_none()).filter_map(|found| found.log).collect();
    let only_local = found.iter().filter(|found| found.log.is_none()).filter_map(|found| found.local);
    let pair = |local: &'a Field| {
        let at = only_log.iter().position(|log| log.role.is_some() && log.role == local.role)?;
        Some(RolePair { log: only_log.remove(at).id, local })
    };
    only_local.filter_map(pair).collect()
}

/// Merges two versions of a field. Without a base every difference counts as changed by both.
fn field(
    base: Option<&Field>,
    log: &Field,
    local: &Field,
    superseded: &mut SupersededValues,
) -> Result<Field, Conflict> {
    let blank = blank(log);
    let has_base = base.is_some();
    let base = base.unwrap_or(&blank);
    let Field { id, role: _, label, kind: _, value, section, history, unknown } = log;

    let meaning = match Choice::between(&meaning(base), &meaning(log), &meaning(local)) {
        Choice::Local if has_base => local,
        _ => log,
    };
    let label_choice = Choice::between_texts(&base.label, label, &local.label);
    let merged_label = label_choice.take(label, &local.label).clone();
    let shown = match meaning.role {
        Some(role) if merged_label.is_empty() => role.name(),
        _ => &merged_label,
    };
    let (value_choice, merged_value) = if meaning.kind == FieldKind::Code {
        counter::merge(&base.value, value, &local.value)
    } else {
        let choice = Choice::between_texts(base.value.expose(), value.expose(), local.value.expose());
        (choice, choice.take(value, &local.value).duplicate())
    };
    let section_choice =
        Choice::between_options(base.section.as_ref(), section.as_ref(), local.section.as_ref());
    if value_choice == Choice::Both {
        superseded.put(Some(*id), shown, local.value.expose());
    }
    if label_choice == Choice::Both {
        superseded.put(Some(*id), shown, &local.label);
    }
    if let (Choice::Both, Some(section)) = (section_choice, &local.section) {
        superseded.put(Some(*id), shown, section);
    }
    Ok(Field {
        id: *id,
        role: meaning.role,
        kind: meaning.kind,
        value: merged_value,
        section: section_choice.take(section, &local.section).clone(),
        history: past_values(&Lists { base: &base.history, log: history, local: &local.history }),
        unknown: unknown::merge(
            (&base.unknown, unknown, &local.unknown),
            &MEANING,
            &meaning.unknown,
            &Rule::Split,
        )?,
        label: merged_label,
    })
}

/// Returns the meaning of a field, including unknown roles and kinds.
fn meaning(field: &Field) -> (Option<Role>, FieldKind, [Option<&[u8]>; 2]) {
    (field.role, field.kind, MEANING.map(|key| field.unknown.entry(key)))
}

/// Returns an empty field that replaces a missing base.
fn blank(field: &Field) -> Field {
    Field::new(field.id, field.kind, SecretText::from(""))
}

/// Merges the earlier values, newest first on each side. A value that both sides replaced is listed twice.
fn past_values(lists: &Lists<'_, PastValue>) -> Vec<PastValue> {
    let merged = lists.merge(|past| (past.value.expose(), past.replaced_at), |_, _| false);
    merged.iter().filter_map(|found| found.log.or(found.local)).map(copy::past_value).collect()
}
