//! Reads an item from bytes. Non-canonical encodings (an explicit default, an over-long number) pass here and are
//! rejected by [`super::decode`], which encodes the item again and compares.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::Decoder;
use minicbor::data::Type;
use vault_crypto::{FileKey, SecretText};
use vault_wire::BlobId;
use zeroize::Zeroizing;

use super::cbor::{Entry, check_limit, expect_array, read_bytes, read_list, read_map, read_text};
use super::error::PayloadError;
use super::key;
use super::part::LimitedPart;
use crate::clock::Timestamp;
use crate::item::field_kind::FieldKind;
use crate::item::item_type::ItemType;
use crate::item::model::{Attachment, Field, FieldId, Item, PastValue, Superseded};
use crate::item::passkey::{CoseAlgorithm, Passkey, SecretBytes};
use crate::item::role::Role;
use crate::item::unknown::Unknown;
use crate::item::url_match::UrlMatch;

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
            k::TITLE => item.title = read_text(from, LimitedPart::Title)?,
            k::FIELDS => item.fields = read_list(from, LimitedPart::Fields, field)?,
            k::URLS => {
                item.urls = read_list(from, LimitedPart::Urls, |from| read_text(from, LimitedPart::Url))?;
            }
            k::NOTES => item.notes = secret(from, LimitedPart::Notes)?,
            k::TAGS => {
                let tags = read_list(from, LimitedPart::Tags, |from| read_text(from, LimitedPart::Tag))?;
                item.tags = BTreeSet::from_iter(tags);
            }
            k::FOLDER => item.folder = Some(read_text(from, LimitedPart::Folder)?),
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
            k::DEVICE => item.device = read_text(from, LimitedPart::Device)?,
            k::ATTACHMENTS => {
                item.attachments = read_list(from, LimitedPart::Attachments, attachment)?;
            }
            k::SUPERSEDED => {
                item.superseded = read_list(from, LimitedPart::SupersededValues, superseded_value)?;
            }
            k::REPROMPT => item.flags.reprompt = from.bool()?,
            k::EXPIRES => item.expires = Some(from.str()?.parse().map_err(|_| PayloadError::Malformed)?),
            k::URL_RULES => {
                let rules = read_list(from, LimitedPart::UrlRules, |from| {
                    expect_array(from, 2)?;
                    let url = read_text(from, LimitedPart::Url)?;
                    Ok((url, UrlMatch::from_number(from.u64()?)))
                })?;
                item.url_rules = BTreeMap::from_iter(rules);
            }
            k::PASSKEYS => item.passkeys = read_list(from, LimitedPart::Passkeys, passkey)?,
            k::TEMPLATE => item.flags.template = from.bool()?,
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
    // An unknown kind is concealed: the safe default.
    let mut field = Field::new(FieldId([0; 8]), FieldKind::Concealed, SecretText::from(""));
    let unknown = read_map(decoder, |key, from| {
        match key {
            k::ID => id = Some(FieldId(read_bytes(from)?)),
            k::ROLE => match Role::from_number(from.u64()?) {
                Some(role) => field.role = Some(role),
                None => return Ok(Entry::Unknown),
            },
            k::LABEL => field.label = read_text(from, LimitedPart::Label)?,
            k::KIND => {
                has_kind = true;
                match FieldKind::from_number(from.u64()?) {
                    Some(kind) => field.kind = kind,
                    None => return Ok(Entry::Unknown),
                }
            }
            k::VALUE => field.value = secret(from, LimitedPart::Value)?,
            k::SECTION => field.section = Some(read_text(from, LimitedPart::Heading)?),
            k::HISTORY => {
                field.history = read_list(from, LimitedPart::PastValues, |from| {
                    expect_array(from, 2)?;
                    let value = secret(from, LimitedPart::PastValue)?;
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
            k::NAME => name = read_text(from, LimitedPart::FileName)?,
            k::MEDIA_TYPE => media_type = read_text(from, LimitedPart::MediaType)?,
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

fn passkey(decoder: &mut Decoder<'_>) -> Result<Passkey, PayloadError> {
    use key::passkey as k;
    let (mut credential_id, mut rp_id, mut private_key, mut algorithm, mut created_at) =
        (None, None, None, None, None);
    let (mut rp_name, mut user_name, mut display_name) = (String::new(), String::new(), String::new());
    let (mut user_handle, mut sign_counter, mut discoverable) = (Vec::new(), 0, false);
    let unknown = read_map(decoder, |key, from| {
        match key {
            k::CREDENTIAL_ID => credential_id = Some(short_bytes(from, LimitedPart::PasskeyId)?),
            k::RP_ID => rp_id = Some(read_text(from, LimitedPart::PasskeySite)?),
            k::RP_NAME => rp_name = read_text(from, LimitedPart::PasskeySite)?,
            k::USER_HANDLE => user_handle = short_bytes(from, LimitedPart::PasskeyUserHandle)?,
            k::USER_NAME => user_name = read_text(from, LimitedPart::PasskeyUser)?,
            k::DISPLAY_NAME => display_name = read_text(from, LimitedPart::PasskeyUser)?,
            k::PRIVATE_KEY => {
                let bytes = from.bytes()?;
                check_limit(bytes.len(), LimitedPart::PasskeyKey)?;
                private_key = Some(SecretBytes::new(bytes.to_vec()));
            }
            k::ALGORITHM => algorithm = Some(CoseAlgorithm(from.i64()?)),
            k::SIGN_COUNTER => sign_counter = from.u32()?,
            k::DISCOVERABLE => discoverable = from.bool()?,
            k::CREATED => created_at = Some(Timestamp(from.u64()?)),
            _ => return Ok(Entry::Unknown),
        }
        Ok(Entry::Known)
    })?;
    let missing = PayloadError::Malformed;
    Ok(Passkey {
        credential_id: credential_id.ok_or(missing)?,
        rp_id: rp_id.ok_or(missing)?,
        rp_name,
        user_handle,
        user_name,
        display_name,
        private_key: private_key.ok_or(missing)?,
        algorithm: algorithm.ok_or(missing)?,
        sign_counter,
        discoverable,
        created_at: created_at.ok_or(missing)?,
        unknown,
    })
}

fn short_bytes(decoder: &mut Decoder<'_>, part: LimitedPart) -> Result<Vec<u8>, PayloadError> {
    let bytes = decoder.bytes()?;
    check_limit(bytes.len(), part).map(|()| bytes.to_vec())
}

fn superseded_value(decoder: &mut Decoder<'_>) -> Result<Superseded, PayloadError> {
    expect_array(decoder, 4)?;
    let field = if decoder.datatype()? == Type::Null {
        decoder.null()?;
        None
    } else {
        Some(FieldId(read_bytes(decoder)?))
    };
    Ok(Superseded {
        field,
        label: read_text(decoder, LimitedPart::Label)?,
        value: secret(decoder, LimitedPart::SupersededValue)?,
        at: Timestamp(decoder.u64()?),
    })
}

fn secret(decoder: &mut Decoder<'_>, part: LimitedPart) -> Result<SecretText, PayloadError> {
    read_text(decoder, part).map(SecretText::new)
}
