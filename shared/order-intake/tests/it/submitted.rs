//! A source of submissions, and an intake of them.

#![expect(clippy::unwrap_used, reason = "a helper fails as its test does")]

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use field_map::FieldMap;
use jiff::tz::TimeZone;
use ledger::Ledger;
use order_intake::{Arrival, Arrived, Ended, SubmissionRules, SubmissionTaker, SubmissionTally, take_in};
use order_model::versions::HoldCode;
use order_model::{
    EcatId, EcatOrderNumber, EcatOrg, EcatUuid, ErpKey, Millis, OrderKey, OrderState, RecordFault, Records,
    Submission,
};
use serde_json::Value;

use crate::house::T0;

/// The vendor's own example: an order and its resubmission.
pub(crate) const FIRST: &str = "6385-031318-392";
pub(crate) const SECOND: &str = "6385-031318-392-1";
pub(crate) const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";
pub(crate) const OTHER_UUID: &str = "1E5C7A90-0B3D-4F0E-9A1C-6D8B2F4E7710";

/// A name that no log line may hold.
pub(crate) const PERSON: &str = "Henrietta Quillfeather";

/// Orders of eCat's form.
pub(crate) const RECORDS: Records = Records {
    source: "ecat",
    first_key: "order_number",
    number: |raw| submission(raw).map(|found| found.number.into()),
    whole: |raw| submission(raw).is_ok(),
    number_in_broken: |raw| {
        let text = std::str::from_utf8(raw).ok()?;
        let number = text.split_once(r#""order_number":""#)?.1.split_once('"')?.0;
        Some(number.to_owned())
    },
    steady: <[u8]>::to_vec,
};

fn submission(raw: &[u8]) -> Result<Submission, RecordFault> {
    let read = || {
        let order: Value = serde_json::from_slice(raw).ok()?;
        Some(Submission {
            number: EcatOrderNumber::new(order["order_number"].as_str()?).ok()?,
            uuid: EcatUuid::new(order["uuid"].as_str()?).ok()?,
            id: EcatId(order["id"].as_u64()?),
        })
    };
    read().ok_or(RecordFault("the record is no order"))
}

/// The record of a submission with these SKUs and quantities.
pub(crate) fn record(number: &str, uuid: &str, id: u64, items: &[(&str, u32)]) -> String {
    let item = |(sku, quantity): &(&str, u32)| {
        format!(r#"{{"item_number":"{sku}","quantity":{quantity},"unit_price":"10.00"}}"#)
    };
    let items: Vec<String> = items.iter().map(item).collect();
    format!(
        r#"{{"order_number":"{number}","uuid":"{uuid}","id":{id},"customer_number":"C-1","customer_name":"{PERSON}","po_number":"PO-1","currency_code":"USD","items":[{}]}}"#,
        items.join(",")
    )
}

/// Submission `id` of [`UUID`].
pub(crate) fn of(id: u64, items: &[(&str, u32)]) -> String {
    record(&format!("7120-{id}"), UUID, id, items)
}

pub(crate) fn list(records: &[&str]) -> String {
    format!("[{}]", records.join(","))
}

pub(crate) fn org() -> EcatOrg {
    EcatOrg::new("demo").unwrap()
}

pub(crate) fn key(uuid: &str) -> OrderKey {
    OrderKey::ecat(&org(), &EcatUuid::new(uuid).unwrap())
}

pub(crate) fn erp_key(number: &str) -> ErpKey {
    ErpKey::ecat(&org(), &EcatOrderNumber::new(number).unwrap())
}

/// The time of the n-th pull.
pub(crate) fn pull(nth: u32) -> Millis {
    T0 + Duration::from_secs(600) * nth
}

/// What an intake came to.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) ended: Ended<&'static str>,
    pub(crate) arrived: Vec<Arrived>,
    pub(crate) tally: SubmissionTally,
}

impl Came {
    /// The ids of the submissions, and what became of them; sorted.
    pub(crate) fn submissions(&self) -> Vec<(u64, Arrival)> {
        let each = self.arrived.iter().filter_map(|one| match one {
            Arrived::Submission {
                submission, came_to, ..
            } => Some((submission.id.0, *came_to)),
            _ => None,
        });
        let mut all: Vec<_> = each.collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    /// The ids that were lost, and those that were not.
    pub(crate) fn lost_of_all(&self) -> (Vec<u64>, Vec<u64>) {
        let kept = self.submissions().into_iter().map(|(id, _)| id);
        (self.lost(), kept.collect())
    }

    pub(crate) fn lost(&self) -> Vec<u64> {
        let each = self.arrived.iter().filter_map(|one| match one {
            Arrived::Lost(submission) => Some(submission.id.0),
            _ => None,
        });
        each.collect()
    }
}

pub(crate) fn entered(first: bool, due: bool, held: Option<HoldCode>) -> Arrival {
    Arrival::Entered { first, due, held }
}

/// Takes a body in, as the pull of that time.
pub(crate) async fn take(ledger: &Ledger, now: Millis, body: &str) -> Came {
    take_knowing(ledger, now, body, &BTreeSet::new()).await
}

/// The same, where these numbers stand in quarantine.
pub(crate) async fn take_knowing(
    ledger: &Ledger,
    now: Millis,
    body: &str,
    quarantined: &BTreeSet<String>,
) -> Came {
    take_mapped(ledger, now, body, quarantined, &FieldMap::ecat_default()).await
}

/// The same, where submissions are compared with this map.
pub(crate) async fn take_mapped(
    ledger: &Ledger,
    now: Millis,
    body: &str,
    quarantined: &BTreeSet<String>,
    current: &FieldMap,
) -> Came {
    let rules = SubmissionRules {
        records: RECORDS,
        submission,
        org: &org(),
        current,
        zone: &TimeZone::UTC,
        expires_at: T0 + Duration::from_secs(86_400),
        quarantined,
        asked: false,
    };
    let mut taker = SubmissionTaker::new(ledger, rules, now);
    let mut arrived = Vec::new();
    let mut body = Some(Bytes::from(body.to_owned()));
    let chunk = async || Ok(body.take());
    let told = async |came: &[Arrived]| arrived.extend_from_slice(came);
    let ended = take_in(&mut taker, RECORDS.first_key, chunk, || true, told).await;
    Came {
        ended,
        arrived,
        tally: taker.tally,
    }
}

pub(crate) async fn stands(ledger: &Ledger, key: &OrderKey) -> OrderState {
    ledger.order(key).await.unwrap().unwrap()
}

/// The submissions of an order: id and standing.
pub(crate) fn standings(order: &OrderState) -> Vec<(u64, String)> {
    let each = order.versions.iter();
    each.map(|version| (version.id.0, format!("{:?}", version.standing)))
        .collect()
}
