#![doc = include_str!("../README.md")]

mod client;
mod credentials;
mod errors;
mod guesses;
mod hash;
mod heard;
mod identifiers;
mod judge;
mod line_states;
mod lines;
mod names;
mod options;
#[cfg(test)]
mod order_sample;
mod packages;
mod parts;
mod problem;
mod purchase;
mod stored;
#[cfg(test)]
mod tests;
mod token;
mod wire;

pub use client::{SparkLayer, would_put};
pub use credentials::Credentials;
pub use errors::{CallError, Conflict, Operation, fault};
pub use hash::{AcceptedHash, accepted_hash};
pub use identifiers::{CartId, CustomerId, Identifier, IdentifierError, Identifiers, Lookup, SiteId};
pub use line_states::{line_states, moment, placed_at};
pub use lines::{LineState, Moved, ProductName};
pub use names::{Platform, UnknownWord, Visible, names};
pub use options::{Options, PackagesShape};
pub use parts::{Parts, Unpublishable, purchase};
pub use problem::{Named, Problem};
pub use purchase::{Item, NameValue, Package, PackageKind, Parcel, Place, Purchase};
pub use stored::Stored;
pub use vendor_http::Doubt;
pub use wire::wire;
