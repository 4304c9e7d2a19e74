#![doc = include_str!("../README.md")]

mod asked;
mod claim;
mod content;
mod decision;
mod difference;
mod ecat_ids;
mod fulfilment;
mod hint;
mod ids;
mod likeness;
mod look;
mod order;
mod order_key;
mod outcome;
mod person;
mod records;
mod repeat;
mod state;
mod step;
mod time;
mod vendor;
pub mod versions;

pub use asked::{AskedOrder, AskedOrderError};
pub use claim::{Begin, Bid, Claim, Why};
pub use content::ContentHash;
pub use decision::{
    BEFORE_IMPORT_FROM, DISCARDED_AGAIN, Decision, FOREIGN_AGAIN, HOLD_PREFIX, MAYBE_ACKNOWLEDGED, No,
    REVISES_ANOTHER, Ruling, UNDATED, VALID_THERE, ruling,
};
pub use difference::{ChangedLine, Difference, HeaderChange, LineChange, difference};
pub use ecat_ids::{EcatId, EcatIdError, EcatOrderNumber, EcatOrg, EcatUuid, Submission};
pub use fulfilment::{
    Applied, Became, Dispute, Fulfilment, LineFulfilment, Movement, Ordered, Parcel, Part, Told, Unfit,
};
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use likeness::{Likeness, likeness};
pub use look::{Look, Room, look};
pub use order::{Address, CustomLine, CustomOrder, Customer, Line, Order, Origin, Source};
pub use order_key::OrderKey;
pub use outcome::{Fenced, Gone, Outcome};
pub use person::{Person, PersonError};
pub use records::{KeyOf, RecordFault, Records};
pub use repeat::{Edition, Repeat};
pub use state::{Admission, CANCELLED_IN_ERP, ORDER_CHANGED, OrderState, Pinned, RawRef};
pub use step::{Kind, MOVES, Step, StepName, StepState, allowed};
pub use time::{Backoff, Millis, Pace};
pub use vendor::{FaultClass, Vendor, understood};
