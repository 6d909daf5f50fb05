//! Writes an item to bytes. Every struct is destructured without `..`, so that a new field cannot be forgotten here.

use std::collections::BTreeSet;

use minicbor::Encoder;
use zeroize::Zeroizing;

use super::cbor::{Map, Sink, ZeroizingBuffer, check_limit};
use super::error::PayloadError;
use super::key;
use super::part::LimitedPart;
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
    map.text(k::TITLE, title, LimitedPart::Title)?;
    map.list(k::FIELDS, fields.iter(), LimitedPart::Fields, field)?;
    map.list(k::URLS, urls.iter(), LimitedPart::Urls, |url, sink| text(url, LimitedPart::Url, sink))?;
    map.text(k::NOTES, notes.expose(), LimitedPart::Notes)?;
    map.list(k::TAGS, tags.iter(), LimitedPart::Tags, |tag, sink| text(tag, LimitedPart::Tag, sink))?;
    optional_text(&mut map, k::FOLDER, folder.as_deref(), LimitedPart::Folder)?;
    flag(&mut map, k::FAVOURITE, favourite)?;
    flag(&mut map, k::EDITED_IN_TWO_PLACES, edited_in_two_places)?;
    flag(&mut map, k::ARCHIVED, archived)?;
    number(&mut map, k::CREATED, Some(created_at.0))?;
    number(&mut map, k::MODIFIED, Some(modified_at.0))?;
    number(&mut map, k::TRASHED, trashed_at.map(|at| at.0))?;
    map.text(k::DEVICE, device, LimitedPart::Device)?;
    map.list(k::ATTACHMENTS, attachments.iter(), LimitedPart::Attachments, attachment)?;
    map.list(k::SUPERSEDED, superseded.iter(), LimitedPart::SupersededValues, superseded_value)?;
    flag(&mut map, k::REPROMPT, reprompt)?;
    let expires = expires.map(|day| day.to_string()).unwrap_or_default();
    map.text(k::EXPIRES, &expires, LimitedPart::Expires)?;
    let rules = url_rules.iter().filter_map(|(url, rule)| Some((url, rule.number()?))).collect::<Vec<_>>();
    map.list(k::URL_RULES, rules.into_iter(), LimitedPart::UrlRules, |(url, rule), sink| {
        sink.array(2)?;
        text(url, LimitedPart::Url, sink)?;
        sink.u64(rule)?;
        Ok(())
    })?;
    map.list(k::PASSKEYS, passkeys.iter(), LimitedPart::Passkeys, passkey)?;
    flag(&mut map, k::TEMPLATE, template)?;

    let mut sink = Encoder::new(ZeroizingBuffer::default());
    map.finish(unknown, &mut sink)?;
    Ok(sink.into_writer().into_bytes())
}

fn field(field: &Field, sink: &mut Sink) -> Result<(), PayloadError> {
    use key::field as k;
    let Field { id, role, label, kind, value, section, history, unknown } = field;
    let mut map = Map::default();
    bytes(&mut map, k::ID, &id.0)?;
    number(&mut map, k::ROLE, role.map(|role| role as u64))?;
    map.text(k::LABEL, label, LimitedPart::Label)?;
    number(&mut map, k::KIND, Some(*kind as u64))?;
    map.text(k::VALUE, value.expose(), LimitedPart::Value)?;
    optional_text(&mut map, k::SECTION, section.as_deref(), LimitedPart::Heading)?;
    map.list(k::HISTORY, history.iter(), LimitedPart::PastValues, |past, sink| {
        let PastValue { value, replaced_at: Timestamp(at) } = past;
        sink.array(2)?;
        text(value.expose(), LimitedPart::PastValue, sink)?;
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
    map.text(k::NAME, name, LimitedPart::FileName)?;
    map.text(k::MEDIA_TYPE, media_type, LimitedPart::MediaType)?;
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
    check_limit(credential_id.len(), LimitedPart::PasskeyId)?;
    check_limit(user_handle.len(), LimitedPart::PasskeyUserHandle)?;
    check_limit(private_key.expose().len(), LimitedPart::PasskeyKey)?;
    bytes(&mut map, k::CREDENTIAL_ID, credential_id)?;
    map.put(k::RP_ID, false, |sink| text(rp_id, LimitedPart::PasskeySite, sink))?;
    map.text(k::RP_NAME, rp_name, LimitedPart::PasskeySite)?;
    map.put(k::USER_HANDLE, user_handle.is_empty(), |sink| Ok(sink.bytes(user_handle).map(|_| ())?))?;
    map.text(k::USER_NAME, user_name, LimitedPart::PasskeyUser)?;
    map.text(k::DISPLAY_NAME, display_name, LimitedPart::PasskeyUser)?;
    bytes(&mut map, k::PRIVATE_KEY, private_key.expose())?;
    map.put(k::ALGORITHM, false, |sink| Ok(sink.i64(algorithm.0).map(|_| ())?))?;
    number(&mut map, k::SIGN_COUNTER, Some(*sign_counter).filter(|count| *count != 0).map(u64::from))?;
    flag(&mut map, k::DISCOVERABLE, *discoverable)?;
    number(&mut map, k::CREATED, Some(created_at.0))?;
    map.finish(unknown, sink)
}

fn superseded_value(superseded: &Superseded, sink: &mut Sink) -> Result<(), PayloadError> {
    let Superseded { field, label, value, at } = superseded;
    sink.array(4)?;
    match field {
        Some(id) => sink.bytes(&id.0)?,
        None => sink.null()?,
    };
    text(label, LimitedPart::Label, sink)?;
    text(value.expose(), LimitedPart::SupersededValue, sink)?;
    sink.u64(at.0)?;
    Ok(())
}

fn text(text: &str, part: LimitedPart, sink: &mut Sink) -> Result<(), PayloadError> {
    check_limit(text.len(), part)?;
    sink.str(text)?;
    Ok(())
}

/// Inserts an optional text. Unlike [`Map::text`], distinguishes an empty text from none.
fn optional_text(
    map: &mut Map,
    key: u64,
    optional: Option<&str>,
    part: LimitedPart,
) -> Result<(), PayloadError> {
    optional.map_or(Ok(()), |value| map.put(key, false, |sink| text(value, part, sink)))
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
