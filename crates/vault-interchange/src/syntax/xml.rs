//! XML, read element by element. Document types, and with them entities of the file, are refused.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event, attributes::Attribute},
};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use crate::{error::ImportError, limits};

/// The beginning of an element.
pub(crate) struct Tag {
    /// Its name, without the prefix of a namespace.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

/// A whole element.
pub(crate) struct Element {
    /// Its name and attributes.
    pub(crate) tag: Tag,
    /// Its own text.
    pub(crate) text: Zeroizing<String>,
    /// The elements in it.
    pub(crate) children: Vec<Element>,
}

/// The beginning or the end of an element.
pub(crate) enum Node {
    /// The beginning.
    Open(Tag),
    /// The end.
    Close,
}

/// What is done with each element when it is complete, in the order of the file. The text is the name of the element
/// around it, empty for the outermost one that is read.
pub(crate) type Finish<'f> = &'f mut dyn FnMut(&mut Element, &str) -> Result<(), ImportError>;

/// Reads XML from front to back.
pub(crate) struct XmlReader<'t> {
    reader: Reader<&'t [u8]>,
    text: &'t str,
    depth: usize,
    elements: usize,
}

impl Tag {
    fn read(start: &BytesStart<'_>) -> Self {
        let attribute = |attribute: Attribute<'_>| {
            let name = attribute.key.local_name().into_inner().to_owned();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            (name, value.map_or_else(|_| attribute.value.to_string(), Cow::into_owned))
        };
        let attributes = start.attributes().with_checks(false).flatten().map(attribute).collect();
        Self { name: start.local_name().into_inner().to_owned(), attributes }
    }

    /// Returns the value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether an attribute is `true`.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

impl Element {
    /// Takes the first child of a name out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Self> {
        let at = self.children.iter().position(|child| child.tag.name == name)?;
        Some(self.children.remove(at))
    }

    /// Returns the text of the first child of a name, trimmed; empty if there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        let child = self.children.iter().find(|child| child.tag.name == name);
        child.map_or("", |child| child.text.trim())
    }

    /// Returns its text as it is.
    pub(crate) fn into_secret(mut self) -> SecretText {
        SecretText::new(std::mem::take(&mut *self.text))
    }
}

impl<'t> XmlReader<'t> {
    /// Starts at the beginning of a text.
    pub(crate) fn new(text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, text, depth: 0, elements: 0 }
    }

    /// Returns the next beginning or end of an element, or `None` at the end of the file; text between is skipped.
    pub(crate) fn next(&mut self) -> Result<Option<Node>, ImportError> {
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let tag = Tag::read(&start);
                    self.open()?;
                    return Ok(Some(Node::Open(tag)));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::Close));
                }
                Event::Eof if self.depth == 0 => return Ok(None),
                Event::Eof => return Err(self.malformed()),
                _ => {}
            }
        }
    }

    /// Reads an element to its end, the beginning of which was returned last.
    pub(crate) fn whole(&mut self, tag: Tag, finish: Finish<'_>) -> Result<Element, ImportError> {
        let mut open = vec![Element { tag, text: Zeroizing::default(), children: Vec::new() }];
        loop {
            let event = self.event()?;
            let Some(current) = open.last_mut() else { return Err(self.malformed()) };
            match event {
                Event::Start(start) => {
                    let tag = Tag::read(&start);
                    self.open()?;
                    open.push(Element { tag, text: Zeroizing::default(), children: Vec::new() });
                }
                Event::Text(text) => current.text.push_str(&text.xml10_content()),
                Event::CData(text) => current.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => match name.resolve_char_ref() {
                    Ok(Some(c)) => current.text.push(c),
                    Ok(None) => match resolve_predefined_entity(&name.xml10_content()) {
                        Some(text) => current.text.push_str(text),
                        None => return Err(self.malformed()),
                    },
                    // A character that XML forbids costs itself only.
                    Err(_) => current.text.push(char::REPLACEMENT_CHARACTER),
                },
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    let Some(mut done) = open.pop() else { return Err(self.malformed()) };
                    finish(&mut done, open.last().map_or("", |parent| &parent.tag.name))?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Event::Eof => return Err(self.malformed()),
                _ => {}
            }
        }
    }

    fn event(&mut self) -> Result<Event<'t>, ImportError> {
        match self.reader.read_event() {
            Ok(Event::DocType(_)) | Err(_) => Err(self.malformed()),
            Ok(event) => Ok(event),
        }
    }

    fn open(&mut self) -> Result<(), ImportError> {
        self.depth += 1;
        self.elements += 1;
        if self.depth > limits::DEPTH {
            Err(ImportError::TooDeep)
        } else if self.elements > limits::ELEMENTS {
            Err(ImportError::TooManyValues)
        } else {
            Ok(())
        }
    }

    fn malformed(&self) -> ImportError {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let before = self.text.as_bytes().get(..at.min(self.text.len())).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        ImportError::Malformed { line: line as u64, column: 0 }
    }
}

/// Returns the name of the outermost element.
pub(crate) fn root(text: &str) -> Result<String, ImportError> {
    match XmlReader::new(text).next()? {
        Some(Node::Open(tag)) => Ok(tag.name),
        _ => Err(ImportError::Malformed { line: 1, column: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Element, ImportError> {
        let mut reader = XmlReader::new(text);
        let Some(Node::Open(tag)) = reader.next()? else { return Err(ImportError::Empty) };
        reader.whole(tag, &mut |_, _| Ok(()))
    }

    #[test]
    fn references_and_sections_become_text() {
        let element =
            read("<?xml version=\"1.0\"?><a b='&lt;x'> &amp;&#65;&#x42;<![CDATA[<c>]]><d/>\u{fc}&#0;</a>")
                .unwrap();
        assert_eq!(*element.text, " &AB<c>\u{fc}\u{fffd}");
        assert_eq!(element.tag.attribute("b"), Some("<x"));
        assert_eq!(element.children.len(), 1);
    }

    #[test]
    fn t51_entities_of_the_file_and_deep_xml_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>";
        assert_eq!(read(bomb).err(), Some(ImportError::Malformed { line: 1, column: 0 }));
        assert_eq!(read("<a>\n&b;</a>").err(), Some(ImportError::Malformed { line: 2, column: 0 }));
        let deep = "<a>".repeat(limits::DEPTH + 1);
        assert_eq!(read(&deep).err(), Some(ImportError::TooDeep));
        assert!(matches!(read("<a><b></a>").err(), Some(ImportError::Malformed { .. })));
    }
}
