//! What becomes of a run's orders behind the ERP: who makes and ships their lines, who their customers are, what those see
//! of it, and what must have come of it.
//!
//! What must come of it is worked out here, from what was ordered and from what was done about it: the bundle is not asked.

mod custom;
mod customers;
mod done;
mod factory;
mod figures;
mod hands;
mod judge;
mod life;
mod ordered;
mod plan;
mod shown;
mod voices;
mod weather;
mod world;

pub(crate) use custom::{of_ecat, of_repspark};
pub use factory::CustomFigures;
pub use figures::FulfilmentFigures;
pub use life::Life;
pub use shown::ShownPackage;
pub(crate) use shown::packages;
pub(crate) use weather::Weather;
pub(crate) use world::World;
