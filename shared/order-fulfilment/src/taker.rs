//! Taking sayings in: whose line is it, what does it do there, and who has to hear of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::tz::TimeZone;
use lambda_kit::{Announcer, Hints, Kit, SettingsError};
use ledger::{Awaited, Ledger, MadeItem};
use order_mapping::AllMaps;
use order_model::{Kind, Millis, Movement, OrderKey, OrderState, StepName, Vendor};

use crate::find::{Found, find};
use crate::record::TOLD;
use crate::saying::{Came, Saying, TakeError};

/// As many orders are worked at once.
pub(crate) const AT_ONCE: usize = 8;
/// The only maker whose items are learned.
pub(crate) const MAKER: Vendor = Vendor::Spreadshirt;

/// How sayings are taken in this stack.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether moves forward are put on the default EventBridge bus.
    pub announce: bool,
    /// How long a saying waits for its order.
    pub retention: Duration,
    /// The zone of dates without one.
    pub zone: TimeZone,
}

/// Takes sayings in. Everything may be given again: nothing is done twice.
#[derive(Debug)]
pub struct Taker {
    pub(crate) ledger: Ledger,
    pub(crate) maps: AllMaps,
    pub(crate) hints: Hints,
    pub(crate) announcer: Option<Announcer>,
    pub(crate) settings: Settings,
}

/// Whose a saying is.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    /// An order that is in the ERP. Of a maker's item, the line that it is known to be.
    Order(Box<OrderState>, Option<u32>),
    /// Nobody's yet.
    Nobody,
    /// Several orders have this number.
    Several(Vec<OrderKey>),
}

/// What is said of one order.
pub(crate) struct Batch {
    pub(crate) order: OrderState,
    /// The sayings, by their places among all.
    pub(crate) places: Vec<usize>,
    pub(crate) movements: Vec<Movement>,
}

impl Taker {
    /// Reads `PUBLISH_QUEUE_URL` (no SparkLayer where it is not set).
    pub fn new(kit: &Kit, settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            ledger: kit.ledger.clone(),
            maps: AllMaps::new(&kit.ledger),
            hints: Hints::new(kit.aws.sqs(), kit.settings, &TOLD)?,
            announcer: settings.announce.then(|| Announcer::new(kit.aws.events())),
            settings,
        })
    }

    /// Takes sayings in, and says what each came to, in their order. When this returns well, all of it is durable: what
    /// became of the lines, who has to look, and that the purchase has to be told anew; or that it waits.
    ///
    /// # Errors
    /// Some of it may be durable. Give all of it again.
    pub async fn take(&self, sayings: &[Saying], now: Millis) -> Result<Vec<Came>, TakeError> {
        let mut came = self.bring(sayings, now).await?;
        let waits = |came: &[Came]| {
            let all = came.iter().enumerate();
            let waiting = all.filter(|(_, one)| **one == Came::Waits);
            waiting.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let first = waits(&came);
        if first.is_empty() {
            return Ok(came);
        }
        self.keep(sayings, &first, now).await?;
        // Its order may have come to the ERP while this was kept, and nobody would look again soon.
        let again: Vec<Saying> = first.iter().map(|place| sayings[*place].clone()).collect();
        for (place, one) in first.iter().zip(self.bring(&again, now).await?) {
            if matches!(one, Came::Applied { .. }) {
                self.forget(&sayings[*place], now).await?;
                came[*place] = one;
            }
        }
        Ok(came)
    }

    /// Brings sayings to the orders that can be found now.
    pub(crate) async fn bring(&self, sayings: &[Saying], now: Millis) -> Result<Vec<Came>, TakeError> {
        let whose = self.whose_are(sayings).await?;
        let mut came = vec![Came::Waits; sayings.len()];
        let mut batches: BTreeMap<OrderKey, Batch> = BTreeMap::new();
        for (place, saying) in sayings.iter().enumerate() {
            match whose.get(&saying.of) {
                Some(Whose::Order(order, line)) => {
                    let batch = batches.entry(order.key.clone()).or_insert_with(|| Batch {
                        order: (**order).clone(),
                        places: Vec::new(),
                        movements: Vec::new(),
                    });
                    let mut movement = saying.movement.clone();
                    movement.line = line.unwrap_or(movement.line);
                    batch.places.push(place);
                    batch.movements.push(movement);
                }
                Some(Whose::Several(keys)) => came[place] = Came::Ambiguous(keys.clone()),
                Some(Whose::Nobody) | None => {}
            }
        }
        let work = batches.into_values().map(|batch| self.one_order(batch, now));
        let done: Vec<Vec<(usize, Came)>> =
            stream::iter(work).buffer_unordered(AT_ONCE).try_collect().await?;
        for (place, one) in done.into_iter().flatten() {
            came[place] = one;
        }
        Ok(came)
    }

    /// Whose the sayings are, each name looked up once.
    async fn whose_are(&self, sayings: &[Saying]) -> Result<BTreeMap<Awaited, Whose>, TakeError> {
        let names: BTreeSet<Awaited> = sayings.iter().map(|saying| saying.of.clone()).collect();
        let work = names.into_iter().map(async |name| {
            let whose = self.whose(&name).await?;
            Ok::<_, TakeError>((name, whose))
        });
        stream::iter(work).buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn whose(&self, name: &Awaited) -> Result<Whose, TakeError> {
        let (found, line) = match name {
            Awaited::Order(name) => (find(&self.ledger, name).await?, None),
            Awaited::Item(id) => match self.ledger.made_item(MAKER, id).await? {
                None => (Found::Nobody, None),
                Some(MadeItem { order, line }) => {
                    let order = self.ledger.order(&order).await?;
                    let found = order.map_or(Found::Nobody, |order| Found::One(Box::new(order)));
                    (found, Some(line))
                }
            },
        };
        Ok(match found {
            // Before the import is done nobody knows which content the lines are of.
            Found::One(order) if order.step(StepName::Import).kind() == Kind::Done => {
                Whose::Order(order, line)
            }
            Found::One(_) | Found::Nobody => Whose::Nobody,
            Found::Several(keys) => Whose::Several(keys),
        })
    }
}
