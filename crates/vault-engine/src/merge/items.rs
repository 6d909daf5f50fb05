//! Merge of whole items, part by part.

use std::collections::BTreeMap;

use super::choice::{Choice, pick};
use super::conflict::Conflict;
use super::order::Lists;
use super::superseded::SupersededValues;
use super::unknown::Rule;
use super::{attachments, fields, passkeys, unknown};
use crate::clock::Timestamp;
use crate::item::{Flags, Item, ItemType, UrlMatch, key};

/// Merges two items. Without a base every difference counts as changed by both.
pub(super) fn merge(base: Option<&Item>, log: &Item, local: &Item) -> Result<Item, Conflict> {
    let blank = Item::new(log.item_type, Timestamp::default());
    let has_base = base.is_some();
    let base = base.unwrap_or(&blank);
    let Item {
        item_type: _,
        title,
        fields: _,
        urls,
        url_rules: _,
        passkeys: _,
        notes,
        tags,
        folder,
        flags: Flags { favourite, edited_in_two_places: _, archived, reprompt, template },
        created_at,
        modified_at,
        trashed_at: _,
        expires,
        device,
        attachments: _,
        superseded: _,
        unknown,
    } = log;
    let mut superseded = SupersededValues::new(local);

    let typed = match Choice::between(&item_type(base), &item_type(log), &item_type(local)) {
        Choice::Local if has_base => local,
        _ => log,
    };
    let title_choice = Choice::between_texts(&base.title, title, &local.title);
    if title_choice == Choice::Both {
        superseded.put(None, "title", &local.title);
    }
    let fields = fields::merge(base, log, local, &mut superseded)?;
    let notes_choice = Choice::between_texts(base.notes.expose(), notes.expose(), local.notes.expose());
    if notes_choice == Choice::Both {
        superseded.put(None, "notes", local.notes.expose());
    }
    let folder_choice = Choice::between_options(base.folder.as_ref(), folder.as_ref(), local.folder.as_ref());
    if let (Choice::Both, Some(folder)) = (folder_choice, &local.folder) {
        superseded.put(None, "folder", folder);
    }
    let expires_choice =
        Choice::between_options(base.expires.as_ref(), expires.as_ref(), local.expires.as_ref());
    if let (Choice::Both, Some(day)) = (expires_choice, &local.expires) {
        superseded.put(None, "expires", &day.to_string());
    }
    let passkeys = passkeys::merge(base, log, local, &mut superseded)?;
    let attachments = attachments::merge(base, log, local, &mut superseded)?;
    attachments::note_second_content(typed.item_type, (base, log, local), &mut superseded);
    let (superseded, edited_in_two_places) = superseded.merge(base, log, local);

    let addresses = Lists { base: &base.urls, log: urls, local: &local.urls };
    let addresses = addresses.merge(String::as_str, |_, _| false);
    let has = |item: &Item, tag: &String| item.tags.contains(tag);
    let tagged = |tag: &&String| pick(has(base, tag), has(log, tag), has(local, tag));
    let unknowns = (&base.unknown, unknown, &local.unknown);
    Ok(Item {
        item_type: typed.item_type,
        title: title_choice.take(title, &local.title).clone(),
        fields,
        urls: addresses.iter().filter_map(|found| found.log.or(found.local)).cloned().collect(),
        url_rules: url_rules(base, log, local),
        passkeys,
        notes: notes_choice.take(notes, &local.notes).duplicate(),
        tags: tags.union(&local.tags).filter(tagged).cloned().collect(),
        folder: folder_choice.take(folder, &local.folder).clone(),
        flags: Flags {
            favourite: pick(base.flags.favourite, *favourite, local.flags.favourite),
            edited_in_two_places,
            archived: pick(base.flags.archived, *archived, local.flags.archived),
            reprompt: pick(base.flags.reprompt, *reprompt, local.flags.reprompt),
            template: pick(base.flags.template, *template, local.flags.template),
        },
        created_at: match Choice::between(&base.created_at, created_at, &local.created_at) {
            Choice::Both => (*created_at).min(local.created_at),
            choice => choice.take(*created_at, local.created_at),
        },
        modified_at: match Choice::between(&base.modified_at, modified_at, &local.modified_at) {
            Choice::Both => (*modified_at).max(local.modified_at),
            choice => choice.take(*modified_at, local.modified_at),
        },
        trashed_at: trashed_at(base, log, local),
        expires: expires_choice.take(*expires, local.expires),
        device: match Choice::between(&base.device, device, &local.device) {
            Choice::Log => device.clone(),
            // The local device writes the merged revision.
            Choice::Local | Choice::Both => local.device.clone(),
        },
        attachments,
        superseded,
        unknown: unknown::merge(unknowns, &[key::item::TYPE], &typed.unknown, &Rule::of(log, local))?,
    })
}

/// Returns the type, including an unknown one.
fn item_type(item: &Item) -> (ItemType, Option<&[u8]>) {
    (item.item_type, item.unknown.entry(key::item::TYPE))
}

/// Merges the rules of addresses, keyed by address. A rule is a choice, not typed text, so the log's wins without a
/// superseded value.
fn url_rules(base: &Item, log: &Item, local: &Item) -> BTreeMap<String, UrlMatch> {
    let urls = log.url_rules.keys().chain(local.url_rules.keys());
    let rule = |url: &String| {
        let rule = pick(base.url_rule(url), log.url_rule(url), local.url_rule(url));
        (rule != UrlMatch::default()).then(|| (url.clone(), rule))
    };
    urls.filter_map(rule).collect()
}

/// Merges first whether the item is in the trash, then the time.
fn trashed_at(base: &Item, log: &Item, local: &Item) -> Option<Timestamp> {
    let (base, log, local) = (base.trashed_at, log.trashed_at, local.trashed_at);
    if !pick(base.is_some(), log.is_some(), local.is_some()) {
        return None;
    }
    match (log, local) {
        (Some(_), Some(_)) => pick(base, log, local),
        _ => log.or(local),
    }
}
