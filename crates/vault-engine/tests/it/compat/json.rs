//! The content of a profile as JSON, for comparison by another program.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use vault_engine::document::{Existing, open_to_file};
use vault_engine::item::{Attachment, Field, Flags, Item, Passkey, Role, Superseded, UrlMatch, encode};
use vault_engine::search::Scope;
use vault_engine::session::{Session, SessionError};
use vault_wire::ItemId;

use crate::support::query;

/// Everything that can be read through the session.
pub fn contents(session: &mut Session) -> Value {
    let mut all = Map::new();
    for id in ids(session) {
        all.insert(id.to_string(), revisions(session, id).iter().map(item).collect());
    }
    let drafts = session.draft_list().unwrap();
    let text = |content: &[u8]| Value::from(std::str::from_utf8(content).unwrap());
    json!({
        "profile_id": session.profile().id.to_string(),
        "entries": session.check_log().unwrap(),
        "items": all,
        "documents": documents(session).into_iter().collect::<BTreeMap<_, _>>(),
        "drafts": drafts.iter().map(|draft| (draft.id.to_string(), text(&draft.content))).collect::<Map<_, _>>(),
    })
}

/// Opens every document of every revision, which checks its content. Returns for each whether it exists: the others
/// were permanently deleted.
pub fn open_documents(session: &mut Session) -> Vec<bool> {
    documents(session).into_iter().map(|(_, hash)| hash.is_some()).collect()
}

/// Opens the documents of all revisions; returns their blob ids and the SHA-256 of their content, or `None` for those
/// that were deleted permanently.
fn documents(session: &mut Session) -> Vec<(String, Option<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let mut there = Vec::new();
    for id in ids(session) {
        for attachment in revisions(session, id).iter().flat_map(|item| &item.attachments) {
            let id = attachment.blob_id.to_string();
            let blob = session.blob(&attachment.blob_id);
            if blob == Err(SessionError::NotFound) {
                there.push((id, None));
                continue;
            }
            let blob = blob.unwrap();
            let target = folder.path().join("document");
            let mut progress = |_| ControlFlow::Continue(());
            open_to_file(attachment, &blob, session.blobs(), &target, Existing::Replace, &mut progress)
                .unwrap();
            let content = std::fs::read(&target).unwrap();
            assert_eq!(content.len() as u64, attachment.size);
            there.push((id, Some(vault_wire::ContentHash::of(&content).to_string())));
        }
    }
    there
}

fn ids(session: &mut Session) -> Vec<ItemId> {
    let scopes = [Scope::All, Scope::Archive, Scope::Trash, Scope::Templates];
    scopes.into_iter().flat_map(|scope| session.list(&query(scope)).unwrap().rows).map(|row| row.id).collect()
}

/// All revisions of an item, oldest first.
fn revisions(session: &Session, id: ItemId) -> Vec<Item> {
    let history = session.history(id).unwrap();
    history.iter().rev().map(|entry| session.at_revision(id, entry.revision).unwrap()).collect()
}

/// An item without its empty parts, with the names of `docs/formats/item-payload.md`. Unknown entries are only part of
/// the hash.
pub fn item(item: &Item) -> Value {
    let Item { item_type, title, fields, urls, url_rules, passkeys, notes, tags, folder, flags, .. } = item;
    let Item { created_at, modified_at, trashed_at, expires, device, attachments, superseded, .. } = item;
    let Flags { favourite, edited_in_two_places, archived, reprompt, template } = *flags;
    let payload = encode(item).unwrap();
    without_empty(json!({
        "type": item_type.name(),
        "title": title,
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
        "urls": urls,
        "notes": notes.expose(),
        "tags": tags,
        "folder": folder,
        "favourite": favourite.then_some(true),
        "edited_in_two_places": edited_in_two_places.then_some(true),
        "archived": archived.then_some(true),
        "created_at": created_at.0,
        "changed_at": modified_at.0,
        "trashed_at": trashed_at.map(|at| at.0),
        "device": device,
        "attachments": attachments.iter().map(attachment).collect::<Vec<_>>(),
        "reprompt": reprompt.then_some(true),
        "expires": expires.map(|day| day.to_string()),
        "url_rules": url_rules.iter().map(|(url, rule)| json!([url, rule_name(*rule)])).collect::<Vec<_>>(),
        "passkeys": passkeys.iter().map(passkey).collect::<Vec<_>>(),
        "template": template.then_some(true),
        "set_aside": superseded.iter().map(superseded_value).collect::<Vec<_>>(),
        "payload_sha256": hex(&Sha256::digest(&*payload)),
    }))
}

fn rule_name(rule: UrlMatch) -> Value {
    match rule {
        UrlMatch::Domain => "domain".into(),
        UrlMatch::Host => "host".into(),
        UrlMatch::StartsWith => "starts_with".into(),
        UrlMatch::Exact => "exact".into(),
        UrlMatch::Pattern => "pattern".into(),
        UrlMatch::Never => "never".into(),
        UrlMatch::Newer(number) => number.into(),
    }
}

fn passkey(passkey: &Passkey) -> Value {
    let Passkey { credential_id, rp_id, rp_name, user_handle, user_name, display_name, .. } = passkey;
    let Passkey { private_key, algorithm, sign_counter, discoverable, created_at, .. } = passkey;
    let mut passkey = without_empty(json!({
        "rp_name": rp_name,
        "user_handle": hex(user_handle),
        "user_name": user_name,
        "display_name": display_name,
        "algorithm": algorithm.0,
        "signatures": Some(sign_counter).filter(|count| **count != 0),
        "discoverable": discoverable.then_some(true),
        "created_at": created_at.0,
    }));
    // These are present even if they are empty.
    passkey["credential_id"] = hex(credential_id).into();
    passkey["rp_id"] = rp_id.as_str().into();
    passkey["private_key"] = hex(private_key.expose()).into();
    passkey
}

fn field(field: &Field) -> Value {
    let Field { id, role, label, kind, value, section, history, unknown: _ } = field;
    let past = |past: &vault_engine::item::PastValue| json!({ "value": past.value.expose(), "replaced_at": past.replaced_at.0 });
    without_empty(json!({
        "id": id.to_string(),
        "role": role.map(Role::name),
        "label": label,
        "kind": kind.name(),
        "value": value.expose(),
        "heading": section,
        "history": history.iter().map(past).collect::<Vec<_>>(),
    }))
}

fn attachment(attachment: &Attachment) -> Value {
    let Attachment { blob_id, file_key, size, name, media_type, added_at, unknown: _ } = attachment;
    without_empty(json!({
        "blob": blob_id.to_string(),
        "file_key": hex(file_key.expose_bytes()),
        "size": size,
        "name": name,
        "media_type": media_type,
        "added_at": added_at.0,
    }))
}

fn superseded_value(superseded: &Superseded) -> Value {
    let Superseded { field, label, value, at } = superseded;
    json!({
        "field": field.map(|id| id.to_string()),
        "label": label,
        "value": value.expose(),
        "at": at.0,
    })
}

/// Removes what the payload omits. An empty folder or heading is a value.
fn without_empty(value: Value) -> Value {
    let Value::Object(entries) = value else { return value };
    let kept = entries.into_iter().filter(|(name, value)| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty() || name == "folder" || name == "heading",
        _ => true,
    });
    Value::Object(kept.collect())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
