//! A second look at a document, by other means than the reader's: it knows marks, quotes and nesting, and nothing else. It is
//! meant for documents that the reader took; of others it tells what it can.

use std::ops::Range;

/// What a document looks like from outside.
pub struct Outline<'a> {
    /// In the order of their begins; the root is the first.
    pub elements: Vec<Element<'a>>,
    /// The level of the deepest element; the root's is 1.
    pub depth: usize,
    /// Whether there is anything that begins as a DOCTYPE does.
    pub declares: bool,
    /// Whether comments, instructions or CDATA stand within the root, where they may part a text.
    pub is_parted: bool,
}

/// An element.
pub struct Element<'a> {
    /// Without its prefix.
    pub name: &'a str,
    /// Where it stands in [`Outline::elements`]; none for the root.
    pub parent: Option<usize>,
    /// From its first byte to behind its last.
    pub span: Range<usize>,
}

impl<'a> Outline<'a> {
    /// None if something ends before its end, or if nothing is there.
    pub fn of(text: &'a str) -> Option<Self> {
        let mut outline = Self {
            elements: Vec::new(),
            depth: 0,
            declares: false,
            is_parted: false,
        };
        let mut open: Vec<usize> = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find('<') {
            let from = at + found;
            let rest = &text[from..];
            let behind = |mark: &str, skip: usize| Some(skip + rest[skip..].find(mark)? + mark.len());
            let is_tag = !rest.starts_with("<!") && !rest.starts_with("<?");
            let length = if is_tag {
                tag_length(rest)?
            } else if rest.starts_with("<!--") {
                behind("-->", 4)?
            } else if rest.starts_with("<![CDATA[") {
                behind("]]>", 9)?
            } else if rest.starts_with("<?") {
                behind("?>", 2)?
            } else {
                outline.declares = true;
                tag_length(rest)?
            };
            at = from + length;
            if is_tag {
                outline.tag(&text[from..at], from, &mut open)?;
            } else {
                outline.is_parted |= !open.is_empty();
            }
        }
        (open.is_empty() && !outline.elements.is_empty()).then_some(outline)
    }

    fn tag(&mut self, tag: &'a str, from: usize, open: &mut Vec<usize>) -> Option<()> {
        let to = from + tag.len();
        let inner = &tag[1..tag.len() - 1];
        if inner.starts_with('/') {
            let last = open.pop()?;
            self.elements[last].span.end = to;
            return Some(());
        }
        let (inner, is_empty) = inner
            .strip_suffix('/')
            .map_or((inner, false), |inner| (inner, true));
        let name = inner.split([' ', '\t', '\r', '\n']).next()?;
        self.elements.push(Element {
            name: name.split_once(':').map_or(name, |(_, local)| local),
            parent: open.last().copied(),
            span: from..to,
        });
        self.depth = self.depth.max(open.len() + 1);
        if !is_empty {
            open.push(self.elements.len() - 1);
        }
        Some(())
    }

    /// Where the elements of this name stand that belong to `parent`.
    pub fn children(&self, parent: usize, name: &str) -> Vec<usize> {
        let own = |at: &usize| self.elements[*at].parent == Some(parent) && self.elements[*at].name == name;
        (0..self.elements.len()).filter(own).collect()
    }
}

/// To behind the first `>` that stands in no quotes.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(begin), _) if begin == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The text with its references to characters and to XML's five entities put in. What only looks like one stays.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = rest
            .find(';')
            .and_then(|end| Some((character(&rest[1..end])?, end + 1)));
        let (character, length) = named.unwrap_or(('&', 1));
        plain.push(character);
        rest = &rest[length..];
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
