//! XML with bounds: elements, their attributes and their texts, one after the other.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::{EscapeError, resolve_xml_entity, unescape_with};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use crate::unreadable::Unreadable;

/// A larger answer is not read.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Elements may nest so deep.
pub const DEPTH_MAX: usize = 64;
/// So many modifications may stand in one answer.
pub const MODIFICATIONS_MAX: usize = 100_000;
/// The parser compares each attribute with all before it, so an element of a million would keep it busy for hours.
const ATTRIBUTES_MAX: usize = 64;

/// Why a document comes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It ends before its end.
    #[error("the document ends before its end")]
    Incomplete,
    /// It is whole, and can't be read.
    #[error("the document can't be read: {0}")]
    Refused(#[from] Unreadable),
}

/// The next part of a document.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// An element begins. An empty one ends with the next node.
    Open(Tag<'a>),
    /// A part of an element's text; one text may come in several.
    Text(Cow<'a, str>),
    /// The element that began last ends.
    Close,
    /// The document ends, and is whole.
    End,
}

/// The begin of an element. Namespaces and their prefixes are no matter: the vendor writes `href` and `xlink:href` for the
/// same thing (notes, section 4).
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    start: BytesStart<'a>,
}

impl Tag<'_> {
    /// The name, without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The attribute of this name; one without a prefix goes before one with any.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut found = None;
        for attribute in self.start.attributes().with_checks(false).flatten() {
            let (local, prefix) = attribute.key.decompose();
            if local.into_inner() == name && (prefix.is_none() || found.is_none()) {
                found = plain(&attribute.value).ok().map(Cow::into_owned);
                if prefix.is_none() {
                    break;
                }
            }
        }
        found
    }

    fn check(&self) -> Result<(), Unreadable> {
        for (at, attribute) in self.start.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Unreadable::Malformed)?;
            if at >= ATTRIBUTES_MAX {
                return Err(Unreadable::TooManyAttributes);
            }
            plain(&attribute.value)?;
        }
        Ok(())
    }
}

/// A document on its way through.
pub(crate) struct Document<'a> {
    reader: Reader<&'a [u8]>,
    is_ascii: bool,
    /// It may have been cut in the middle of a comment's begin.
    ends_in_bang: bool,
    depth: usize,
    has_root: bool,
}

impl<'a> Document<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Broken> {
        if bytes.len() > BODY_BYTES_MAX {
            return Err(Unreadable::TooLarge.into());
        }
        let text = std::str::from_utf8(bytes).map_err(|error| match error.error_len() {
            None => Broken::Incomplete,
            Some(_) => Unreadable::NotUtf8.into(),
        })?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            reader,
            is_ascii: text.is_ascii(),
            ends_in_bang: text.ends_with("<!"),
            depth: 0,
            has_root: false,
        })
    }

    pub(crate) fn next(&mut self) -> Result<Node<'a>, Broken> {
        loop {
            let event = self.reader.read_event().map_err(|error| self.broken(&error))?;
            match event {
                Event::Start(start) | Event::Empty(start) => return Ok(Node::Open(self.open(start)?)),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close);
                }
                Event::Text(text) if self.depth > 0 => return Ok(Node::Text(text.into_inner())),
                Event::CData(text) if self.depth > 0 => return Ok(Node::Text(text.into_inner())),
                Event::GeneralRef(reference) if self.depth > 0 => {
                    return Ok(Node::Text(referred(&reference)?.into()));
                }
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(Unreadable::Malformed.into());
                }
                Event::Decl(declaration) => self.declared(&declaration)?,
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) => return Err(Unreadable::Doctype.into()),
                Event::Eof if self.has_root && self.depth == 0 => return Ok(Node::End),
                Event::Eof => return Err(Broken::Incomplete),
            }
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Result<Tag<'a>, Broken> {
        if self.depth == 0 && self.has_root {
            return Err(Unreadable::Malformed.into());
        }
        self.has_root = true;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Unreadable::TooDeep.into());
        }
        let tag = Tag { start };
        tag.check()?;
        Ok(tag)
    }

    /// Another encoding would make other letters of the same bytes.
    fn declared(&self, declaration: &BytesDecl<'_>) -> Result<(), Unreadable> {
        let encoding = declaration.encoding().and_then(Result::ok);
        let known = encoding.is_none_or(|name| {
            ["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        });
        if known || self.is_ascii {
            Ok(())
        } else {
            Err(Unreadable::NotUtf8)
        }
    }

    fn broken(&self, error: &Error) -> Broken {
        match error {
            Error::Syntax(SyntaxError::UnclosedDoctype) => Unreadable::Doctype.into(),
            Error::Syntax(SyntaxError::InvalidBangMarkup) if !self.ends_in_bang => {
                Unreadable::Malformed.into()
            }
            Error::Syntax(_) => Broken::Incomplete,
            Error::IllFormed(IllFormedError::MissingDoctypeName) => Unreadable::Doctype.into(),
            Error::IllFormed(IllFormedError::UnclosedReference) if self.at_end() => Broken::Incomplete,
            _ => Unreadable::Malformed.into(),
        }
    }

    fn at_end(&self) -> bool {
        self.reader.get_ref().is_empty()
    }
}

/// An attribute's value. Only XML's own five entities are known: there is no place where others could be defined.
fn plain(value: &str) -> Result<Cow<'_, str>, Unreadable> {
    unescape_with(value, resolve_xml_entity).map_err(|error| match error {
        EscapeError::UnterminatedEntity(_) => Unreadable::Malformed,
        _ => Unreadable::Entity,
    })
}

fn referred(reference: &BytesRef<'_>) -> Result<String, Unreadable> {
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => Ok(letter.to_string()),
        Ok(None) => resolve_xml_entity(reference)
            .map(str::to_owned)
            .ok_or(Unreadable::Entity),
        Err(_) => Err(Unreadable::Entity),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document told back, or why it comes to nothing.
    fn told(bytes: &[u8]) -> Result<String, Broken> {
        let mut document = Document::new(bytes)?;
        let mut out = String::new();
        loop {
            match document.next()? {
                Node::Open(tag) => out += &format!("<{}>", tag.name()),
                Node::Text(text) => out += &text,
                Node::Close => out += "</>",
                Node::End => return Ok(out),
            }
        }
    }

    fn refused(text: &str) -> Unreadable {
        match told(text.as_bytes()) {
            Err(Broken::Refused(what)) => what,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn elements_texts_and_the_five_entities_are_read() {
        let text = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- x -->\n<p:a b=\"1\">é&amp;&lt;&gt;&apos;&quot;&#65;&#x42;<c/><![CDATA[&x;]]></p:a>\n";
        assert_eq!(told(text.as_bytes()).unwrap(), "<a>é&<>'\"AB<c></>&x;</>");
    }

    #[test]
    fn an_attribute_is_found_with_and_without_its_prefix() {
        let get = |text: &str| {
            let mut document = Document::new(text.as_bytes()).unwrap();
            let Ok(Node::Open(tag)) = document.next() else {
                panic!("{text}")
            };
            tag.get("href")
        };
        assert_eq!(get("<a href='1'/>").as_deref(), Some("1"));
        assert_eq!(get("<a xlink:href='1&amp;2'/>").as_deref(), Some("1&2"));
        assert_eq!(get("<a x:href='2' href='1' y:href='3'/>").as_deref(), Some("1"));
        assert_eq!(get("<a hrefs='1' h='href'/>"), None);
    }

    #[test]
    fn what_could_grow_or_mean_something_else_is_refused() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<!doctype a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<!DOCTYPE>",
            "<!DOCTYPE a [",
        ] {
            assert_eq!(refused(text), Unreadable::Doctype, "{text}");
        }
        for text in [
            "<a>&x;</a>",
            "<a>&nbsp;</a>",
            "<a b='&x;'/>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
        ] {
            assert_eq!(refused(text), Unreadable::Entity, "{text}");
        }
        let deep = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
        assert_eq!(refused(&deep(65)), Unreadable::TooDeep);
        assert!(told(deep(64).as_bytes()).is_ok());
        let many = |number: usize| {
            let attributes = (0..number).map(|n| format!(" a{n}=''"));
            format!("<a{}/>", attributes.collect::<String>())
        };
        assert_eq!(refused(&many(65)), Unreadable::TooManyAttributes);
        assert!(told(many(64).as_bytes()).is_ok());
        assert_eq!(told(b"<a>\xff</a>"), Err(Unreadable::NotUtf8.into()));
        assert_eq!(
            refused("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>"),
            Unreadable::NotUtf8
        );
        assert!(told(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>e</a>").is_ok());
        for text in [
            "<a/><b/>",
            "<a></b>",
            "x<a/>",
            "<a/>x",
            "</a>",
            "<a b='1' b='2'/>",
            "<a b=1/>",
            "<a>& b</a>",
        ] {
            assert_eq!(refused(text), Unreadable::Malformed, "{text}");
        }
        let large = vec![b' '; BODY_BYTES_MAX + 1];
        assert_eq!(told(&large), Err(Unreadable::TooLarge.into()));
    }

    #[test]
    fn a_document_that_was_cut_is_never_whole() {
        let text = "<?xml version=\"1.0\"?><a b=\"é\"><!-- x -->é&amp;<![CDATA[y]]><c d='1'/></a>";
        for at in 0..text.len() {
            let cut = told(&text.as_bytes()[..at]);
            assert_eq!(cut, Err(Broken::Incomplete), "{at}");
        }
    }
}
