//! From an item to bytes. Every struct is taken apart whole, so that a new part cannot be forgotten here.

use std::collections::BTreeSet;

use minicbor::Encoder;
use zeroize::Zeroizing;

use super::cbor::{Map, Sink, Wiped, fits};
use super::{PayloadError, key, limits};
use crate::clock::Timestamp;
use crate::item::model::{Attachment, Field, Flags, Item, PastValue, Superseded};
use crate::item::passkey::Passkey;

pub fn item(item: &Item) -> Result<Zeroizing<Vec<u8>>, PayloadError> {
    use key::item as k;
    let Item {
        item_type,
        title,
        fields,
        urls,
        url_rules,
        passkeys,
        notes,
        tags,
        folder,
        flags,
        created_at,
        modified_at,
        trashed_at,
        expires,
        device,
        attachments,
        superseded,
        unknown,
    } = item;
    let Flags { favourite, edited_in_two_places, archived, reprompt, template } = *flags;
    let mut ids = BTreeSet::new();
    if !fields.iter().all(|field| ids.insert(field.id)) {
        return Err(PayloadError::DuplicateField);
    }

    let mut map = Map::default();
    number(&mut map, k::TYPE, Some(*item_type as u64))?;
    map.text(k::TITLE, title, limits::TITLE, "title is")?;
    map.list(k::FIELDS, fields.iter(), limits::FIELDS, "fields are", field)?;
    map.list(k::URLS, urls.iter(), limits::URLS, "addresses are", |url, sink| {
        text(url, limits::URL, "address is", sink)
    })?;
    map.text(k::NOTES, notes.expose(), limits::NOTES, "notes are")?;
    map.list(k::TAGS, tags.iter(), limits::TAGS, "tags are", |tag, sink| {
        text(tag, limits::TAG, "tag is", sink)
    })?;
    optional_text(&mut map, k::FOLDER, folder.as_deref(), limits::FOLDER, "folder is")?;
    flag(&mut map, k::FAVOURITE, favourite)?;
    flag(&mut map, k::EDITED_IN_TWO_PLACES, edited_in_two_places)?;
    flag(&mut map, k::ARCHIVED, archived)?;
    number(&mut map, k::CREATED, Some(created_at.0))?;
    number(&mut map, k::MODIFIED, Some(modified_at.0))?;
    number(&mut map, k::TRASHED, trashed_at.map(|at| at.0))?;
    map.text(k::DEVICE, device, limits::DEVICE, "device name is")?;
    map.list(k::ATTACHMENTS, attachments.iter(), limits::ATTACHMENTS, "files are", attachment)?;
    map.list(k::SUPERSEDED, superseded.iter(), limits::SUPERSEDED, "set-aside values are", set_aside)?;
    flag(&mut map, k::REPROMPT, reprompt)?;
    let expires = expires.map(|day| day.to_string()).unwrap_or_default();
    map.text(k::EXPIRES, &expires, limits::LABEL, "day is")?;
    let rules = url_rules.iter().filter_map(|(url, rule)| Some((url, rule.number()?))).collect::<Vec<_>>();
    map.list(k::URL_RULES, rules.into_iter(), limits::URLS, "rules are", |(url, rule), sink| {
        sink.array(2)?;
        text(url, limits::URL, "address is", sink)?;
        sink.u64(rule)?;
        Ok(())
    })?;
    map.list(k::PASSKEYS, passkeys.iter(), limits::PASSKEYS, "passkeys are", passkey)?;
    flag(&mut map, k::TEMPLATE, template)?;

    let mut sink = Encoder::new(Wiped::default());
    map.finish(unknown, &mut sink)?;
    Ok(sink.into_writer().into_bytes())
}

fn field(field: &Field, sink: &mut Sink) -> Result<(), PayloadError> {
    use key::field as k;
    let Field { id, role, label, kind, value, section, history, unknown } = field;
    let mut map = Map::default();
    bytes(&mut map, k::ID, &id.0)?;
    number(&mut map, k::ROLE, role.map(|role| role as u64))?;
    map.text(k::LABEL, label, limits::LABEL, "label is")?;
    number(&mut map, k::KIND, Some(*kind as u64))?;
    map.text(k::VALUE, value.expose(), limits::VALUE, "value is")?;
    optional_text(&mut map, k::SECTION, section.as_deref(), limits::LABEL, "heading is")?;
    map.list(k::HISTORY, history.iter(), limits::PAST_VALUES, "past values are", |past, sink| {
        let PastValue { value, replaced_at: Timestamp(at) } = past;
        sink.array(2)?;
        text(value.expose(), limits::VALUE, "past value is", sink)?;
        sink.u64(*at)?;
        Ok(())
    })?;
    map.finish(unknown, sink)
}

fn attachment(attachment: &Attachment, sink: &mut Sink) -> Result<(), PayloadError> {
    use key::attachment as k;
    let Attachment { blob_id, file_key, size, name, media_type, added_at, unknown } = attachment;
    let mut map = Map::default();
    bytes(&mut map, k::BLOB_ID, blob_id.as_bytes())?;
    bytes(&mut map, k::FILE_KEY, file_key.expose_bytes())?;
    number(&mut map, k::SIZE, Some(*size))?;
    map.text(k::NAME, name, limits::FILE_NAME, "file name is")?;
    map.text(k::MEDIA_TYPE, media_type, limits::MEDIA_TYPE, "media type is")?;
    number(&mut map, k::ADDED, Some(added_at.0))?;
    map.finish(unknown, sink)
}

fn passkey(passkey: &Passkey, sink: &mut Sink) -> Result<(), PayloadError> {
    use key::passkey as k;
    let Passkey {
        credential_id,
        rp_id,
        rp_name,
        user_handle,
        user_name,
        display_name,
        private_key,
        algorithm,
        sign_counter,
        discoverable,
        created_at,
        unknown,
    } = passkey;
    let mut map = Map::default();
    fits(credential_id.len(), limits::PASSKEY_ID, "passkey's id is")?;
    fits(user_handle.len(), limits::PASSKEY_ID, "passkey's user is")?;
    fits(private_key.expose().len(), limits::PASSKEY_KEY, "passkey's key is")?;
    bytes(&mut map, k::CREDENTIAL_ID, credential_id)?;
    map.put(k::RP_ID, false, |sink| text(rp_id, limits::LABEL, "passkey's site is", sink))?;
    map.text(k::RP_NAME, rp_name, limits::LABEL, "passkey's site is")?;
    map.put(k::USER_HANDLE, user_handle.is_empty(), |sink| Ok(sink.bytes(user_handle).map(|_| ())?))?;
    map.text(k::USER_NAME, user_name, limits::LABEL, "passkey's user is")?;
    map.text(k::DISPLAY_NAME, display_name, limits::LABEL, "passkey's user is")?;
    bytes(&mut map, k::PRIVATE_KEY, private_key.expose())?;
    map.put(k::ALGORITHM, false, |sink| Ok(sink.i64(algorithm.0).map(|_| ())?))?;
    number(&mut map, k::SIGN_COUNTER, Some(*sign_counter).filter(|count| *count != 0).map(u64::from))?;
    flag(&mut map, k::DISCOVERABLE, *discoverable)?;
    number(&mut map, k::CREATED, Some(created_at.0))?;
    map.finish(unknown, sink)
}

fn set_aside(superseded: &Superseded, sink: &mut Sink) -> Result<(), PayloadError> {
    let Superseded { field, label, value, at } = superseded;
    sink.array(4)?;
    match field {
        Some(id) => sink.bytes(&id.0)?,
        None => sink.null()?,
    };
    text(label, limits::LABEL, "label is", sink)?;
    text(value.expose(), limits::VALUE, "set-aside value is", sink)?;
    sink.u64(at.0)?;
    Ok(())
}

fn text(text: &str, max: usize, what: &'static str, sink: &mut Sink) -> Result<(), PayloadError> {
    fits(text.len(), max, what)?;
    sink.str(text)?;
    Ok(())
}

/// Unlike [`Map::text`], tells an empty text from none.
fn optional_text(
    map: &mut Map,
    key: u64,
    optional: Option<&str>,
    max: usize,
    what: &'static str,
) -> Result<(), PayloadError> {
    optional.map_or(Ok(()), |value| map.put(key, false, |sink| text(value, max, what, sink)))
}

fn number(map: &mut Map, key: u64, number: Option<u64>) -> Result<(), PayloadError> {
    number.map_or(Ok(()), |number| {
        map.put(key, false, |sink| {
            sink.u64(number)?;
            Ok(())
        })
    })
}

fn bytes(map: &mut Map, key: u64, bytes: &[u8]) -> Result<(), PayloadError> {
    map.put(key, false, |sink| {
        sink.bytes(bytes)?;
        Ok(())
    })
}

fn flag(map: &mut Map, key: u64, set: bool) -> Result<(), PayloadError> {
    map.put(key, !set, |sink| {
        sink.bool(true)?;
        Ok(())
    })
}
