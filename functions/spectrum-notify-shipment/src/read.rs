//! From the kept payload and what became of its lines to what Spectrum is told, or to the reason why it is told nothing.

use custom_orders::{Held, Named, named};
use lambda_kit::{Unrecorded, clock};
use order_model::{Fulfilment, Order, OrderState, StepName};
use spectrum::{PurchaseOrderNumber, Shipment, shipment};

use crate::decide::{NUMBER_UNFIT, UNFIT};
use crate::shipped::{Shipped, shipped};
use crate::{NotifyShipment, STEP};

/// What a person may discard instead.
const WORD: &str = "notification";

/// What would be told.
#[derive(Debug)]
pub(crate) struct Ready {
    /// All of it.
    pub(crate) shipment: Shipment,
    /// Of which version.
    pub(crate) version: u32,
    /// Its fingerprint.
    pub(crate) hash: String,
}

/// What reading an order came to.
pub(crate) enum Read {
    /// It can be told.
    Ready(Box<Ready>),
    /// A person has to look.
    Held(Held),
    /// There is nothing to tell of this version.
    Nothing(u32),
}

impl NotifyShipment {
    /// Reads everything that an order's notification is made of. `order` must have been read before: the version that is
    /// told is not older than what its state wants.
    pub(crate) async fn read(&self, order: &OrderState) -> Result<Read, Unrecorded> {
        let zone = &self.config.time_zone;
        let custom = custom_orders::read(&self.maps, order, zone, WORD)
            .await
            .map_err(Unrecorded::other)?;
        let custom = match custom {
            custom_orders::Read::Custom(custom) => Some(custom),
            custom_orders::Read::Plain => None,
            custom_orders::Read::Held(held) => return Ok(Read::Held(held)),
        };
        let fulfilment = self.kit.ledger.fulfilment(&order.key).await?;
        let Some(custom) = custom else {
            return Ok(Read::Nothing(fulfilment.version));
        };
        let attempts = self
            .kit
            .ledger
            .attempts(&order.key, StepName::Acknowledge)
            .await?;
        let acknowledged = attempts.map(|attempts| attempts.name);
        self.ready(order, custom.order(), &fulfilment, acknowledged).await
    }

    async fn ready(
        &self,
        order: &OrderState,
        mapped: &Order,
        fulfilment: &Fulfilment,
        acknowledged: Option<String>,
    ) -> Result<Read, Unrecorded> {
        let lines = match shipped(mapped, fulfilment) {
            Shipped::All(lines) => lines,
            Shipped::NotYet | Shipped::Nothing => return Ok(Read::Nothing(fulfilment.version)),
            Shipped::NoRecipeSet(line) => {
                return Ok(unfit(&format!("line {line} names what is no recipe set")));
            }
        };
        let number = match self.number(order, mapped, acknowledged).await? {
            Ok(number) => number,
            Err(held) => return Ok(Read::Held(held)),
        };
        Ok(match shipment(&number, &lines, self.config.options.text_max) {
            Ok(shipment) => Read::Ready(Box::new(Ready {
                hash: shipment.hash(),
                shipment,
                version: fulfilment.version,
            })),
            Err(flaws) => unfit(&flaws.to_string()),
        })
    }

    /// The name under which the order was acknowledged. Of one that a person acknowledged by hand nobody recorded it: then
    /// it is the one under which Spectrum was told of it before, or else the one that the parameter chooses, which it then has
    /// for ever, and which must not be another order's.
    async fn number(
        &self,
        order: &OrderState,
        mapped: &Order,
        acknowledged: Option<String>,
    ) -> Result<Result<PurchaseOrderNumber, Held>, Unrecorded> {
        if let Some(name) = acknowledged.or_else(|| order.repeat(STEP).name) {
            return Ok(PurchaseOrderNumber::new(&name).map_err(|error| {
                let text = format!("the name under which Spectrum knows it can't be read: {error}");
                Held::new(NUMBER_UNFIT, text)
            }));
        }
        let (ledger, of) = (&self.kit.ledger, self.config.number_of);
        Ok(match named(ledger, order, mapped, of, clock::now()).await? {
            Named::Named(number, _) => Ok(number),
            Named::Held(held) => Err(Held::new(&held.code, BY_HAND)),
        })
    }
}

const BY_HAND: &str = "a person acknowledged it by hand, so nobody recorded under which number, and the number that SpectrumOrderNumber \
                       chooses can't be Spectrum's, or is another order's: tell Spectrum the tracking by hand and complete the \
                       notification, or discard it";

fn unfit(what: &str) -> Read {
    let text = format!(
        "nothing was told, because {what}: mend it where it comes from (the shipments that were recorded, a parameter) and retry, \
         or tell Spectrum the tracking by hand and complete the notification"
    );
    Read::Held(Held::new(UNFIT, text))
}
