#![doc = include_str!("../README.md")]

mod claim;
mod content;
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
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use look::{Look, Room, look};
pub use order::{Address, Customer, Line, Order, Source, Vendor};
pub use outcome::{Fenced, Gone, Outcome};
pub use records::{KeyOf, RecordFault, Records};
pub use state::{Admission, OrderState, Pinned, RawRef};
pub use step::{Kind, MOVES, Step, StepName, StepState, allowed};
pub use time::{Backoff, Millis, Pace};
