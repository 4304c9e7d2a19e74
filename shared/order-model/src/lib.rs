#![doc = include_str!("../README.md")]

mod content;
mod hint;
mod ids;
mod look;
mod moves;
mod order;
mod records;
mod state;
mod step;
mod time;

pub use content::ContentHash;
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use look::{Look, Room, look};
pub use moves::{Begin, Bid, Claim, Fenced, Gone, Outcome, Why};
pub use order::{Address, Customer, Line, Order, Source, Vendor};
pub use records::{KeyOf, RecordFault, Records};
pub use state::{Admission, OrderState, Pinned, RawRef};
pub use step::{Kind, MOVES, Step, StepName, StepState, allowed};
pub use time::{Backoff, Millis, Pace};
