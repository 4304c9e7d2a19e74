//! Spreadshirt, the ERP's shipping and the person who maps customers: they do what the plans say, when its time has come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::custom::{self, Custom};
use super::customers::{Customer, Customers};
use super::hands::map;
use super::life::Diary;
use super::ordered::{self, Line};
use super::plan::{Deed, KINDS, Plan, plan};
use crate::Stack;
use crate::ecat::{erp_key, is_submitted_once, order_key};

/// Between two stages of an order, at least.
pub(super) const PAUSE: Duration = Duration::from_millis(300);
/// An order, and how far the world has come with it.
#[derive(Debug)]
pub(crate) struct Subject {
    /// Its ERP key.
    pub(crate) name: String,
    /// The key of its state.
    pub(crate) state: String,
    /// Its name on the platform: `repspark:8001`.
    pub(crate) platform: String,
    pub(crate) customer: Customer,
    pub(crate) lines: Vec<Line>,
    pub(crate) plan: Plan,
    /// What of it is custom-made, if anything is.
    pub(crate) custom: Option<Custom>,
    pub(crate) n: u64,
    /// What the ERP calls it, when it has it.
    pub(crate) number: Option<String>,
    /// The line numbers and correlation ids that the ERP was given, line by line.
    pub(crate) told: Vec<(u64, String)>,
    stage: usize,
    /// Reports that have to be read before the next stage.
    pub(super) reports: Vec<String>,
    since: Instant,
}

/// A report, and whether it must go once it is read.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) id: String,
    pub(crate) must_go: bool,
    pub(crate) changes: u64,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// Whether there is a factory for custom-made lines.
    factory: bool,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) customers: Customers,
    pub(crate) reports: Vec<Given>,
    pub(crate) messages: u64,
    pub(crate) rows: u64,
    /// Orders that waited for their customer when the late ones were mapped.
    pub(crate) waited: u64,
    pub(crate) diary: Diary,
    mapped_late: bool,
    imported: BTreeSet<String>,
    look_again: Option<Instant>,
    /// What Spectrum calls the orders for whose details a person looked.
    pub(super) looked: BTreeSet<String>,
    pub(super) next_look: Option<Instant>,
    pub(super) items: BTreeMap<(String, usize), String>,
}

impl World {
    /// Without orders. `factory`: Spectrum is there, and some orders have custom lines.
    pub(crate) fn new(factory: bool) -> Self {
        Self {
            factory,
            ..Self::default()
        }
    }

    /// An order of RepSpark's takes part.
    pub(crate) fn add_repspark(&mut self, n: u64, id: u64) {
        let order = custom::of_repspark(n, self.factory);
        let lines = ordered::of_repspark(&order);
        let custom = Custom::of_repspark(n, &order, &lines).filter(|_| self.factory);
        let name = format!("RS-ACME-{id}");
        let names = (name.clone(), name, format!("repspark:{id}"));
        self.add(n, names, Customer::of_repspark(&order), lines, custom);
    }

    /// An order of eCat's takes part. If it is submitted again, nobody knows here which of its submissions is imported: its
    /// customer is mapped, and nothing happens to it.
    pub(crate) fn add_ecat(&mut self, n: u64) {
        let order = custom::of_ecat(n, self.factory);
        let customer = Customer::of_ecat(&order);
        if !is_submitted_once(n) {
            self.customers.add(&customer);
            return;
        }
        let text = |name: &str| order[name].as_str().unwrap_or_default();
        let number = text("order_number");
        let names = (erp_key(number), order_key(text("uuid")), format!("ecat:{number}"));
        // Not the kinds of RepSpark's orders once more: some kinds come about less often.
        let lines = ordered::of_ecat(&order);
        let custom = Custom::of_ecat(n, &order, &lines).filter(|_| self.factory);
        self.add(n + KINDS, names, customer, lines, custom);
    }

    /// An order takes part. The n-th has the n-th plan.
    fn add(
        &mut self,
        n: u64,
        (name, state, platform): (String, String, String),
        customer: Customer,
        lines: Vec<Line>,
        custom: Option<Custom>,
    ) {
        self.customers.add(&customer);
        let plan = plan(n, &lines);
        if plan.is_told {
            self.diary.open(&name, &platform);
        }
        self.subjects.push(Subject {
            name,
            state,
            platform,
            customer,
            lines,
            plan,
            custom,
            n,
            number: None,
            told: Vec::new(),
            stage: 0,
            reports: Vec::new(),
            since: Instant::now(),
        });
    }

    /// Before the first order: the customers that are known are mapped, and what is told too early is told.
    pub(crate) async fn begin(&mut self, stack: &Stack) -> Result<(), String> {
        let ids = self.customers.ids();
        stack
            .sparklayer
            .only_customers(&ids.into_iter().collect::<Vec<_>>());
        stack.spreadshirt.page_limit(7);
        stack.spreadshirt.dates(simulators::Dates::Mixed);
        map(stack, self.customers.csv()).await?;
        if self.factory {
            self.set_up_factory(stack).await?;
        }
        for at in 0..self.subjects.len() {
            // What the ERP will be given is known: it is made of the key.
            let subject = &mut self.subjects[at];
            let name = &subject.name;
            let told = (1..=subject.lines.len() as u64).map(|line| (line, format!("{name}-{line}")));
            subject.told = told.collect();
            let deeds = subject.plan.before.clone();
            let mut pool = Vec::new();
            for deed in &deeds {
                self.deed(stack, at, deed, &mut pool);
            }
            self.publish(stack, pool);
        }
        Ok(())
    }

    /// Whether what was told too early has been taken in, so that the orders may come.
    pub(crate) fn may_submit(&self, stack: &Stack) -> bool {
        self.reports
            .iter()
            .all(|report| stack.spreadshirt.deleted(&report.id))
    }

    /// What happens now.
    pub(crate) async fn go_on(&mut self, stack: &Stack) -> Result<(), String> {
        self.look(stack);
        let mut pool = Vec::new();
        for at in 0..self.subjects.len() {
            if let Some(deeds) = self.due(stack, at) {
                for deed in &deeds {
                    self.deed(stack, at, deed, &mut pool);
                }
            }
        }
        self.publish(stack, pool);
        self.diary.look(stack);
        if self.factory {
            self.look_for_details(stack).await;
        }
        if !self.mapped_late && self.late_ones_wait(stack) {
            map(stack, self.customers.late_rows()).await?;
            self.mapped_late = true;
            self.diary
                .all(stack, "the customers that were missing are mapped");
        }
        Ok(())
    }

    /// Whether all has happened that shall happen, and every report is gone that must go.
    pub(crate) fn is_over(&self, stack: &Stack) -> bool {
        let told = |subject: &Subject| subject.number.is_some() && subject.stage == subject.plan.stages.len();
        let gone = |report: &Given| !report.must_go || stack.spreadshirt.deleted(&report.id);
        self.mapped_late && self.subjects.iter().all(told) && self.reports.iter().all(gone)
    }

    /// Which imports are recorded; looked at less often when it takes long.
    fn look(&mut self, stack: &Stack) {
        let waits = |subject: &Subject| subject.plan.waits_for_import && subject.number.is_none();
        if self.look_again.is_some_and(|at| Instant::now() < at) || !self.subjects.iter().any(waits) {
            return;
        }
        let begun = Instant::now();
        let states = stack.states().into_iter();
        let done = states.filter(|(_, state)| state.steps.get("import").is_some_and(|step| step == "done"));
        self.imported = done.map(|(key, _)| key).collect();
        self.look_again = Some(Instant::now() + begun.elapsed() * 5 + PAUSE);
    }

    /// What happens to an order now.
    fn due(&mut self, stack: &Stack, at: usize) -> Option<Vec<Deed>> {
        let subject = &mut self.subjects[at];
        if subject.number.is_none() {
            if subject.plan.waits_for_import && !self.imported.contains(&subject.state) {
                return None;
            }
            let made = stack.erp.orders_for(&subject.name).into_iter().next()?;
            subject.number = Some(made.reference?);
            subject.told = told(&made.request, &subject.lines);
            self.diary.note(
                stack,
                &subject.name,
                &format!("in the ERP as {}", subject.number.as_deref()?),
            );
        } else {
            let is_over = subject.stage == subject.plan.stages.len();
            if is_over || subject.since.elapsed() < PAUSE || !self.reports_are_read(stack, at) {
                return None;
            }
        }
        let subject = &mut self.subjects[at];
        let deeds = subject.plan.stages.get(subject.stage)?.clone();
        subject.stage += 1;
        subject.since = Instant::now();
        Some(deeds)
    }

    fn reports_are_read(&self, stack: &Stack, at: usize) -> bool {
        let mut reports = self.subjects[at].reports.iter();
        reports.all(|report| stack.spreadshirt.deleted(report))
    }

    /// Whether every order of a customer whom nobody has mapped is imported and waits for that.
    fn late_ones_wait(&mut self, stack: &Stack) -> bool {
        let late = || self.subjects.iter().filter(|subject| subject.customer.is_late());
        if late().any(|subject| subject.number.is_none()) {
            return false;
        }
        let states = stack.states();
        let waits = |subject: &&Subject| {
            let state = states.get(&subject.state);
            state.is_some_and(|state| {
                state
                    .codes
                    .get("publish")
                    .is_some_and(|code| code == "customer_not_mapped")
            })
        };
        self.waited = late().filter(waits).count() as u64;
        late().count() as u64 == self.waited
    }
}

/// The number and the correlation id that the ERP was given for each line.
fn told(request: &Value, lines: &[Line]) -> Vec<(u64, String)> {
    let given: Vec<&Value> = request["lines"].as_array().into_iter().flatten().collect();
    let of = |line: &Line| {
        let given = given.iter().find(|given| given["sku"] == line.sku.as_str())?;
        Some((
            given["line"].as_u64()?,
            given["correlation_id"].as_str()?.to_owned(),
        ))
    };
    lines.iter().filter_map(of).collect()
}
