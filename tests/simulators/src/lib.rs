//! Strict, stateful stand-ins for RepSpark, eCat, SparkLayer, Spreadshirt and Spectrum, and for an ERP that speaks
//! `erp-orders/1`, built on `host`.
//!
//! They keep what they are told, refuse what the real ones refuse, and show the vendors' traps as switches. What a
//! vendor does not document and a stand-in had to decide is marked "guess" where it is decided.

mod cut;
mod ecat;
mod erp;
mod plain;
mod repspark;
mod sparklayer;
mod spectrum;
mod spreadshirt;
#[cfg(test)]
mod testing;

pub use ecat::{
    ECAT_CUSTOM_FIELDS, ECAT_PERSONAL, Ecat, SeenEcatOrder, Sequence, Shown, Single, Submitted,
    ecat_refilled, ecat_revised, ecat_sample,
};
pub use erp::{Erp, ErpOrder, ErpStatus, Late, LateReply};
pub use repspark::{Empty, Flip, RepSpark, SeenOrder, sample_custom_map, sample_custom_order, sample_order};
pub use sparklayer::{
    SPARKLAYER_PERSONAL, SPARKLAYER_TOKEN, SeenPurchase, SeenPut, Slow, SparkFailure, SparkLayer,
    sparklayer_personal,
};
pub use spectrum::{
    SPECTRUM_PERSONAL, SeenSpectrumCall, SeenSpectrumOrder, SeveralReply, Spectrum, SpectrumFailure,
    SpectrumSlow, Start, spectrum_personal,
};
pub use spreadshirt::{Dates, FullData, Hrefs, ItemChange, OrderReport, SPREADSHIRT_SESSION, Spreadshirt};

/// The function that calls: what follows `order-relay/` in `User-Agent`, or nothing.
fn caller(headers: &http::HeaderMap) -> &str {
    headers
        .get(http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("order-relay/"))
        .and_then(|text| text.split_whitespace().next())
        .unwrap_or_default()
}

/// Whether the request says that its body is JSON; parameters such as a charset are no matter.
fn says_json(headers: &http::HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
