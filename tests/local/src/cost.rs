//! What AWS would ask: things are counted here, and priced by the crate `cost`.
//!
//! A run that a person waits for has seconds where a deployment has minutes, breaks things, and ticks all the time. So
//! what belongs to an order and what a tick costs are counted apart from it, on a bundle of their own with the
//! template's durations: ticks that find nothing to do, one by one, then clean orders in one pull.

mod count;
mod group;
mod measure;
mod series;
mod ticks;

pub use count::{counted, stored};
pub use measure::{Bill, Priced, PricedOrders, price};
pub use ticks::Tick;

pub(crate) use group::in_groups;
