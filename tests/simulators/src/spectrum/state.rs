//! What Spectrum remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::answer::{SpectrumFailure, error, repeating, stamp};
use super::form::{Form, Item, Work};
use super::order::{SeenSpectrumCall, SeenSpectrumOrder, Start};
use super::slow::Held;
use super::target::Endpoint;
use super::traps::{SeveralReply, Switches};
use crate::plain::Plain;

const ALREADY: &str = "Purchase order has already been submitted.";
const MINUTE_MS: i64 = 60_000;

pub(super) struct State {
    pub(super) token: String,
    pub(super) orders: BTreeMap<String, SeenSpectrumOrder>,
    pub(super) starts: BTreeMap<String, Vec<Start>>,
    pub(super) switches: Switches,
    /// When calls came, by endpoint.
    pub(super) calls: BTreeMap<String, Vec<i64>>,
    pub(super) complaints: Vec<String>,
    pub(super) refused_logins: usize,
    pub(super) throttled: usize,
    pub(super) held: Vec<Held>,
    pub(super) troubles: usize,
}

impl State {
    pub(super) fn new(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            orders: BTreeMap::new(),
            starts: BTreeMap::new(),
            switches: Switches::default(),
            calls: BTreeMap::new(),
            complaints: Vec::new(),
            refused_logins: 0,
            throttled: 0,
            held: Vec::new(),
            troubles: 0,
        }
    }

    /// Counts a call; whether it is one too many within 60 s. Those that are refused for it count too.
    pub(super) fn count(&mut self, operation: &str, now_ms: i64) -> bool {
        let calls = self.calls.entry(operation.to_owned()).or_default();
        calls.push(now_ms);
        let recent = calls
            .iter()
            .rev()
            .take_while(|at| now_ms - **at < MINUTE_MS)
            .count();
        let too_many = recent > self.switches.limit;
        self.throttled += usize::from(too_many);
        too_many
    }

    pub(super) fn knows(&mut self, token: Option<&str>) -> bool {
        let knows = token == Some(self.token.as_str());
        self.refused_logins += usize::from(!knows);
        knows
    }

    /// The failure that a test asked for, if there is one for this endpoint.
    pub(super) fn next_failure(&mut self, operation: &str) -> Option<SpectrumFailure> {
        let failures = &mut self.switches.failures;
        let at = failures
            .iter()
            .position(|(of, _)| operation.starts_with(of.as_str()))?;
        failures.remove(at).map(|(_, failure)| failure)
    }

    /// An order by its number. That one that is not there is a 404 in this form is a guess, and the shape is one too.
    pub(super) fn show(&self, number: &str, now_ms: i64) -> Plain {
        let Some(order) = self.orders.get(number) else {
            return error(404, "Order not found.", now_ms);
        };
        let shown = order.recipe_sets.iter().map(|(id, skus)| (id, skus.as_slice()));
        let failed = order.failed.iter().filter(|_| self.switches.show_failed);
        let lines = shown.chain(failed.map(|id| (id, &[][..]))).enumerate();
        let lines = lines.map(|(at, (id, skus))| {
            // Elsewhere quantities are seen as texts and as numbers.
            let sku = |(sku, pieces): &(String, u64)| json!({"sku": sku, "quantity": pieces.to_string()});
            let skus: Vec<Value> = skus.iter().map(sku).collect();
            json!({"id": at + 1, "recipeSetId": id, "workflowStatus": "not-started", "skuQuantities": skus})
        });
        let lines: Vec<Value> = lines.collect();
        let of = |name: &str| {
            let mut bodies = order.history.iter().rev().map(|call| &call.body);
            bodies
                .find_map(|body| body.get(name))
                .cloned()
                .unwrap_or_default()
        };
        let shown = json!({
            "purchaseOrderNumber": number, "userId": 17, "clientHandle": "demo", "emailAddress": of("emailAddress"),
            "phoneNumber": of("phoneNumber"), "shippingAddress": of("shippingAddress"), "lineItems": lines,
        });
        match self.switches.show_in_array {
            true => Plain::json(200, &json!([shown])),
            false => Plain::json(200, &shown),
        }
    }

    pub(super) fn commit(&mut self, work: &Work, now_ms: i64) -> Plain {
        match (&work.endpoint, work.orders.as_slice()) {
            (Endpoint::Acknowledgements, all) => self.several(work, all, now_ms),
            (Endpoint::Order, [form]) => self.details(work, form, now_ms),
            (Endpoint::ShipNotification, [form]) => self.notify(work, form, now_ms),
            (_, [form]) => match self.acknowledge(work, form, now_ms) {
                Ok(answer) => Plain::json(200, &answer),
                Err(conflict) => conflict,
            },
            _ => error(400, "no order", now_ms),
        }
    }

    /// The factory starts what is known. An order that is there, made by whatever call, is a conflict.
    fn acknowledge(&mut self, work: &Work, form: &Form, now_ms: i64) -> Result<Value, Plain> {
        if !self.switches.take_again {
            self.is_new(&form.number)?;
        }
        let statuses = form.lines.iter().map(|line| self.start(work, form, line, now_ms));
        let statuses: Vec<Value> = statuses.collect();
        let all = statuses.iter().all(|status| status["success"] == true);
        let order = self.record(work, form, now_ms);
        order.acknowledged = true;
        Ok(json!({"purchaseOrderNumber": form.number, "statuses": statuses, "allSuccessful": all}))
    }

    fn start(&mut self, work: &Work, form: &Form, line: &Item, now_ms: i64) -> Value {
        let id = &line.recipe_set;
        let order = self.orders.entry(form.number.clone()).or_default();
        if self.switches.unknown_recipe_sets.contains(id) {
            order.failed.push(id.clone());
            let message = repeating("Recipe set not found", &form.body);
            return json!({"recipeSetId": id, "success": false, "message": message});
        }
        order.recipe_sets.insert(id.clone(), line.skus.clone());
        self.starts.entry(id.clone()).or_default().push(Start {
            number: form.number.clone(),
            caller: work.caller.clone(),
            at_ms: now_ms,
        });
        json!({"recipeSetId": id, "success": true, "message": "Processed Successfully"})
    }

    /// Whether one order that is there refuses all of them, or only itself, is not documented.
    fn several(&mut self, work: &Work, all: &[Form], now_ms: i64) -> Plain {
        if !self.switches.conflict_of_one && !self.switches.take_again {
            for form in all {
                if let Err(conflict) = self.is_new(&form.number) {
                    return conflict;
                }
            }
        }
        let answers = all.iter().rev().map(|form| {
            let answer = self.acknowledge(work, form, now_ms);
            answer.unwrap_or_else(|_| {
                json!({"purchaseOrderNumber": form.number, "lastModification": stamp(now_ms), "error": ALREADY})
            })
        });
        let answers: Vec<Value> = answers.collect();
        match self.switches.several {
            SeveralReply::Array => Plain::json(200, &answers.into()),
            SeveralReply::Envelope => Plain::json(200, &json!({"results": answers})),
            SeveralReply::Empty => Plain::empty(200),
            SeveralReply::Statuses => {
                let all = answers.iter().all(|answer| answer["allSuccessful"] == true);
                let statuses = answers.iter().filter_map(|answer| answer["statuses"].as_array());
                let statuses: Vec<&Value> = statuses.flatten().collect();
                Plain::json(200, &json!({"statuses": statuses, "allSuccessful": all}))
            }
        }
    }

    /// Whether details may follow an acknowledgement is not documented: they may, but for a switch. A second time they may
    /// not, which is a guess too. Where there is no order they make one, and start nothing.
    fn details(&mut self, work: &Work, form: &Form, now_ms: i64) -> Plain {
        let there = self.orders.get(&form.number);
        let conflict = there.is_some_and(|order| order.details || self.switches.details_conflict);
        if conflict && !self.switches.take_again {
            return already(there);
        }
        let order = self.record(work, form, now_ms);
        order.details = true;
        if !order.acknowledged {
            let lines = form.lines.iter();
            order.recipe_sets = lines
                .map(|line| (line.recipe_set.clone(), line.skus.clone()))
                .collect();
        }
        let status = |line: &Item| json!({"recipeSetId": line.recipe_set, "success": true, "message": "Processed Successfully"});
        let statuses: Vec<Value> = form.lines.iter().map(status).collect();
        Plain::json(
            200,
            &json!({"purchaseOrderNumber": form.number, "statuses": statuses, "allSuccessful": true}),
        )
    }

    /// All or nothing. It is to be sent once the entire order has shipped, so one that leaves a line out which is not
    /// cancelled is complained of.
    fn notify(&mut self, work: &Work, form: &Form, now_ms: i64) -> Plain {
        let named: BTreeSet<&String> = form.lines.iter().map(|line| &line.recipe_set).collect();
        let there = self.orders.get(&form.number);
        let there: BTreeSet<&String> = there
            .into_iter()
            .flat_map(|order| order.recipe_sets.keys())
            .collect();
        let missing: Vec<&str> = named.difference(&there).map(|id| id.as_str()).collect();
        if there.is_empty() || !missing.is_empty() {
            let text = format!("Line item not found: {}.", missing.join(", "));
            let body = json!({"purchaseOrderNumber": form.number, "status": "Error", "details": text});
            return Plain::json(self.switches.lines_missing_as, &body);
        }
        let cancelled = &self.switches.cancelled;
        let is_entire = there
            .iter()
            .all(|id| named.contains(id) || cancelled.contains(*id));
        if !is_entire || named.len() != form.lines.len() {
            let text = format!(
                "the ship notification of {} is not that of the entire order",
                form.number
            );
            self.complaints.push(text.clone());
            return error(400, &text, now_ms);
        }
        let ids: Vec<String> = form.lines.iter().map(|line| line.recipe_set.clone()).collect();
        let order = self.record(work, form, now_ms);
        for line in &form.lines {
            let tracking = line.tracking.clone().unwrap_or_default();
            order.tracking.insert(line.recipe_set.clone(), tracking);
        }
        let text = format!(
            "Updated tracking number for recipeSetReadableId(s): {}.",
            ids.join(", ")
        );
        Plain::json(
            200,
            &json!({"purchaseOrderNumber": form.number, "status": "OK", "details": text}),
        )
    }

    fn is_new(&self, number: &str) -> Result<(), Plain> {
        match self.orders.get(number) {
            None => Ok(()),
            there => Err(already(there)),
        }
    }

    fn record(&mut self, work: &Work, form: &Form, now_ms: i64) -> &mut SeenSpectrumOrder {
        let order = self.orders.entry(form.number.clone()).or_default();
        order.modified_ms = now_ms;
        order.history.push(SeenSpectrumCall {
            operation: work.endpoint.operation().to_owned(),
            caller: work.caller.clone(),
            at_ms: now_ms,
            body: Arc::clone(&form.body),
        });
        order
    }
}

fn already(order: Option<&SeenSpectrumOrder>) -> Plain {
    error(409, ALREADY, order.map_or(0, |order| order.modified_ms))
}
