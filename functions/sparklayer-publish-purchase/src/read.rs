//! From the kept payload and what became of its lines to the purchase that is sent, or to the reason why it waits.

use lambda_kit::Unrecorded;
use ledger::CustomerCode;
use order_mapping::read_imported;
use order_model::{ErpReference, Fulfilment, Order, OrderState};
use sparklayer::{CustomerId, Lookup, Parts, Purchase, accepted_hash, purchase, wire};

use crate::PublishPurchase;
use crate::decide::{CUSTOMER_UNUSABLE, UNPUBLISHABLE};

/// What a PUT would tell.
#[derive(Debug)]
pub(crate) struct Ready {
    /// The purchase; its revision is the claim's to say.
    pub(crate) purchase: Purchase,
    /// Under which name.
    pub(crate) lookup: Lookup,
    /// Of which version.
    pub(crate) version: u32,
    /// Its fingerprint, without stamps.
    pub(crate) hash: String,
}

/// Why an order is not sent: the code and the words of a hold.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) code: String,
    pub(crate) text: String,
}

/// What reading an order came to.
pub(crate) enum Read {
    /// It can be sent.
    Ready(Box<Ready>),
    /// A person has to look.
    Held(Held),
    /// Its customer is not mapped.
    Awaits(CustomerCode),
    /// It has no number of the ERP's yet.
    NoNumber,
}

impl PublishPurchase {
    /// Reads everything that an order's publication is made of. `order` must have been read before: the version that is
    /// told is not older than what its state wants.
    pub(crate) async fn read(&self, order: &OrderState) -> Result<Read, Unrecorded> {
        let ledger = &self.kit.ledger;
        let Some(number) = &order.reference else {
            return Ok(Read::NoNumber);
        };
        let zone = &self.config.time_zone;
        let mapped = match read_imported(&self.maps, order, zone, "publication")
            .await
            .map_err(Unrecorded::other)?
        {
            Ok(mapped) => mapped,
            Err(unmapped) => return Ok(held(unmapped.code, unmapped.text)),
        };
        let fulfilment = ledger.fulfilment(&order.key).await?;
        let customer = CustomerCode {
            source: order.key.origin(),
            code: mapped.customer.code.clone(),
            store: mapped.customer.ship_to_code.clone(),
        };
        let Some(row) = ledger.customer(&customer).await? else {
            return Ok(Read::Awaits(customer));
        };
        let Ok(customer) = CustomerId::new(&row.sparklayer) else {
            return Ok(held(CUSTOMER_UNUSABLE, CUSTOMER_UNUSABLE_WORDS.to_owned()));
        };
        Ok(match self.ready(order, number, &mapped, &fulfilment, &customer) {
            Ok(ready) => Read::Ready(Box::new(ready)),
            Err(why) => held(UNPUBLISHABLE, format!("{why}; {UNPUBLISHABLE_WORDS}")),
        })
    }

    /// The error says why the order can't be said in SparkLayer's terms.
    fn ready(
        &self,
        order: &OrderState,
        number: &ErpReference,
        mapped: &Order,
        fulfilment: &Fulfilment,
        customer: &CustomerId,
    ) -> Result<Ready, String> {
        let chosen = order.repeat(crate::STEP).name;
        let chosen: Option<Lookup> = chosen
            .map(|name| name.parse())
            .transpose()
            .map_err(|error| format!("the name under which it was published can't be read: {error}"))?;
        let words = (self.config.visible, self.config.platform);
        let named = sparklayer::names(mapped, number, chosen.as_ref(), words);
        let (identifiers, lookup) = named.map_err(|error| error.to_string())?;
        let lines = sparklayer::line_states(mapped, fulfilment).map_err(|error| error.to_string())?;
        let placed_at = sparklayer::placed_at(mapped, order.first_seen, &self.config.time_zone);
        let made = purchase(&Parts {
            order: mapped,
            lines: &lines,
            identifiers: &identifiers,
            customer,
            payment_method: None,
            billing: None,
            store: None,
            placed_at,
            // The claim says which it is; the fingerprint leaves it out.
            revision: placed_at,
        });
        let purchase = made.map_err(|error| error.to_string())?;
        Ok(Ready {
            hash: accepted_hash(&wire(&purchase, &self.config.options)).short(),
            purchase,
            lookup,
            version: fulfilment.version,
        })
    }
}

fn held(code: &str, text: String) -> Read {
    Read::Held(Held {
        code: code.to_owned(),
        text,
    })
}

const CUSTOMER_UNUSABLE_WORDS: &str = "its customer is mapped to what can't be an id of SparkLayer's; correct the row with map-customers, \
                                       then retry";

const UNPUBLISHABLE_WORDS: &str = "SparkLayer can't show the order so: mend what is wrong (a shipment that was recorded, an order of another \
                                   form) and retry, or discard the publication";
