//! eCat's orders in a run: what reps submit, what shall have become of each submission, and how it is counted.

mod fate;
mod figures;
mod load;
mod view;

pub(crate) use fate::{EcatFate, EcatFates};
pub use figures::EcatFigures;
pub(crate) use load::{Load, is_submitted_once};
pub(crate) use view::{Found, View};

use crate::ECAT_ORG;

/// The key under which the submissions of an order meet.
pub(crate) fn order_key(uuid: &str) -> String {
    format!("EC-{ECAT_ORG}-{}", uuid.to_ascii_uppercase())
}

/// The ERP key of a submission. Every number of a run is upper case and short enough to stand in it as it is.
pub(crate) fn erp_key(number: &str) -> String {
    format!("EC-{ECAT_ORG}-{number}")
}

/// The number of the n-th sample.
pub(crate) fn number_of(n: u64) -> String {
    let order = simulators::ecat_sample(n, 1);
    order["order_number"].as_str().unwrap_or_default().to_owned()
}
