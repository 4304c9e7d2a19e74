#![doc = include_str!("../README.md")]

mod asked;
mod claim;
mod content;
mod decision;
mod difference;
mod hint;
mod ids;
mod look;
mod order;
mod outcome;
mod person;
mod records;
mod state;
mod step;
mod time;

pub use asked::{AskedOrder, AskedOrderError};
pub use claim::{Begin, Bid, Claim, Why};
pub use content::ContentHash;
pub use decision::{
    BEFORE_IMPORT_FROM, DISCARDED_AGAIN, Decision, FOREIGN_AGAIN, HOLD_PREFIX, No, Ruling, UNDATED,
    VALID_THERE, ruling,
};
pub use difference::{ChangedLine, Difference, HeaderChange, LineChange, difference};
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use look::{Look, Room, look};
pub use order::{Address, Customer, Line, Order, Source, Vendor};
pub use outcome::{Fenced, Gone, Outcome};
pub use person::{Person, PersonError};
pub use records::{KeyOf, RecordFault, Records};
pub use state::{Admission, CANCELLED_IN_ERP, ORDER_CHANGED, OrderState, Pinned, RawRef};
pub use step::{Kind, MOVES, Step, StepName, StepState, allowed};
pub use time::{Backoff, Millis, Pace};
