#![doc = include_str!("../README.md")]

mod claim;
mod content;
mod decision;
mod difference;
mod hint;
mod ids;
mod look;
mod order;
mod outcome;
mod records;
mod state;
mod step;
mod time;

pub use claim::{Begin, Bid, Claim, Why};
pub use content::ContentHash;
pub use decision::{BEFORE_IMPORT_FROM, Decision, HOLD_PREFIX, No, Ruling, UNDATED, ruling};
pub use difference::{ChangedLine, Difference, HeaderChange, LineChange, difference};
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use look::{Look, Room, look};
pub use order::{Address, Customer, Line, Order, Source, Vendor};
pub use outcome::{Fenced, Gone, Outcome};
pub use records::{KeyOf, RecordFault, Records};
pub use state::{Admission, CANCELLED_IN_ERP, ORDER_CHANGED, OrderState, Pinned, RawRef};
pub use step::{Kind, MOVES, Step, StepName, StepState, allowed};
pub use time::{Backoff, Millis, Pace};
