//! The birth item: whose ledger this is, and whether the baseline was taken.

use order_model::{Brand, EcatOrg, Millis};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const NAME: &str = "birth";
/// It is written three times in the life of a table.
const TIMES: u32 = 4;

/// Whose ledger this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The brand that stands in every RepSpark key.
    pub brand: String,
    /// When the table was first used.
    pub at: Millis,
    /// When the baseline was completed, and how many foreign orders it found.
    pub baseline: Option<(Millis, u64)>,
    /// The organisation that stands in every eCat key; none until eCat was read for the first time.
    pub ecat_org: Option<String>,
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
    /// The stack's organisation at eCat is not the table's: as above.
    #[error(
        "this stack's EcatOrg is {stack}, and its ledger belongs to {ledger}: set EcatOrg back, or make a stack of its own"
    )]
    OtherOrg {
        /// The organisation in the birth item.
        ledger: String,
        /// The organisation in the settings.
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

impl Birth {
    /// Whether the ledger is bound to this organisation; an error if it is bound to another one.
    pub fn is_of_ecat(&self, org: &EcatOrg) -> Result<bool, BirthError> {
        match &self.ecat_org {
            None => Ok(false),
            Some(bound) if bound == org.in_keys() => Ok(true),
            Some(bound) => Err(BirthError::OtherOrg {
                ledger: bound.clone(),
                stack: org.in_keys().to_owned(),
            }),
        }
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
            ecat_org: None,
            revision: 1,
        };
        match self.put_if(encode(&birth), If::Absent).await? {
            Put::Done => Ok(birth),
            // Somebody else was first, or our own reply was lost: what stands there counts.
            Put::Refused(Some(item)) => checked(&item, brand),
            Put::Refused(None) => Err(gone().into()),
        }
    }

    /// Binds the ledger to an organisation at eCat, for ever; an error if it is bound to another one.
    pub async fn bind_ecat(&self, birth: &Birth, org: &EcatOrg, brand: &Brand) -> Result<(), BirthError> {
        let mut birth = birth.clone();
        for _ in 0..TIMES {
            if birth.is_of_ecat(org)? {
                return Ok(());
            }
            let next = Birth {
                ecat_org: Some(org.in_keys().to_owned()),
                revision: birth.revision + 1,
                ..birth.clone()
            };
            match self.put_if(encode(&next), If::Revision(birth.revision)).await? {
                Put::Done => return Ok(()),
                // Refused: our own reply was lost, or the baseline was completed meanwhile. What stands there counts.
                Put::Refused(Some(item)) => birth = checked(&item, brand)?,
                Put::Refused(None) => return Err(gone().into()),
            }
        }
        Err(contended().into())
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
        let mut birth = birth.clone();
        for _ in 0..TIMES {
            let next = Birth {
                baseline: Some((now, foreign)),
                revision: birth.revision + 1,
                ..birth.clone()
            };
            match self.put_if(encode(&next), If::Revision(birth.revision)).await? {
                Put::Done => return Ok(()),
                Put::Refused(Some(item)) => birth = decode(&item)?,
                Put::Refused(None) => return Err(gone()),
            }
            // Our own reply was lost, or another run completed it meanwhile. Both are complete.
            if birth.baseline.is_some() {
                return Ok(());
            }
        }
        Err(contended())
    }
}

fn contended() -> LedgerError {
    LedgerError::Contended {
        key: NAME.into(),
        times: TIMES,
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
    if let Some(org) = &birth.ecat_org {
        item.insert("ecat_org".into(), text(&**org));
    }
    if let Some((at, foreign)) = birth.baseline {
        item.insert("baseline_at".into(), number(at.0));
        item.insert("foreign".into(), number(foreign));
    }
    item
}

fn checked(item: &Item, brand: &Brand) -> Result<Birth, BirthError> {
    let birth = decode(item)?;
    if birth.brand == brand.as_str() {
        Ok(birth)
    } else {
        Err(BirthError::OtherBrand {
            ledger: birth.brand,
            stack: brand.as_str().to_owned(),
        })
    }
}

fn decode(item: &Item) -> Result<Birth, LedgerError> {
    let reader = Reader::open(NAME, item)?;
    let baseline = reader
        .maybe_number("baseline_at")
        .map(|at| (Millis(at), reader.maybe_number("foreign").unwrap_or(0)));
    Ok(Birth {
        brand: reader.text("brand")?.to_owned(),
        at: reader.millis("at")?,
        baseline,
        ecat_org: reader.maybe_text("ecat_org").map(str::to_owned),
        revision: reader.number("rev")?,
    })
}
