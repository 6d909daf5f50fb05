//! The outermost object of an export, whose members are located but not yet parsed.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    error::{FileKind, ImportError},
    limits,
    syntax::json::Json,
};

/// The reason of remarks on members that are not known.
pub(super) const UNKNOWN_MEMBER: &str = "This part of the file is not known and is not kept.";

/// An export whose items are slices of the file, so that only one at a time exists as a tree of values.
#[derive(Default)]
pub(super) struct Export<'t> {
    /// Whether there is a list of items.
    pub(super) has_items: bool,
    /// The items.
    pub(super) items: Vec<&'t RawValue>,
    /// All other members in the order of the file.
    pub(super) members: Vec<(String, &'t RawValue)>,
    overflow: Option<ImportError>,
}

impl<'t> Export<'t> {
    /// Locates the members; returns `None` if the JSON has another shape, and fails if it is malformed or too long.
    pub(super) fn read(text: &'t str) -> Result<Option<Self>, ImportError> {
        let mut export = Self::default();
        let mut source = serde_json::Deserializer::from_str(text);
        let outcome = source.deserialize_any(ExportVisitor(&mut export)).and_then(|()| source.end());
        if let Some(overflow) = export.overflow {
            return Err(overflow);
        }
        match outcome {
            Ok(()) => Ok(Some(export)),
            Err(error) if error.is_data() => Ok(None),
            // The message of the error may quote the file, so only its position is kept.
            Err(error) => {
                Err(ImportError::Malformed { line: error.line() as u64, column: error.column() as u64 })
            }
        }
    }

    /// Returns the first member with a name, except `items`.
    pub(super) fn member(&self, name: &str) -> Option<&'t RawValue> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw)
    }

    /// Fails if the export is encrypted.
    pub(super) fn check_unencrypted(&self) -> Result<(), ImportError> {
        let is_true = |name| self.member(name).is_some_and(|raw| raw.get() == "true");
        if !is_true("encrypted") {
            Ok(())
        } else if self.has_items || self.member("encKeyValidation_DO_NOT_EDIT").is_some() {
            Err(ImportError::AccountEncrypted)
        } else {
            Err(ImportError::UnknownFormat { looks_like: Some(FileKind::OtherJson) })
        }
    }
}

struct ExportVisitor<'e, 't>(&'e mut Export<'t>);

impl<'t> Visitor<'t> for ExportVisitor<'_, 't> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key::<String>()? {
            if key == "items" {
                access.next_value_seed(ItemsSeed(self.0))?;
            } else if self.0.members.len() < limits::TOP_LEVEL_MEMBERS {
                self.0.members.push((key, access.next_value()?));
            } else {
                self.0.overflow = Some(ImportError::TooManyValues);
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct ItemsSeed<'e, 't>(&'e mut Export<'t>);

impl<'t> DeserializeSeed<'t> for ItemsSeed<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for ItemsSeed<'_, 't> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        self.0.has_items = true;
        while self.0.items.len() < limits::ITEMS {
            match access.next_element()? {
                Some(item) => self.0.items.push(item),
                None => return Ok(()),
            }
        }
        while access.next_element::<IgnoredAny>()?.is_some() {
            self.0.overflow = Some(ImportError::TooManyItems);
        }
        Ok(())
    }
}

/// Whether a member is blank.
pub(super) fn is_blank(raw: &RawValue) -> bool {
    let text = raw.get();
    // A longer one is not blank and need not be parsed.
    text.len() <= 64 && serde_json::from_str(text).is_ok_and(|value: Json| value.is_blank())
}
