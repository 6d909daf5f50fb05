//! The outermost level of an export: its parts are found, not yet built.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{ImportError, json::Json, limits};

/// An export whose items are still slices of the file, so that only one at a time need exist as a tree.
#[derive(Default)]
pub(super) struct Export<'t> {
    /// Whether there is a list of items.
    pub(super) has_items: bool,
    /// The items.
    pub(super) items: Vec<&'t RawValue>,
    /// All other parts in the order of the file.
    pub(super) parts: Vec<(String, &'t RawValue)>,
    overflow: Option<ImportError>,
}

impl<'t> Export<'t> {
    /// Finds the parts of an export; nothing if the text is JSON of another shape.
    pub(super) fn read(text: &'t str) -> Result<Option<Self>, ImportError> {
        let mut export = Self::default();
        let mut source = serde_json::Deserializer::from_str(text);
        let outcome = source.deserialize_any(Parts(&mut export)).and_then(|()| source.end());
        if let Some(overflow) = export.overflow {
            return Err(overflow);
        }
        match outcome {
            Ok(()) => Ok(Some(export)),
            Err(error) if error.is_data() => Ok(None),
            // The message itself may quote the file, so only the place is told.
            Err(error) => {
                Err(ImportError::Malformed { line: error.line() as u64, column: error.column() as u64 })
            }
        }
    }

    /// The part with a name.
    pub(super) fn part(&self, name: &str) -> Option<&'t RawValue> {
        self.parts.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw)
    }

    /// Refuses exports that are encrypted.
    pub(super) fn check_readable(&self) -> Result<(), ImportError> {
        let says_yes = |name| self.part(name).is_some_and(|raw| raw.get() == "true");
        if !says_yes("encrypted") {
            Ok(())
        } else if says_yes("passwordProtected") {
            Err(ImportError::PasswordProtected)
        } else if self.has_items || self.part("encKeyValidation_DO_NOT_EDIT").is_some() {
            Err(ImportError::AccountEncrypted)
        } else {
            Err(ImportError::UnknownFormat { looks_like: Some("JSON of another program") })
        }
    }
}

struct Parts<'e, 't>(&'e mut Export<'t>);

impl<'t> Visitor<'t> for Parts<'_, 't> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key::<String>()? {
            if key == "items" {
                access.next_value_seed(Items(self.0))?;
            } else if self.0.parts.len() < limits::TOP_LEVEL_PARTS {
                self.0.parts.push((key, access.next_value()?));
            } else {
                self.0.overflow = Some(ImportError::TooManyValues);
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Items<'e, 't>(&'e mut Export<'t>);

impl<'t> DeserializeSeed<'t> for Items<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Items<'_, 't> {
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

/// Whether a part says anything.
pub(super) fn says_something(raw: &RawValue) -> bool {
    let text = raw.get();
    // What is longer than this is not blank, and need not be built to know it.
    text.len() > 64 || !serde_json::from_str(text).is_ok_and(|value: Json| value.is_blank())
}
