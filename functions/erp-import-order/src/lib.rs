#![doc = include_str!("../README.md")]

mod config;
mod decide;
mod map;
mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use erp::{Answer, Erp, fault};
use field_map::FieldMap;
use lambda_kit::{
    Answer as BatchAnswer, Batch, Context, Deadline, Error, Hints, Kit, NoCall, Unrecorded, VendorGate, clock,
};
use ledger::Claimed;
use order_mapping::AllMaps;
use order_model::{
    Bid, Claim, ContentHash, Kind, Order, OrderKey, OrderState, Origin, Outcome, Pinned, StepName, StepState,
    Vendor, Why, understood,
};

pub use config::Config;
pub use decide::{Times, Verdict, judge, not_called};

type Called = Result<lambda_kit::Called<Answer>, NoCall>;

const NAME: &str = "erp-import-order";
const STEP: StepName = StepName::Import;
/// A probe that proves that nothing is at the ERP makes the step due again at once; this many turns are enough.
const TURNS: usize = 3;
/// As many messages of a batch are worked at once.
const AT_ONCE: usize = 5;

/// The function.
#[derive(Debug)]
pub struct ImportOrder {
    kit: Kit,
    config: Config,
    hints: Hints,
    maps: AllMaps,
}

/// What one invocation knows.
struct Turn<'a> {
    gate: &'a VendorGate,
    deadline: Deadline,
    /// The current map of each origin in the batch; one that can't be had is absent.
    maps: BTreeMap<Origin, Arc<FieldMap>>,
}

impl ImportOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(
            kit.aws.sqs(),
            kit.settings,
            &[
                StepName::Import,
                StepName::Confirm,
                StepName::Publish,
                StepName::Acknowledge,
            ],
        )?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self {
            kit,
            config,
            hints,
            maps,
        })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<BatchAnswer, Error> {
        let ledger = &self.kit.ledger;
        self.kit.check_brand(&self.config.brand).await?;
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(clock::now(), self.config.erp.call)?;
        let gate = VendorGate::read(ledger, Vendor::Erp, NAME, self.config.erp.probe_every).await?;
        // Before any claim: what can't be had must not leave orders claimed. The steps stay due.
        let maps = match self.ready(batch.origins()).await {
            Ok(maps) => maps,
            Err(error) => {
                tracing::error!(
                    step = "import",
                    "nothing was imported, and the orders stay due: {error}"
                );
                return Ok(self.kit.left_due(STEP, batch));
            }
        };
        let turn = Turn {
            gate: &gate,
            deadline,
            maps,
        };
        let answer = self.kit.work(STEP, batch, AT_ONCE, async |order: &OrderKey| {
            let Some(map) = turn.maps.get(&order.origin()) else {
                self.kit.metrics.unrecorded(order, STEP);
                return Ok(());
            };
            self.import_order(order, map, &turn).await
        });
        Ok(answer.await)
    }

    /// What an import needs before it can begin: the ERP's secret, and the field maps that are current. A map that can't
    /// be had stops the orders of its origin alone.
    async fn ready(&self, origins: BTreeSet<Origin>) -> Result<BTreeMap<Origin, Arc<FieldMap>>, Error> {
        let secret = &self.config.erp.secret;
        self.kit.secrets.get::<erp::Credentials>(secret).await?;
        let mut maps = BTreeMap::new();
        for origin in origins {
            match self.maps.of(origin).current(clock::now()).await {
                Ok(map) => drop(maps.insert(origin, map)),
                Err(error) => {
                    let source = origin.as_str();
                    tracing::error!(
                        step = "import",
                        source,
                        "no order of {source} was imported, and they stay due: {error}"
                    );
                }
            }
        }
        Ok(maps)
    }

    /// Imports one order, or finds out what became of an earlier try.
    async fn import_order(&self, key: &OrderKey, map: &FieldMap, turn: &Turn<'_>) -> Result<(), Unrecorded> {
        for _ in 0..TURNS {
            let Some(order) = self.kit.ledger.order(key).await? else {
                tracing::warn!(order.id = %key, step = "import", "hint for an order that the ledger does not have");
                return Ok(());
            };
            // An effect that could not be finished is not begun.
            let in_time = turn.deadline.covers(clock::now(), self.config.erp.call);
            if !in_time || !self.is_time(&order) || !self.turn(order, map, turn).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn is_time(&self, order: &OrderState) -> bool {
        let from = match order.step(STEP) {
            StepState::Due { not_before, .. }
            | StepState::Unknown { not_before, .. }
            | StepState::Pending { not_before, .. } => *not_before,
            StepState::Claimed { until, .. } => *until + self.kit.ledger.pace().skew,
            _ => return false,
        };
        from <= clock::now()
    }

    /// One turn: claim, look, decide, act and record. True if the step is due again at once.
    async fn turn(&self, order: OrderState, current: &FieldMap, turn: &Turn<'_>) -> Result<bool, Unrecorded> {
        let mut mapped = None;
        if order.step(STEP).kind() == Kind::Due {
            match map::map(self, &order, current).await? {
                Ok(ready) => mapped = Some(ready),
                Err((code, text)) => return self.hold_unclaimed(order, &code, text).await.map(|()| false),
            }
        }
        let now = clock::now();
        if !turn.gate.pass(now).await? {
            return Ok(false);
        }
        let hash = mapped.as_ref().map(ContentHash::of);
        let bid = Bid {
            step: STEP,
            owner: self.kit.ledger.token(),
            now,
            until: turn.deadline.lease_end(self.kit.ledger.pace()),
            hash: hash.map(|hash| hash.short()),
            pinned: hash.map(|hash| Pinned {
                map: current.version().to_owned(),
                hash,
                custom: mapped.as_ref().map(Order::is_custom),
            }),
            raw: mapped.as_ref().and(order.raw.clone()),
            edition: None,
        };
        match self.kit.ledger.claim(order, &bid).await? {
            Claimed::Granted(order, claim) => self.act(*order, &claim, mapped.as_ref(), turn).await,
            Claimed::Changed => Ok(true),
            Claimed::Busy(_) | Claimed::NotYet(_) | Claimed::Finished => Ok(false),
        }
    }

    async fn act(
        &self,
        order: OrderState,
        claim: &Claim,
        mapped: Option<&Order>,
        turn: &Turn<'_>,
    ) -> Result<bool, Unrecorded> {
        let begun = clock::now();
        let sent = order.pinned.as_ref().map(|pinned| pinned.hash);
        let (begun_at, answer) = match (claim.why, mapped, &sent) {
            (Why::Fresh, Some(mapped), Some(hash)) => (begun, self.put(mapped, hash, turn).await),
            // A claim that is not fresh looks first; so does one that lost its mapping to a race.
            (Why::Probe(begun_at), ..) => (begun_at, self.look(&order, turn).await),
            _ => (begun, self.look(&order, turn).await),
        };
        let now = clock::now();
        let times = Times {
            begun_at,
            now,
            settle: self.config.settle,
            backoff: &self.config.backoff,
        };
        let (verdict, again) = match answer {
            Ok(called) => {
                // A time-out or a gateway's page does not end a pause.
                if understood(fault(&called.answer)) {
                    turn.gate.answered().await;
                }
                (judge(called.answer, claim, &times, sent.as_ref()), called.again)
            }
            Err(error) => {
                tracing::warn!(order.id = %order.key, step = "import", "nothing was sent to the ERP: {error}");
                (Verdict::Record(not_called(claim, &times)), false)
            }
        };
        let outcome = match verdict {
            // The secret was changed: at once again, under a claim of its own, so that its start is right.
            Verdict::Pause(_, outcome) if again => outcome,
            Verdict::Pause(reason, outcome) => {
                turn.gate.refused(reason, now).await;
                outcome
            }
            Verdict::Record(outcome) => outcome,
            Verdict::Hold(code, text) => {
                self.kit.keep_hold(&order.key, STEP, &code, text, now).await?;
                Outcome::Held { code }
            }
            Verdict::Refused(code, text) => {
                self.kit.keep_hold(&order.key, STEP, &code, text, now).await?;
                match self.config.report_refusals {
                    true => Outcome::Refused { code },
                    false => Outcome::Held { code },
                }
            }
        };
        let took = now.since(begun);
        let free = self
            .record(order, claim, self.hints.ridden(STEP, outcome, now), now, took)
            .await?;
        Ok((free || again) && !turn.gate.is_shut())
    }

    async fn put(&self, order: &Order, hash: &ContentHash, turn: &Turn<'_>) -> Called {
        let call = async |credentials| self.client(credentials).put(order, hash).await;
        self.kit
            .call(turn.gate, &self.config.erp.secret, call, fault)
            .await
    }

    async fn look(&self, order: &OrderState, turn: &Turn<'_>) -> Called {
        // An order that was claimed keeps the submission that was sent.
        let key = order.erp_key();
        let call = async |credentials| match &key {
            Some(key) => self.client(credentials).get(key).await,
            None => Answer::NotSent,
        };
        self.kit
            .call(turn.gate, &self.config.erp.secret, call, fault)
            .await
    }

    fn client(&self, credentials: erp::Credentials) -> Erp {
        Erp::new(
            self.kit.http.clone(),
            &self.config.erp.base_url,
            credentials,
            self.config.erp.call,
        )
    }
}
