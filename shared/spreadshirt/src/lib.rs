#![doc = include_str!("../README.md")]

mod address;
mod client;
mod credentials;
mod dates;
mod errors;
mod guesses;
mod heard;
mod ids;
mod list;
mod listing;
mod offset;
mod reading;
mod report;
mod session;
mod signature;
mod state;
#[cfg(test)]
mod tests;
mod unreadable;
mod xml;

pub use client::{Deleted, Spreadshirt};
pub use credentials::Credentials;
pub use errors::{CallError, Doubt, fault};
pub use guesses::{LOGIN_GAP, REPORTS_MAX};
pub use ids::{ItemId, OrderId, PartnerId, ReportId};
pub use list::{read_list, read_report};
pub use listing::{Data, Detail, Listed, Listing};
pub use report::{Modification, Report};
pub use session::Session;
pub use state::{ItemState, ReportState};
pub use unreadable::Unreadable;
pub use xml::{BODY_BYTES_MAX, Broken, DEPTH_MAX, MODIFICATIONS_MAX};
