//! One report, read from a document as it goes through.

use order_model::Millis;

use crate::address::id_in;
use crate::dates::time;
use crate::guesses::TEXT_BYTES_MAX;
use crate::ids::{ItemId, OrderId, ReportId};
use crate::report::{Modification, Report};
use crate::state::{ItemState, ReportState};
use crate::unreadable::Unreadable;
use crate::xml::{Broken, Document, MODIFICATIONS_MAX, Node, Tag};

/// The elements that a report is made of (vendor notes, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Modifications,
    Modification,
    Order,
    Item,
    Correlation,
    Partner,
    PartnersItem,
    ItemState,
    Modified,
    State,
    Created,
    Other,
}

impl Name {
    fn of(tag: &Tag<'_>) -> Self {
        match tag.name() {
            "orderItemModifications" => Self::Modifications,
            "orderItemModification" => Self::Modification,
            "order" => Self::Order,
            "orderItem" => Self::Item,
            "correlation" => Self::Correlation,
            "partner" => Self::Partner,
            "orderItemId" => Self::PartnersItem,
            "fulfillmentState" => Self::ItemState,
            "modified" => Self::Modified,
            "state" => Self::State,
            "created" => Self::Created,
            _ => Self::Other,
        }
    }
}

/// A report as far as it has been read. What is wrong with it is remembered, and the rest of the document is still gone
/// through: another report in it may be good.
pub(crate) struct Reading {
    id: Option<ReportId>,
    fault: Option<Unreadable>,
    path: Vec<Name>,
    text: String,
    is_bare: bool,
    state: Option<String>,
    created: Option<String>,
    modifications: Vec<Modification>,
    current: Draft,
}

/// A modification as far as it has been read.
#[derive(Default)]
struct Draft {
    order: Option<String>,
    item: Option<String>,
    correlation: Option<String>,
    state: Option<String>,
    modified: Option<String>,
}

/// What stands where a report may stand.
pub(crate) struct Finished {
    /// None if it has none that can be used.
    pub(crate) id: Option<ReportId>,
    /// None if it is a mere reference.
    pub(crate) report: Result<Option<Report>, Unreadable>,
}

/// Goes through one report to its end. `seen` counts the modifications of the whole document.
pub(crate) fn read(document: &mut Document<'_>, tag: &Tag<'_>, seen: &mut usize) -> Result<Finished, Broken> {
    let mut reading = Reading::new(tag);
    loop {
        match document.next()? {
            Node::Open(tag) => reading.open(&tag, seen)?,
            Node::Text(text) => reading.text(&text),
            Node::Close if reading.path.is_empty() => return Ok(reading.finish()),
            Node::Close => reading.close(),
            // A whole document has closed all its elements.
            Node::End => return Err(Broken::Incomplete),
        }
    }
}

impl Reading {
    fn new(tag: &Tag<'_>) -> Self {
        let (id, fault) = match report_id(tag) {
            Ok(id) => (Some(id), None),
            Err(fault) => (None, Some(fault)),
        };
        Self {
            id,
            fault,
            path: Vec::new(),
            text: String::new(),
            is_bare: true,
            state: None,
            created: None,
            modifications: Vec::new(),
            current: Draft::default(),
        }
    }

    fn open(&mut self, tag: &Tag<'_>, seen: &mut usize) -> Result<(), Broken> {
        // A text with an element in it would be known by its last part alone.
        if !self.text.trim().is_empty()
            && let Some((_, parted)) = self.place()
        {
            self.blame(Unreadable::Odd(parted));
        }
        let name = Name::of(tag);
        self.path.push(name);
        self.text.clear();
        match self.path.as_slice() {
            [Name::Modifications] => self.is_bare = false,
            [Name::Modifications, Name::Modification] => {
                *seen += 1;
                if *seen > MODIFICATIONS_MAX {
                    return Err(Unreadable::TooManyModifications.into());
                }
                self.current = Draft::default();
            }
            // A modification under another name would be lost with the report.
            [Name::Modifications, _] => self.blame(Unreadable::Odd("orderItemModifications")),
            [Name::Modifications, Name::Modification, Name::Order] => {
                let put = put(&mut self.current.order, named(tag, "orders"), "order");
                self.blame_any(put);
            }
            [Name::Modifications, Name::Modification, Name::Item] => {
                let put = put(&mut self.current.item, named(tag, "orderItems"), "orderItem");
                self.blame_any(put);
            }
            // Where none belongs, it would be lost with the report.
            _ if matches!(name, Name::Modifications | Name::Modification) => {
                self.blame(Unreadable::Odd("orderItemModification"));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.text.len() + text.len() <= TEXT_BYTES_MAX {
            self.text.push_str(text);
        } else if let Some((_, name)) = self.place() {
            // Blanks around a text may be long, and nobody writes them.
            self.blame(Unreadable::TooLong(name));
        }
    }

    fn close(&mut self) {
        let text = self.text.trim().to_owned();
        if let Some((place, name)) = self.place()
            && !text.is_empty()
        {
            let put = put(place, Some(text), name);
            self.blame_any(put);
        }
        if self.path.as_slice() == [Name::Modifications, Name::Modification] {
            match std::mem::take(&mut self.current).finish() {
                Ok(modification) => self.modifications.push(modification),
                Err(fault) => self.blame(fault),
            }
        }
        self.text.clear();
        self.path.pop();
    }

    /// Where the text of the current element belongs, and how the element is called.
    fn place(&mut self) -> Option<(&mut Option<String>, &'static str)> {
        let current = &mut self.current;
        match self.path.as_slice() {
            [Name::Modifications, Name::Modification, rest @ ..] => match rest {
                [Name::Correlation, Name::Partner, Name::PartnersItem] => {
                    Some((&mut current.correlation, "correlation"))
                }
                [Name::ItemState] => Some((&mut current.state, "fulfillmentState")),
                [Name::Modified] => Some((&mut current.modified, "modified")),
                _ => None,
            },
            [Name::State] => Some((&mut self.state, "state")),
            [Name::Created] => Some((&mut self.created, "created")),
            _ => None,
        }
    }

    fn blame_any(&mut self, fault: Result<(), Unreadable>) {
        if let Err(fault) = fault {
            self.blame(fault);
        }
    }

    /// The first fault is the one that is told. The modifications are of no use then.
    fn blame(&mut self, fault: Unreadable) {
        self.fault.get_or_insert(fault);
        self.modifications = Vec::new();
    }

    fn finish(self) -> Finished {
        let report = match (self.fault, &self.id) {
            (Some(fault), _) => Err(fault),
            (None, None) => Err(Unreadable::Missing("id")),
            (None, Some(_)) if self.is_bare => Ok(None),
            (None, Some(id)) => Ok(Some(Report {
                id: id.clone(),
                state: self.state.as_deref().map(ReportState::of),
                created: self.created.as_deref().and_then(time),
                modifications: self.modifications,
            })),
        };
        Finished { id: self.id, report }
    }
}

impl Draft {
    fn finish(self) -> Result<Modification, Unreadable> {
        let said = self.state.ok_or(Unreadable::Missing("fulfillmentState"))?;
        let modified = self.modified.ok_or(Unreadable::Missing("modified"))?;
        let modified: Millis = time(&modified).ok_or(Unreadable::Odd("modified"))?;
        Ok(Modification {
            order_id: self.order.map(OrderId::new),
            item_id: ItemId::new(self.item.ok_or(Unreadable::Missing("orderItem"))?),
            correlation: self.correlation,
            state: ItemState::of(&said),
            said,
            modified,
        })
    }
}

/// The id of a report by its attribute and by its link, whichever it has; if it has both, they must agree.
fn report_id(tag: &Tag<'_>) -> Result<ReportId, Unreadable> {
    let given = attribute(tag, "id").map(|id| ReportId::new(&id).ok_or(Unreadable::Odd("id")));
    let given = given.transpose()?;
    let href = attribute(tag, "href");
    let linked = href.as_deref().and_then(|href| id_in(href, "orderReports"));
    match (given, linked) {
        (Some(given), Some(linked)) if given.as_str() != linked => Err(Unreadable::Odd("href")),
        (Some(given), _) => Ok(given),
        (None, Some(linked)) => ReportId::new(linked).ok_or(Unreadable::Odd("href")),
        (None, None) => Err(Unreadable::Missing("id")),
    }
}

/// What an element names by its `id`, or by its link into `collection`.
fn named(tag: &Tag<'_>, collection: &str) -> Option<String> {
    attribute(tag, "id").or_else(|| id_in(&attribute(tag, "href")?, collection).map(str::to_owned))
}

fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let value = tag.get(name)?.trim().to_owned();
    (!value.is_empty()).then_some(value)
}

fn put(place: &mut Option<String>, value: Option<String>, name: &'static str) -> Result<(), Unreadable> {
    match value {
        Some(_) if place.is_some() => Err(Unreadable::Twice(name)),
        Some(value) if value.len() > TEXT_BYTES_MAX => Err(Unreadable::TooLong(name)),
        Some(value) => {
            *place = Some(value);
            Ok(())
        }
        None => Ok(()),
    }
}
