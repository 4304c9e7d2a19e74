//! What is wrong with what came of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use simulators::{ErpOrder, SeenPurchase};

use super::ordered::of_erp;
use super::plan::{Move, untouched};
use super::shown::packages;
use super::world::{Subject, World};
use crate::Stack;

/// What is announced of a line: whose, which, what, of how many, in which parcel.
type Said = (String, u64, String, Option<u64>, Option<String>);

impl World {
    /// Everything that is not as it must be, in words. `faults`: things broke, so what is harmless may have come twice.
    pub(crate) fn wrong(&self, stack: &Stack, faults: bool) -> Vec<String> {
        let mut wrong = self.wrong_purchases(stack);
        wrong.extend(self.wrong_reports(stack, faults));
        wrong.extend(self.wrong_moves(stack));
        wrong.extend(self.wrong_at_factory(stack, faults));
        let complaints = stack.sparklayer.complaints().into_iter();
        wrong.extend(complaints.map(|complaint| format!("SparkLayer refused a call: {complaint}")));
        let complaints = stack.spreadshirt.complaints().into_iter();
        wrong.extend(complaints.map(|complaint| format!("Spreadshirt refused a call: {complaint}")));
        let overlaps = stack.sparklayer.overlaps().into_iter();
        wrong.extend(overlaps.map(|name| format!("two PUTs of purchase {name} ran at the same time")));
        if stack.spreadshirt.black_listings() > 0 {
            wrong.push("Spreadshirt put us on its black list".to_owned());
        }
        let left = stack.items().into_iter().filter_map(|item| {
            let pk = item["pk"]["S"].as_str()?.to_owned();
            (pk == "waiting" || pk.starts_with("awaits_customer#")).then(|| item["sk"]["S"].to_string())
        });
        wrong.extend(left.map(|what| format!("this waits still, though all is known: {what}")));
        wrong
    }

    /// Whether every purchase is at its newest state, and the factory knows what it must.
    pub(crate) fn is_shown(&self, stack: &Stack) -> bool {
        self.wrong_purchases(stack).is_empty() && self.is_told(stack)
    }

    /// Every order that the ERP made is one purchase, at its newest state, and nothing else is.
    fn wrong_purchases(&self, stack: &Stack) -> Vec<String> {
        let by_name: BTreeMap<&str, &Subject> = self
            .subjects
            .iter()
            .map(|subject| (subject.name.as_str(), subject))
            .collect();
        let purchases = stack.sparklayer.purchases();
        let shown: BTreeMap<&str, &SeenPurchase> = (purchases.iter())
            .filter_map(|purchase| Some((purchase.names.get("internal")?.as_str(), purchase)))
            .collect();
        let mut wrong = Vec::new();
        let made: Vec<ErpOrder> = stack.erp.orders();
        for order in &made {
            let number = order.reference.as_deref().unwrap_or_default();
            match shown.get(number) {
                None => wrong.push(format!(
                    "{} is in the ERP, and SparkLayer does not show it",
                    order.key
                )),
                Some(purchase) => {
                    let subject = by_name.get(order.key.as_str()).copied();
                    wrong.extend(self.wrong_purchase(order, subject, purchase));
                }
            }
        }
        if purchases.len() != made.len() {
            wrong.push(format!(
                "SparkLayer has {} purchases, and the ERP {} orders",
                purchases.len(),
                made.len()
            ));
        }
        wrong
    }

    fn wrong_purchase(
        &self,
        order: &ErpOrder,
        subject: Option<&Subject>,
        purchase: &SeenPurchase,
    ) -> Vec<String> {
        let (key, body) = (&order.key, &purchase.body);
        let mut wrong = Vec::new();
        let wanted = match subject {
            Some(subject) => subject.plan.packages.clone(),
            // One of several submissions of an order: which of them is imported depends on when they came.
            None => untouched(&of_erp(&order.request)).packages,
        };
        let seen = packages(body);
        if seen != wanted {
            wrong.push(format!("{key} is shown as {seen:?} instead of {wanted:?}"));
        }
        let name = |by: &str| purchase.names.get(by).map(String::as_str);
        if name("visible") != order.reference.as_deref() || body["type"] != "order" {
            wrong.push(format!(
                "{key} is shown under another number, or is no order there"
            ));
        }
        if let Some(subject) = subject {
            if name("platform") != Some(&subject.platform) {
                wrong.push(format!("{key} is not {} on the platform", subject.platform));
            }
            let customer = &body["customer_identifiers"]["sparklayer"];
            if customer.as_str() != self.customers.id(&subject.customer) {
                wrong.push(format!("{key} is shown to another customer, {customer}"));
            }
        }
        let revisions = purchase
            .history
            .iter()
            .map(|put| moment(&put.body["revision_date"]));
        if !revisions.collect::<Vec<_>>().is_sorted_by(|one, next| one < next) {
            wrong.push(format!("the revisions of {key} did not rise"));
        }
        wrong.extend(lost_package(purchase).map(|id| format!("package {id} of {key} was lost")));
        wrong
    }

    fn wrong_reports(&self, stack: &Stack, faults: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        for report in &self.reports {
            let (gone, times) = (
                stack.spreadshirt.deleted(&report.id),
                stack.spreadshirt.deletes(&report.id),
            );
            let once = times == 1 || (faults && times > 1);
            match (report.must_go, gone) {
                (true, true) if once => {}
                (true, true) => wrong.push(format!("report {} was deleted {times} times", report.id)),
                (true, false) => wrong.push(format!("report {} is still there", report.id)),
                (false, true) => wrong.push(format!(
                    "report {} is somebody else's too, and is deleted",
                    report.id
                )),
                (false, false) if times > 0 => wrong.push(format!("report {} was to be deleted", report.id)),
                (false, false) => {}
            }
        }
        wrong
    }

    /// Each move is announced under one identity, once or more often, and nothing else is announced.
    fn wrong_moves(&self, stack: &Stack) -> Vec<String> {
        let mut said: BTreeMap<Said, Vec<String>> = BTreeMap::new();
        for event in stack.proxy.events() {
            if event["Source"] != "order-relay" || event["DetailType"] != "Order Line Moved" {
                continue;
            }
            let detail: Value =
                serde_json::from_str(event["Detail"].as_str().unwrap_or_default()).unwrap_or_default();
            let id = detail["id"].as_str().unwrap_or_default().to_owned();
            said.entry(read(&detail)).or_default().push(id);
        }
        let mut wrong = Vec::new();
        for subject in &self.subjects {
            for one in &subject.plan.moves {
                let ids = said.remove(&wanted(subject, one)).unwrap_or_default();
                let (times, ids) = (ids.len(), ids.into_iter().collect::<BTreeSet<_>>());
                if ids.len() > 1 || (ids.is_empty() && one.sure) {
                    let (name, count) = (&subject.name, ids.len());
                    let what = format!("{name} line {} {}", one.line + 1, one.state);
                    wrong.push(format!(
                        "{what} was announced {times} times under {count} identities"
                    ));
                }
            }
        }
        wrong.extend(
            said.into_keys()
                .map(|what| format!("nobody did what is announced: {what:?}")),
        );
        wrong
    }
}

fn read(detail: &Value) -> Said {
    let text = |name: &str| detail[name].as_str().map(str::to_owned);
    (
        text("order").unwrap_or_default(),
        detail["line"].as_u64().unwrap_or_default(),
        text("state").unwrap_or_default(),
        text("quantity").and_then(|quantity| quantity.parse().ok()),
        text("tracking"),
    )
}

fn wanted(subject: &Subject, one: &Move) -> Said {
    let line = subject.told.get(one.line).map_or(0, |(line, _)| *line);
    let state = subject.state.clone();
    (
        state,
        line,
        one.state.to_owned(),
        one.quantity,
        one.tracking.clone(),
    )
}

fn moment(value: &Value) -> Option<jiff::Timestamp> {
    value.as_str()?.parse().ok()
}

/// A package that came to its end is in every later state too, under its identity. One whose parcel is told later is
/// another one from then on.
fn lost_package(purchase: &SeenPurchase) -> impl Iterator<Item = String> {
    let ends = |body: &Value| -> BTreeSet<String> {
        let packages = body["packages"].as_array().into_iter().flatten();
        let ends = packages.filter(|package| {
            let parcel = package["shipments"][0].is_object();
            package["type"] != "processing" && (package["type"] != "shipment" || parcel)
        });
        let id = |package: &Value| {
            Some(
                package["identifiers"]["sparklayer_package_id"]
                    .as_str()?
                    .to_owned(),
            )
        };
        ends.filter_map(id).collect()
    };
    let before: BTreeSet<String> = purchase.history.iter().flat_map(|put| ends(&put.body)).collect();
    let now = ends(&purchase.body);
    before.into_iter().filter(move |id| !now.contains(id))
}
