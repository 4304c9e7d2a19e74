//! What is said of lines that nobody knows yet: kept until the order, or the item, turns up.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | `waiting`, what it waits for, the line and the identity of the movement: `<kind>#<length of the name>#<name, of a long one its SHA-256>#<line>#<id>` |
//! | `kind`, `for` | `order` or `item`, and its name |
//! | `body` | the movement, as JSON |
//! | `at`, `expires_at` | when it was kept, and until when, in seconds |

use order_model::{Millis, Movement};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::query::{Next, PAGE};
use crate::{Ledger, LedgerError};

const PK: &str = "waiting";

/// What a movement waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// An order of this name: its key, its ERP key or its number at the ERP.
    Order(String),
    /// An item of the maker's whose line nobody has told yet. The movement has line 0.
    Item(String),
}

/// A movement that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What for.
    pub awaited: Awaited,
    /// The movement.
    pub movement: Movement,
    /// Since when.
    pub at: Millis,
}

/// One page of movements that wait.
#[derive(Debug)]
pub struct WaitingPage {
    /// In the order of what they wait for.
    pub all: Vec<Waiting>,
    /// How many this release can't read: they wait on, and stop no other.
    pub unreadable: usize,
    /// Where the next page begins; none if this was the last.
    pub next: Option<Next>,
}

impl Ledger {
    /// Keeps a movement that waits. Kept again it is as old as before: how long it waits is what an alarm rings for.
    pub async fn keep_waiting(&self, waiting: &Waiting, expires_at: Millis) -> Result<(), LedgerError> {
        let body = serde_json::to_string(&waiting.movement).map_err(|_| LedgerError::Unreadable {
            key: PK.to_owned(),
            what: "body",
        })?;
        let mut item = item::new(PK, &name(waiting));
        let (kind, of) = waiting.awaited.parts();
        item.insert("kind".into(), text(kind));
        item.insert("for".into(), text(of));
        item.insert("body".into(), text(body));
        item.insert("at".into(), number(waiting.at.0));
        // DynamoDB's time-to-live wants seconds.
        item.insert("expires_at".into(), number(expires_at.0 / 1000));
        match self.put_if(item, If::Absent).await? {
            Put::Done | Put::Refused(_) => Ok(()),
        }
    }

    /// Movements that wait, for this or for anything: at most 100 at a time; strongly consistent.
    pub async fn waiting(
        &self,
        awaited: Option<&Awaited>,
        from: Option<Next>,
    ) -> Result<WaitingPage, LedgerError> {
        let call = self.client.query().table_name(&self.table);
        let call = match awaited {
            None => call.key_condition_expression("pk = :pk"),
            Some(awaited) => call
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix(awaited))),
        };
        let call = call
            .expression_attribute_values(":pk", text(PK))
            .limit(PAGE)
            .consistent_read(true)
            .set_exclusive_start_key(from.map(|next| next.0));
        let (items, next) = self.page(call, "list movements that wait").await?;
        let all: Vec<Waiting> = items.iter().filter_map(|item| decode(item).ok()).collect();
        Ok(WaitingPage {
            unreadable: items.len() - all.len(),
            all,
            next: next.map(Next),
        })
    }

    /// A movement waits no more: it was applied, or kept with its order.
    pub async fn forget_waiting(&self, waiting: &Waiting) -> Result<(), LedgerError> {
        self.delete(PK, &name(waiting)).await
    }
}

impl Awaited {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Order(name) => ("order", name),
            Self::Item(id) => ("item", id),
        }
    }
}

/// What is awaited may hold any character; its length before it keeps two names apart of which one begins the other.
fn prefix(awaited: &Awaited) -> String {
    let (kind, of) = awaited.parts();
    format!("{kind}#{}#{}#", of.len(), item::named(of))
}

fn name(waiting: &Waiting) -> String {
    // One saying may be of several lines.
    let Movement { id, line, .. } = &waiting.movement;
    format!("{}{line}#{id}", prefix(&waiting.awaited))
}

fn decode(item: &Item) -> Result<Waiting, LedgerError> {
    let key = item.get("sk").and_then(|sk| sk.as_s().ok());
    let reader = Reader::open(key.map_or(PK, String::as_str), item)?;
    let of = reader.text("for")?.to_owned();
    Ok(Waiting {
        awaited: match reader.text("kind")? {
            "order" => Awaited::Order(of),
            "item" => Awaited::Item(of),
            _ => return Err(reader.unreadable("kind")),
        },
        movement: serde_json::from_str(reader.text("body")?).map_err(|_| reader.unreadable("body"))?,
        at: reader.millis("at")?,
    })
}
