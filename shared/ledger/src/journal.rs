//! The journal of a destructive pull: opened before the first byte is asked for, closed when every record that came
//! is durable. It is the lock that keeps pulls apart, and the witness that one did not come to its end.

use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "journal";

/// The journal of one source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    /// Whether a pull is under way, or was when its function died.
    pub running: bool,
    /// The token of the pull under way, or of the last.
    pub owner: String,
    /// When that pull began.
    pub began_at: Millis,
    /// When its invocation ends at the latest.
    pub until: Millis,
    /// Whether a pull since the last recovery was left open or broke off: recovery is wanted at once.
    pub incomplete: bool,
    /// When the first of those broke off: RepSpark may still have been flipping orders for a while.
    pub broke_at: Option<Millis>,
    /// How many pulls ever were left open or broke off.
    pub breaks: u64,
    /// When the last pull was closed.
    pub closed_at: Option<Millis>,
    /// How many records the last closed pull made durable.
    pub records: u64,
    /// When recovery last compared the source with the ledger.
    pub recovered_at: Option<Millis>,
    revision: u64,
}

/// What opening a journal came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Open, and ours. Says whether an earlier pull is known to have lost its way.
    Opened {
        /// See [`Journal::incomplete`].
        incomplete: bool,
    },
    /// Another pull is under way until then.
    Busy(Millis),
}

impl Journal {
    /// The journal after a pull that was left open or broke off.
    fn broken(&self, now: Millis) -> Self {
        Self {
            incomplete: true,
            broke_at: self.broke_at.or(Some(now)),
            breaks: self.breaks + 1,
            ..self.clone()
        }
    }

    /// Whether a pull is under way right now.
    pub fn is_running(&self, now: Millis, skew: std::time::Duration) -> bool {
        self.running && self.until + skew > now
    }

    /// Whether recovery is wanted before its time: a pull was left open or broke off.
    pub fn wants_recovery(&self, now: Millis, skew: std::time::Duration) -> bool {
        self.incomplete || (self.running && !self.is_running(now, skew))
    }
}

impl Ledger {
    /// Reads the journal of a source.
    pub async fn journal(&self, source: &str) -> Result<Journal, LedgerError> {
        Ok(self
            .get(&name(source), SK)
            .await?
            .map(|item| decode(source, &item))
            .transpose()?
            .unwrap_or_default())
    }

    /// Opens the journal for one pull, until the end of the invocation.
    pub async fn open_journal(
        &self,
        source: &str,
        now: Millis,
        until: Millis,
    ) -> Result<(Opening, String), LedgerError> {
        let owner = self.token();
        let mut answer = Opening::Opened { incomplete: false };
        self.change_journal(source, |journal| {
            if journal.running && journal.owner == owner {
                return None;
            }
            if journal.is_running(now, self.pace.skew) {
                answer = Opening::Busy(journal.until + self.pace.skew);
                return None;
            }
            // An open journal whose time is over was left open by a pull that died.
            let seen = if journal.running {
                journal.broken(now)
            } else {
                journal.clone()
            };
            answer = Opening::Opened {
                incomplete: seen.incomplete,
            };
            Some(Journal {
                running: true,
                owner: owner.clone(),
                began_at: now,
                until,
                ..seen
            })
        })
        .await?;
        Ok((answer, owner))
    }

    /// Closes our journal. `complete` says that the answer came to its end and every record of it is durable.
    pub async fn close_journal(
        &self,
        source: &str,
        owner: &str,
        now: Millis,
        complete: bool,
        records: u64,
    ) -> Result<(), LedgerError> {
        self.change_journal(source, |journal| {
            let ours = journal.running && journal.owner == owner;
            ours.then(|| {
                let seen = if complete {
                    journal.clone()
                } else {
                    journal.broken(now)
                };
                Journal {
                    running: false,
                    closed_at: Some(now),
                    records,
                    ..seen
                }
            })
        })
        .await
    }

    /// Notes that recovery compared the source with the ledger. `seen` is the journal as it was before the comparison
    /// began: what a pull lost since is still to be looked for, and a pull that is under way keeps its lock.
    pub async fn note_recovery(&self, source: &str, seen: &Journal, now: Millis) -> Result<(), LedgerError> {
        self.change_journal(source, |journal| {
            if journal.recovered_at == Some(now) {
                return None;
            }
            let covered = journal.breaks == seen.breaks;
            Some(Journal {
                // A pull that died is settled by this comparison; one that began since is not.
                running: journal.running
                    && !(covered && journal.owner == seen.owner && !journal.is_running(now, self.pace.skew)),
                incomplete: journal.incomplete && !covered,
                broke_at: (!covered).then_some(now),
                recovered_at: Some(now),
                ..journal.clone()
            })
        })
        .await
    }

    async fn change_journal(
        &self,
        source: &str,
        mut decide: impl FnMut(&Journal) -> Option<Journal>,
    ) -> Result<(), LedgerError> {
        let mut current = self.journal(source).await?;
        for _ in 0..12 {
            let Some(mut next) = decide(&current) else {
                return Ok(());
            };
            next.revision = current.revision + 1;
            let condition = if current.revision == 0 {
                If::Absent
            } else {
                If::Revision(current.revision)
            };
            match self.put_if(encode(source, &next), condition).await? {
                Put::Done => return Ok(()),
                Put::Refused(Some(item)) => current = decode(source, &item)?,
                Put::Refused(None) => current = Journal::default(),
            }
        }
        Err(LedgerError::Contended {
            key: name(source),
            times: 12,
        })
    }
}

fn name(source: &str) -> String {
    format!("journal#{source}")
}

fn encode(source: &str, journal: &Journal) -> Item {
    let mut item = item::new(name(source), SK);
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("rev", number(journal.revision));
    put(
        "running",
        aws_sdk_dynamodb::types::AttributeValue::Bool(journal.running),
    );
    put("owner", text(&*journal.owner));
    put("began_at", number(journal.began_at.0));
    put("until", number(journal.until.0));
    put(
        "incomplete",
        aws_sdk_dynamodb::types::AttributeValue::Bool(journal.incomplete),
    );
    put("breaks", number(journal.breaks));
    journal
        .broke_at
        .iter()
        .for_each(|at| drop(put("broke_at", number(at.0))));
    put("records", number(journal.records));
    journal
        .closed_at
        .iter()
        .for_each(|at| drop(put("closed_at", number(at.0))));
    journal
        .recovered_at
        .iter()
        .for_each(|at| drop(put("recovered_at", number(at.0))));
    item
}

fn decode(source: &str, item: &Item) -> Result<Journal, LedgerError> {
    let key = name(source);
    let reader = Reader::open(&key, item)?;
    Ok(Journal {
        running: reader.flag("running"),
        owner: reader.text("owner")?.to_owned(),
        began_at: reader.millis("began_at")?,
        until: reader.millis("until")?,
        incomplete: reader.flag("incomplete"),
        broke_at: reader.maybe_number("broke_at").map(Millis),
        breaks: reader.maybe_number("breaks").unwrap_or(0),
        closed_at: reader.maybe_number("closed_at").map(Millis),
        records: reader.number("records")?,
        recovered_at: reader.maybe_number("recovered_at").map(Millis),
        revision: reader.number("rev")?,
    })
}
