//! From bytes to an item. What is merely unusual here (a default written out, an over-long number) is caught by
//! [`super::decode`], which writes the item again and compares.

use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::data::Type;
use vault_crypto::{FileKey, SecretText};
use vault_wire::BlobId;
use zeroize::Zeroizing;

use super::cbor::{Entry, expect_array, read_bytes, read_list, read_map, read_text};
use super::{PayloadError, key, limits};
use crate::item::{
    Attachment, Field, FieldId, FieldKind, Item, ItemType, PastValue, Role, Superseded, Timestamp, Unknown,
};

pub fn item(bytes: &[u8]) -> Result<Item, PayloadError> {
    use key::item as k;
    let mut decoder = Decoder::new(bytes);
    let mut item = Item::new(ItemType::Note, Timestamp(0));
    let (mut has_type, mut has_created, mut has_modified) = (false, false, false);
    let unknown = read_map(&mut decoder, |key, from| {
        match key {
            k::TYPE => {
                has_type = true;
                match ItemType::from_number(from.u64()?) {
                    Some(item_type) => item.item_type = item_type,
                    None => return Ok(Entry::Unknown),
                }
            }
            k::TITLE => item.title = read_text(from, limits::TITLE, "title is")?,
            k::FIELDS => item.fields = read_list(from, limits::FIELDS, "fields are", field)?,
            k::URLS => {
                item.urls = read_list(from, limits::URLS, "addresses are", |from| {
                    read_text(from, limits::URL, "address is")
                })?;
            }
            k::NOTES => item.notes = secret(from, limits::NOTES, "notes are")?,
            k::TAGS => {
                let tags =
                    read_list(from, limits::TAGS, "tags are", |from| read_text(from, limits::TAG, "tag is"))?;
                item.tags = BTreeSet::from_iter(tags);
            }
            k::FOLDER => item.folder = Some(read_text(from, limits::FOLDER, "folder is")?),
            k::FAVOURITE => item.flags.favourite = from.bool()?,
            k::EDITED_IN_TWO_PLACES => item.flags.edited_in_two_places = from.bool()?,
            k::ARCHIVED => item.flags.archived = from.bool()?,
            k::CREATED => {
                has_created = true;
                item.created_at = Timestamp(from.u64()?);
            }
            k::MODIFIED => {
                has_modified = true;
                item.modified_at = Timestamp(from.u64()?);
            }
            k::TRASHED => item.trashed_at = Some(Timestamp(from.u64()?)),
            k::DEVICE => item.device = read_text(from, limits::DEVICE, "device name is")?,
            k::ATTACHMENTS => {
                item.attachments = read_list(from, limits::ATTACHMENTS, "files are", attachment)?;
            }
            k::SUPERSEDED => {
                item.superseded = read_list(from, limits::SUPERSEDED, "set-aside values are", set_aside)?;
            }
            _ => return Ok(Entry::Unknown),
        }
        Ok(Entry::Known)
    })?;
    item.unknown = unknown;
    let whole = has_type && has_created && has_modified && decoder.position() == bytes.len();
    if whole { Ok(item) } else { Err(PayloadError::Malformed) }
}

fn field(decoder: &mut Decoder<'_>) -> Result<Field, PayloadError> {
    use key::field as k;
    let mut id = None;
    let mut has_kind = false;
    // A kind invented later is hidden until revealed: the safe guess.
    let mut field = Field::new(FieldId([0; 8]), FieldKind::Concealed, SecretText::from(""));
    let unknown = read_map(decoder, |key, from| {
        match key {
            k::ID => id = Some(FieldId(read_bytes(from)?)),
            k::ROLE => match Role::from_number(from.u64()?) {
                Some(role) => field.role = Some(role),
                None => return Ok(Entry::Unknown),
            },
            k::LABEL => field.label = read_text(from, limits::LABEL, "label is")?,
            k::KIND => {
                has_kind = true;
                match FieldKind::from_number(from.u64()?) {
                    Some(kind) => field.kind = kind,
                    None => return Ok(Entry::Unknown),
                }
            }
            k::VALUE => field.value = secret(from, limits::VALUE, "value is")?,
            k::SECTION => field.section = Some(read_text(from, limits::LABEL, "heading is")?),
            k::HISTORY => {
                field.history = read_list(from, limits::PAST_VALUES, "past values are", |from| {
                    expect_array(from, 2)?;
                    let value = secret(from, limits::VALUE, "past value is")?;
                    Ok(PastValue { value, replaced_at: Timestamp(from.u64()?) })
                })?;
            }
            _ => return Ok(Entry::Unknown),
        }
        Ok(Entry::Known)
    })?;
    field.id = id.filter(|_| has_kind).ok_or(PayloadError::Malformed)?;
    field.unknown = unknown;
    Ok(field)
}

fn attachment(decoder: &mut Decoder<'_>) -> Result<Attachment, PayloadError> {
    use key::attachment as k;
    let (mut blob_id, mut file_key, mut size, mut added_at) = (None, None, None, None);
    let (mut name, mut media_type) = (String::new(), String::new());
    let unknown: Unknown = read_map(decoder, |key, from| {
        match key {
            k::BLOB_ID => blob_id = Some(BlobId::from_bytes(read_bytes(from)?)),
            k::FILE_KEY => {
                let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(read_bytes(from)?);
                file_key = Some(FileKey::from_bytes(&bytes));
            }
            k::SIZE => size = Some(from.u64()?),
            k::NAME => name = read_text(from, limits::FILE_NAME, "file name is")?,
            k::MEDIA_TYPE => media_type = read_text(from, limits::MEDIA_TYPE, "media type is")?,
            k::ADDED => added_at = Some(Timestamp(from.u64()?)),
            _ => return Ok(Entry::Unknown),
        }
        Ok(Entry::Known)
    })?;
    let missing = PayloadError::Malformed;
    Ok(Attachment {
        blob_id: blob_id.ok_or(missing)?,
        file_key: file_key.ok_or(missing)?,
        size: size.ok_or(missing)?,
        name,
        media_type,
        added_at: added_at.ok_or(missing)?,
        unknown,
    })
}

fn set_aside(decoder: &mut Decoder<'_>) -> Result<Superseded, PayloadError> {
    expect_array(decoder, 4)?;
    let field = if decoder.datatype()? == Type::Null {
        decoder.null()?;
        None
    } else {
        Some(FieldId(read_bytes(decoder)?))
    };
    Ok(Superseded {
        field,
        label: read_text(decoder, limits::LABEL, "label is")?,
        value: secret(decoder, limits::VALUE, "set-aside value is")?,
        at: Timestamp(decoder.u64()?),
    })
}

fn secret(decoder: &mut Decoder<'_>, max: usize, what: &'static str) -> Result<SecretText, PayloadError> {
    read_text(decoder, max, what).map(SecretText::new)
}
