//! JSON whose members and elements are located but not yet parsed, so that one item at a time exists as a tree.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::json::{Json, Object};
use crate::{error::ImportError, limits};

/// The outermost value of a text.
pub(crate) enum Shape<'t> {
    /// An object.
    Object(Members<'t>),
    /// A list.
    List(Vec<&'t RawValue>),
    /// Anything else.
    Other,
}

/// The members of an object, in the order of the file; of a repeated key the first counts.
#[derive(Default)]
pub(crate) struct Members<'t>(Vec<(String, &'t RawValue)>);

/// Locates the members or elements of the outermost value.
///
/// # Errors
/// [`ImportError::Malformed`], or [`ImportError::TooManyItems`] or [`ImportError::TooManyValues`] beyond the limits.
pub(crate) fn shape(text: &str) -> Result<Shape<'_>, ImportError> {
    let mut source = serde_json::Deserializer::from_str(text);
    let read = Located::deserialize(&mut source).and_then(|located| source.end().map(|()| located));
    match read {
        Ok(Located { overflow: Some(error), .. }) => Err(error),
        Ok(Located { shape, .. }) => Ok(shape),
        // The message of the error may quote the file, so only its position is kept.
        Err(error) => {
            Err(ImportError::Malformed { line: error.line() as u64, column: error.column() as u64 })
        }
    }
}

impl<'t> Members<'t> {
    /// Returns a member.
    pub(crate) fn get(&self, name: &str) -> Option<&'t RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw)
    }

    /// Whether all members of a list are there.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.get(name).is_some())
    }

    /// Takes a member out.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'t RawValue> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// Takes a list out, located; anything else becomes an empty one.
    ///
    /// # Errors
    /// As [`shape`].
    pub(crate) fn take_list(&mut self, name: &str) -> Result<Vec<&'t RawValue>, ImportError> {
        self.take(name).map_or(Ok(Vec::new()), list)
    }

    /// Takes an object out, located; anything else becomes an empty one.
    ///
    /// # Errors
    /// As [`shape`].
    pub(crate) fn take_members(&mut self, name: &str) -> Result<Self, ImportError> {
        self.take(name).map_or(Ok(Self::default()), members)
    }

    /// Returns a text or number as text; empty for anything else.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.get(name).and_then(value) {
            Some(value @ (Json::Text(_) | Json::Number(_))) => value.into_text().expose().to_owned(),
            _ => String::new(),
        }
    }

    /// Returns the members that were not taken and are not blank.
    pub(crate) fn into_rest(self) -> impl Iterator<Item = (String, &'t RawValue)> {
        // A longer one is not blank and need not be parsed.
        let blank =
            |raw: &RawValue| raw.get().len() <= 64 && value(raw).is_some_and(|value| value.is_blank());
        self.0.into_iter().filter(move |(_, raw)| !blank(raw))
    }

    /// Returns all members.
    pub(crate) fn into_all(self) -> Vec<(String, &'t RawValue)> {
        self.0
    }
}

/// Locates the elements of a list; anything else has none.
///
/// # Errors
/// As [`shape`].
pub(crate) fn list(raw: &RawValue) -> Result<Vec<&RawValue>, ImportError> {
    Ok(match shape(raw.get())? {
        Shape::List(elements) => elements,
        _ => Vec::new(),
    })
}

/// Locates the members of an object; anything else has none.
///
/// # Errors
/// As [`shape`].
pub(crate) fn members(raw: &RawValue) -> Result<Members<'_>, ImportError> {
    Ok(match shape(raw.get())? {
        Shape::Object(members) => members,
        _ => Members::default(),
    })
}

/// Parses a value of the size of an item.
pub(crate) fn value(raw: &RawValue) -> Option<Json> {
    if raw.get().len() > limits::ITEM_BYTES {
        return None;
    }
    serde_json::from_str(raw.get()).ok()
}

/// Parses an object of the size of an item.
pub(crate) fn object(raw: &RawValue) -> Option<Object> {
    match value(raw) {
        Some(Json::Object(object)) => Some(object),
        _ => None,
    }
}

struct Located<'t> {
    shape: Shape<'t>,
    overflow: Option<ImportError>,
}

impl<'t> Deserialize<'t> for Located<'t> {
    fn deserialize<D: Deserializer<'t>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(LocatedVisitor)
    }
}

struct LocatedVisitor;

impl<'t> Visitor<'t> for LocatedVisitor {
    type Value = Located<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<Located<'t>, A::Error> {
        let (mut members, mut overflow) = (Vec::new(), None);
        while let Some(key) = access.next_key::<String>()? {
            if members.len() < limits::ITEMS {
                members.push((key, access.next_value()?));
            } else {
                overflow = Some(ImportError::TooManyValues);
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Located { shape: Shape::Object(Members(members)), overflow })
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<Located<'t>, A::Error> {
        let (mut elements, mut overflow) = (Vec::new(), None);
        while elements.len() < limits::ITEMS {
            match access.next_element()? {
                Some(element) => elements.push(element),
                None => return Ok(Located { shape: Shape::List(elements), overflow }),
            }
        }
        while access.next_element::<IgnoredAny>()?.is_some() {
            overflow = Some(ImportError::TooManyItems);
        }
        Ok(Located { shape: Shape::List(elements), overflow })
    }

    fn visit_unit<E: Error>(self) -> Result<Located<'t>, E> {
        Ok(other())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Located<'t>, E> {
        Ok(other())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Located<'t>, E> {
        Ok(other())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Located<'t>, E> {
        Ok(other())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Located<'t>, E> {
        Ok(other())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Located<'t>, E> {
        Ok(other())
    }
}

const fn other<'t>() -> Located<'t> {
    Located { shape: Shape::Other, overflow: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_located_and_parsed_one_by_one() {
        let Ok(Shape::Object(mut members)) = shape(r#"{"a":[{"x":1},2],"b":"t","c":null,"d":{}}"#) else {
            panic!("not an object");
        };
        assert!(members.has(&["a", "d"]) && !members.has(&["a", "e"]));
        let elements = members.take_list("a").unwrap();
        assert_eq!(elements.len(), 2);
        assert!(object(elements[0]).is_some() && object(elements[1]).is_none());
        assert_eq!(members.text("b"), "t");
        assert!(members.take_list("b").unwrap().is_empty());
        assert_eq!(members.into_rest().count(), 0);
        assert!(matches!(shape("3"), Ok(Shape::Other)));
        assert!(matches!(shape("{\"a\":1} x").err(), Some(ImportError::Malformed { .. })));
    }

    #[test]
    fn t51_elements_beyond_the_limit_are_refused() {
        let list = format!("[{}0]", "0,".repeat(limits::ITEMS));
        assert_eq!(shape(&list).err(), Some(ImportError::TooManyItems));
    }
}
