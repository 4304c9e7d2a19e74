//! The birth item: whose ledger this is, and whether the baseline was taken.

use order_model::{Brand, Millis};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const NAME: &str = "birth";

/// Whose ledger this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The brand that stands in every RepSpark key.
    pub brand: String,
    /// When the table was first used.
    pub at: Millis,
    /// When the baseline was completed, and how many foreign orders it found.
    pub baseline: Option<(Millis, u64)>,
    revision: u64,
}

/// Why the ledger may not be used like this.
#[derive(Debug, thiserror::Error)]
pub enum BirthError {
    /// The stack's brand is not the table's: every key would be new, and every order would be imported again.
    #[error(
        "this stack's Brand is {stack}, and its ledger belongs to {ledger}: set Brand back, or make a stack of its own"
    )]
    OtherBrand {
        /// The brand in the birth item.
        ledger: String,
        /// The brand in the settings.
        stack: String,
    },
    /// The ledger did not answer.
    #[error("the ledger's birth item could not be read or written")]
    Ledger(#[source] LedgerError),
}

impl From<LedgerError> for BirthError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl Ledger {
    /// The birth item, if the ledger was used before; an error if it belongs to another brand.
    pub async fn birth(&self, brand: &Brand) -> Result<Option<Birth>, BirthError> {
        self.get(NAME, NAME)
            .await?
            .map(|item| checked(&item, brand))
            .transpose()
    }

    /// The birth item, made now if there is none.
    pub async fn be_born(&self, brand: &Brand, now: Millis) -> Result<Birth, BirthError> {
        if let Some(birth) = self.birth(brand).await? {
            return Ok(birth);
        }
        let birth = Birth {
            brand: brand.as_str().to_owned(),
            at: now,
            baseline: None,
            revision: 1,
        };
        match self.put_if(encode(&birth), If::Absent).await? {
            Put::Done => Ok(birth),
            // Somebody else was first, or our own reply was lost: what stands there counts.
            Put::Refused(Some(item)) => checked(&item, brand),
            Put::Refused(None) => Err(gone().into()),
        }
    }

    /// Says that the baseline is complete. Saying it twice keeps the first.
    pub async fn complete_baseline(
        &self,
        birth: &Birth,
        now: Millis,
        foreign: u64,
    ) -> Result<(), LedgerError> {
        if birth.baseline.is_some() {
            return Ok(());
        }
        let next = Birth {
            baseline: Some((now, foreign)),
            revision: birth.revision + 1,
            ..birth.clone()
        };
        match self.put_if(encode(&next), If::Revision(birth.revision)).await? {
            Put::Done => Ok(()),
            // Refused: our own reply was lost, or another run completed it meanwhile. Both are complete.
            Put::Refused(Some(item)) if item.contains_key("baseline_at") => Ok(()),
            Put::Refused(Some(_)) => Err(LedgerError::Contended {
                key: NAME.into(),
                times: 1,
            }),
            Put::Refused(None) => Err(gone()),
        }
    }
}

fn gone() -> LedgerError {
    LedgerError::Unreadable {
        key: NAME.into(),
        what: "the birth item is gone",
    }
}

fn encode(birth: &Birth) -> Item {
    let mut item = item::new(NAME, NAME);
    item.insert("brand".into(), text(&*birth.brand));
    item.insert("at".into(), number(birth.at.0));
    item.insert("rev".into(), number(birth.revision));
    if let Some((at, foreign)) = birth.baseline {
        item.insert("baseline_at".into(), number(at.0));
        item.insert("foreign".into(), number(foreign));
    }
    item
}

fn checked(item: &Item, brand: &Brand) -> Result<Birth, BirthError> {
    let reader = Reader::open(NAME, item)?;
    let ledger = reader.text("brand")?.to_owned();
    if ledger != brand.as_str() {
        return Err(BirthError::OtherBrand {
            ledger,
            stack: brand.as_str().to_owned(),
        });
    }
    let baseline = reader
        .maybe_number("baseline_at")
        .map(|at| (Millis(at), reader.maybe_number("foreign").unwrap_or(0)));
    Ok(Birth {
        brand: ledger,
        at: reader.millis("at")?,
        baseline,
        revision: reader.number("rev")?,
    })
}
