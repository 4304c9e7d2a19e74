//! The login of a vendor: which credentials it has taken, and whose turn it is to find out about new ones.

use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "login";

/// So many writers may come between before we give up.
const TIMES: u32 = 12;

/// What is known of our credentials at one vendor. A version is the `VersionId` of the secret, never the secret itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Login {
    /// The version that the vendor took last, and has not refused since.
    pub proven: Option<String>,
    /// The version that the vendor refused last, and when.
    pub refused: Option<(String, Millis)>,
    /// Who is finding out about a version right now.
    pub trying: Option<Trying>,
    revision: u64,
}

/// The turn of one process: it alone calls the vendor with credentials that are not proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trying {
    /// The version of the secret that it tries.
    pub version: String,
    /// Whose turn it is.
    pub owner: String,
    /// Until then, clocks that are apart allowed for; a process that died leaves the turn to the next one.
    pub until: Millis,
}

/// What asking for the turn came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnTaken {
    /// It is ours. Before it was, the login stood like this.
    Ours(Login),
    /// Somebody else has it, or wrote meanwhile; the login as it stands.
    Theirs(Login),
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// The vendor took the credentials.
    Taken,
    /// It refused them, at this time.
    Refused(Millis),
    /// No answer, or none of the vendor's own: nobody knows.
    Unsaid,
}

impl Login {
    /// Whether these credentials may be used by all at once.
    pub fn is_proven(&self, version: &str) -> bool {
        self.proven.as_deref() == Some(version)
    }

    /// Whether these credentials are the ones that the vendor refused last.
    pub fn is_refused(&self, version: &str) -> bool {
        self.refused.as_ref().is_some_and(|(last, _)| last == version)
    }

    /// Whether nobody has the turn.
    pub fn is_free(&self, now: Millis) -> bool {
        self.trying.as_ref().is_none_or(|trying| trying.until <= now)
    }

    fn is_of(&self, owner: &str) -> bool {
        self.trying.as_ref().is_some_and(|trying| trying.owner == owner)
    }

    /// The login after a try; nothing if it says so already, or if the turn went to somebody else, who finds out anew.
    fn after(&self, turn: &Trying, tried: Tried) -> Option<Self> {
        let ours = self.is_of(&turn.owner);
        let trying = if ours { None } else { self.trying.clone() };
        let next = match tried {
            Tried::Taken if ours => Self {
                proven: Some(turn.version.clone()),
                refused: self.refused.clone().filter(|(last, _)| *last != turn.version),
                trying,
                ..self.clone()
            },
            // A refusal counts whoever has the turn now.
            Tried::Refused(at) => self.refusing(&turn.version, at, trying),
            Tried::Taken | Tried::Unsaid => Self {
                trying,
                ..self.clone()
            },
        };
        (next != *self).then_some(next)
    }

    fn refusing(&self, version: &str, at: Millis, trying: Option<Trying>) -> Self {
        Self {
            proven: self.proven.clone().filter(|proven| proven != version),
            refused: Some((version.to_owned(), at)),
            trying,
            ..self.clone()
        }
    }
}

impl Ledger {
    /// The login of a vendor as it stands.
    pub async fn login(&self, vendor: &str) -> Result<Login, LedgerError> {
        let item = self.get(&name(vendor), SK).await?;
        item.map_or_else(|| Ok(Login::default()), |item| decode(vendor, &item))
    }

    /// Asks for the turn to try a version, on the login as it was seen. It is given to one process only, and to nobody
    /// while the turn of another lasts.
    pub async fn take_login(
        &self,
        vendor: &str,
        seen: Login,
        turn: &Trying,
        now: Millis,
    ) -> Result<TurnTaken, LedgerError> {
        if !seen.is_free(now) {
            return Ok(TurnTaken::Theirs(seen));
        }
        let next = Login {
            trying: Some(turn.clone()),
            ..seen.clone()
        };
        Ok(match self.put_login(vendor, &next, &seen).await? {
            Put::Done => TurnTaken::Ours(seen),
            Put::Refused(item) => {
                let stands = item.map_or_else(|| Ok(Login::default()), |item| decode(vendor, &item))?;
                // Our reply was lost.
                if stands.is_of(&turn.owner) {
                    TurnTaken::Ours(seen)
                } else {
                    TurnTaken::Theirs(stands)
                }
            }
        })
    }

    /// Ends a turn and writes down what it came to. Also for a refusal of credentials that were proven, for which no turn
    /// was taken: the next try is alone again.
    pub async fn end_login(&self, vendor: &str, turn: &Trying, tried: Tried) -> Result<(), LedgerError> {
        let mut stands = self.login(vendor).await?;
        for _ in 0..TIMES {
            let Some(next) = stands.after(turn, tried) else {
                return Ok(());
            };
            stands = match self.put_login(vendor, &next, &stands).await? {
                Put::Done => return Ok(()),
                Put::Refused(item) => {
                    item.map_or_else(|| Ok(Login::default()), |item| decode(vendor, &item))?
                }
            };
        }
        Err(LedgerError::Contended {
            key: name(vendor),
            times: TIMES,
        })
    }

    async fn put_login(&self, vendor: &str, next: &Login, seen: &Login) -> Result<Put, LedgerError> {
        let condition = match seen.revision {
            0 => If::Absent,
            revision => If::Revision(revision),
        };
        self.put_if(encode(vendor, next, seen.revision + 1), condition)
            .await
    }
}

fn name(vendor: &str) -> String {
    format!("login#{vendor}")
}

fn encode(vendor: &str, login: &Login, revision: u64) -> Item {
    let mut item = item::new(name(vendor), SK);
    item.insert("rev".into(), number(revision));
    if let Some(proven) = &login.proven {
        item.insert("proven".into(), text(&**proven));
    }
    if let Some((refused, at)) = &login.refused {
        item.insert("refused".into(), text(&**refused));
        item.insert("refused_at".into(), number(at.0));
    }
    if let Some(trying) = &login.trying {
        item.insert("trying".into(), text(&*trying.version));
        item.insert("owner".into(), text(&*trying.owner));
        item.insert("until".into(), number(trying.until.0));
    }
    item
}

fn decode(vendor: &str, item: &Item) -> Result<Login, LedgerError> {
    let key = name(vendor);
    let reader = Reader::open(&key, item)?;
    let refused = match reader.maybe_text("refused") {
        Some(refused) => Some((refused.to_owned(), reader.millis("refused_at")?)),
        None => None,
    };
    let trying = match reader.maybe_text("trying") {
        Some(version) => Some(Trying {
            version: version.to_owned(),
            owner: reader.text("owner")?.to_owned(),
            until: reader.millis("until")?,
        }),
        None => None,
    };
    Ok(Login {
        proven: reader.maybe_text("proven").map(str::to_owned),
        refused,
        trying,
        revision: reader.number("rev")?,
    })
}
