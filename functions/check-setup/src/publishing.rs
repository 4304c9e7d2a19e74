//! One order as SparkLayer would be told it: its names, whose it is there, what is in which package, and what stands in
//! the way. Nothing is sent.

use lambda_kit::clock;
use ledger::{CustomerCode, LedgerError};
use order_mapping::read_order;
use order_model::{ContentHash, ErpReference, Fulfilment, Kind, Order, OrderState, StepName, StepState};
use serde_json::Value;
use sparklayer::{
    CustomerId, Identifiers, Lookup, Parts, Purchase, Unpublishable, line_states, moment, names, placed_at,
    purchase, would_put,
};

use crate::names::Named;
use crate::order::{NUMBER, OrderSeen, Sending};
use crate::purchase_seen::{CustomerSeen, Packed, Publishing};
use crate::{CheckSetup, SparkLayerReach};

/// With an order twice as large twice in the same answer, this is what Lambda's 6 MB leave.
const PURCHASE_BYTES: usize = 1536 * 1024;
/// What stands in the place of a customer whom nobody mapped, where a name has to fit.
const NOBODY: &str = "not-mapped";
/// The same for a person.
const NOBODY_SHOWN: &str = "<the customer that nobody mapped yet>";

/// What is known here of an order that would be published.
struct Known<'a> {
    order: &'a Order,
    state: Option<&'a OrderState>,
    fulfilment: &'a Fulfilment,
    customer: Option<&'a CustomerId>,
}

impl CheckSetup {
    /// Adds the publication to what is found out about an order. `state` is what the ledger has of it; `read` is what the
    /// current map made of what the vendor shows. What was imported counts before that.
    pub(crate) async fn add_publishing(
        &self,
        found: &mut OrderSeen,
        state: Option<&OrderState>,
        read: Option<Order>,
    ) {
        let Some(settings) = &self.config.sparklayer else {
            return;
        };
        let imported = state.filter(|state| state.reference.is_some());
        if imported.is_none() && read.is_none() {
            return;
        }
        let mut publishing = Publishing {
            says: stands(state),
            ..Publishing::default()
        };
        let order = match imported {
            Some(state) => self.as_imported(state).await.map_err(|error| error.to_string()),
            None => Ok(Ok(read)),
        };
        let told = match order {
            Ok(Ok(Some(order))) => self.publish(&mut publishing, settings, state, &order).await,
            Ok(Ok(None)) => Ok(None),
            Ok(Err(why)) => Err(why),
            Err(error) => Err(format!("it could not be read: {error}")),
        };
        match told {
            Ok(sending) => found.would_send.extend(sending),
            Err(why) => publishing.in_the_way.push(why),
        }
        found.publishing = Some(publishing);
    }

    /// The order as its import read it, for a publication tells the same, whatever map counts by now; or the code and the
    /// words of the hold that there would be.
    async fn as_imported(&self, state: &OrderState) -> Result<Result<Option<Order>, String>, LedgerError> {
        let maps = self.maps.of(state.key.origin());
        let map = match &state.pinned {
            Some(pinned) => maps.version(&pinned.map).await?,
            // A person keyed it by hand.
            None => match maps.current_or_built_in().await {
                Ok(map) => Some(map),
                Err(error) => return Ok(Err(error.to_string())),
            },
        };
        let Some(map) = map else {
            let why = "map_gone: the field map of its import is not there, or not in a form that this release reads";
            return Ok(Err(why.to_owned()));
        };
        let read = read_order(&self.kit.ledger, state, &map, &self.config.time_zone).await?;
        let pinned = state.pinned.as_ref().map(|pinned| pinned.hash);
        Ok(match read {
            Ok((_, order)) if pinned.is_some_and(|pinned| pinned != ContentHash::of(&order)) => Err(
                "content_changed: with the field map of its import the payload says something else"
                    .to_owned(),
            ),
            Ok((_, order)) => Ok(Some(order)),
            Err(unmapped) => Err(format!("{}: {}", unmapped.code, unmapped.text)),
        })
    }

    /// The request, if there can be one; what stands in the way if there can't.
    async fn publish(
        &self,
        publishing: &mut Publishing,
        settings: &SparkLayerReach,
        state: Option<&OrderState>,
        order: &Order,
    ) -> Result<Option<Sending>, String> {
        let customer = self.customer(publishing, order).await;
        let fulfilment = match state {
            Some(state) => self.kit.ledger.fulfilment(&state.key).await,
            None => Ok(Fulfilment::default()),
        };
        let fulfilment =
            fulfilment.map_err(|error| format!("what became of its lines could not be read: {error}"))?;
        let known = Known {
            order,
            state,
            fulfilment: &fulfilment,
            customer: customer.as_ref(),
        };
        let (names, lookup) = known.names(settings)?;
        publishing.lookup = Some(lookup.to_string());
        publishing.identifiers = Some(Named::from(&names));
        let purchase = known.purchase(&names, &self.config.time_zone)?;
        publishing.packages = purchase.packages.iter().map(Packed::of).collect();
        let options = settings.options.clone();
        let (url, mut body) = would_put(&settings.reach.base_url, &lookup, &purchase, &options);
        if customer.is_none() {
            name_nobody(&mut body, &options.customer_key);
        }
        let size = serde_json::to_vec(&body).map_or(usize::MAX, |text| text.len());
        if size > PURCHASE_BYTES {
            publishing.says += &format!("; the purchase is not printed, because it has {size} bytes");
            return Ok(None);
        }
        Ok(Some(Sending {
            to: "sparklayer",
            method: "PUT",
            url,
            body,
        }))
    }

    /// Who ordered, at SparkLayer. That nobody is mapped stands in the way, and is told with all the rest.
    async fn customer(&self, publishing: &mut Publishing, order: &Order) -> Option<CustomerId> {
        let whose = CustomerCode {
            source: order.source.vendor,
            code: order.customer.code.clone(),
            store: order.customer.ship_to_code.clone(),
        };
        let (mapped, why) = match self.kit.ledger.customer(&whose).await {
            Ok(Some(row)) => match CustomerId::new(&row.sparklayer) {
                Ok(customer) => (Some(customer), None),
                Err(error) => (None, Some(format!("customer_unusable: {error}"))),
            },
            Ok(None) => (None, Some(not_mapped(&whose))),
            Err(error) => (
                None,
                Some(format!("the customer's row could not be read: {error}")),
            ),
        };
        publishing.in_the_way.extend(why);
        publishing.customer = Some(CustomerSeen {
            code: whose.code,
            store: whose.store,
            sparklayer: mapped.as_ref().map(|customer| customer.as_str().to_owned()),
        });
        mapped
    }
}

impl Known<'_> {
    fn names(&self, settings: &SparkLayerReach) -> Result<(Identifiers, Lookup), String> {
        let unpublishable = |why: String| format!("unpublishable: {why}");
        let number = match self.state.and_then(|state| state.reference.clone()) {
            Some(number) => Ok(number),
            None => ErpReference::new(NUMBER),
        };
        let number = number.map_err(|error| unpublishable(error.to_string()))?;
        let chosen = self.state.and_then(|state| state.repeat(StepName::Publish).name);
        let chosen = chosen.map(|name| name.parse::<Lookup>()).transpose();
        let chosen = chosen.map_err(|error| unpublishable(error.to_string()))?;
        let words = (settings.visible, settings.platform);
        let named = names(self.order, &number, chosen.as_ref(), words);
        named.map_err(|error| unpublishable(error.to_string()))
    }

    fn purchase(&self, names: &Identifiers, zone: &jiff::tz::TimeZone) -> Result<Purchase, String> {
        let nobody = CustomerId::new(NOBODY).map_err(|error| error.to_string())?;
        let now = clock::now();
        let before = self.state.map(|state| state.repeat(StepName::Publish).revision);
        let revision = before.map_or(now, |before| {
            now.max(before + std::time::Duration::from_millis(1))
        });
        let lines = line_states(self.order, self.fulfilment).map_err(unpublishable)?;
        let parts = Parts {
            order: self.order,
            lines: &lines,
            identifiers: names,
            customer: self.customer.unwrap_or(&nobody),
            payment_method: None,
            billing: None,
            store: None,
            placed_at: placed_at(self.order, self.state.map_or(now, |state| state.first_seen), zone),
            revision: moment(revision),
        };
        purchase(&parts).map_err(unpublishable)
    }
}

fn unpublishable(why: Unpublishable) -> String {
    format!("unpublishable: {why}")
}

fn not_mapped(whose: &CustomerCode) -> String {
    let store = whose.store.as_ref().map(|store| format!(", store {store}"));
    format!(
        "customer_not_mapped: customer {}{} of {} has no row; map-customers takes one, and lets the order go",
        whose.code,
        store.unwrap_or_default(),
        whose.source.as_str()
    )
}

fn name_nobody(body: &mut Value, key: &str) {
    let customer = body
        .get_mut("customer_identifiers")
        .and_then(|all| all.get_mut(key));
    if let Some(customer) = customer {
        *customer = NOBODY_SHOWN.into();
    }
}

/// How far the publication of an order is.
fn stands(state: Option<&OrderState>) -> String {
    const LATER: &str = "it is published once it is imported";
    let Some(state) = state else {
        return LATER.to_owned();
    };
    let step = state.step(StepName::Publish);
    if let StepState::Held { code, .. } = step {
        return format!("its publication waits for a person ({code})");
    }
    match step.kind() {
        Kind::Off if state.reference.is_some() => {
            "it is never published: it was imported before SparkLayer was on, or not by this bundle"
        }
        Kind::Off => LATER,
        Kind::Due if state.repeat(StepName::Publish).accepted.is_none() => "it is to be published",
        Kind::Due => "something became of it, and is to be published",
        Kind::Claimed | Kind::Pending => "it is being published",
        Kind::Unknown => "its last publication got no answer: the newest state is sent again",
        Kind::Done => "it is published as it stands here",
        Kind::Superseded | Kind::Discarded => "it is not published: a person decided so",
        Kind::Held => "its publication waits for a person",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use order_model::{Address, Millis, OrderKey, Pace, RawRef};

    use super::*;
    use crate::testing::{order, sparklayer as settings};

    fn known<'a>(order: &'a Order, fulfilment: &'a Fulfilment) -> Known<'a> {
        Known {
            order,
            state: None,
            fulfilment,
            customer: None,
        }
    }

    fn published(order: &Order) -> Result<Purchase, String> {
        let fulfilment = Fulfilment::default();
        let known = known(order, &fulfilment);
        known.purchase(&known.names(&settings())?.0, &jiff::tz::TimeZone::UTC)
    }

    #[test]
    fn an_order_that_is_not_here_is_told_with_what_stands_for_its_number_and_its_customer() {
        let purchase = published(&order()).unwrap();
        assert_eq!(purchase.identifiers.internal.as_str(), NUMBER);
        assert_eq!(purchase.identifiers.platform.as_str(), "repspark:8086");
        let packed: Vec<Packed> = purchase.packages.iter().map(Packed::of).collect();
        let all = Packed {
            kind: "processing",
            lines: 1,
            pieces: 6,
            total: "95.40".parse().unwrap(),
        };
        assert_eq!(packed, [all]);
        let mut body = sparklayer::wire(&purchase, &settings().options);
        name_nobody(&mut body, "sparklayer");
        assert_eq!(body["customer_identifiers"]["sparklayer"], NOBODY_SHOWN);
    }

    #[test]
    fn what_sparklayer_could_not_be_told_is_named_without_a_value_of_the_order() {
        let mut half = order();
        half.lines[0].quantity = "2.5".parse().unwrap();
        assert!(published(&half).unwrap_err().contains("line 1"));
        let mut abroad = order();
        abroad.ship_to = abroad.ship_to.map(|to| Address {
            country: Some("Germany".to_owned()),
            ..to
        });
        let why = published(&abroad).unwrap_err();
        assert!(why.contains("country") && !why.contains("Germany"), "{why}");
        let mut cart = order();
        cart.spark_cart_id = Some("CART-1".to_owned());
        assert!(published(&cart).unwrap_err().contains("uuid"));
    }

    #[test]
    fn how_far_a_publication_is_has_one_sentence_each() {
        assert!(stands(None).contains("once it is imported"));
        let raw = RawRef {
            hash: "00".repeat(16),
            chunks: 1,
        };
        let pace = Pace {
            grace: std::time::Duration::from_secs(900),
            skew: std::time::Duration::from_secs(10),
        };
        let key = OrderKey::new("RS-ACME-8086").unwrap();
        let mut state = OrderState::taken(key, raw, Millis(1), pace);
        assert!(stands(Some(&state)).contains("once it is imported"));
        state.reference = order_model::ErpReference::new("SO1").ok();
        assert!(stands(Some(&state)).contains("never published"));
        let due = state
            .moved(StepName::Publish, StepState::due_now(Millis(1), pace))
            .unwrap();
        assert_eq!(stands(Some(&due)), "it is to be published");
        let held = StepState::Held {
            code: "customer_not_mapped".to_owned(),
            at: Millis(2),
        };
        let held = due.moved(StepName::Publish, held).unwrap();
        assert!(stands(Some(&held)).contains("(customer_not_mapped)"));
    }

    #[test]
    fn a_customer_without_a_row_is_named_with_its_store() {
        let mut whose = CustomerCode {
            source: order_model::Origin::Ecat,
            code: "C1".to_owned(),
            store: Some("0003".to_owned()),
        };
        assert!(not_mapped(&whose).contains("customer C1, store 0003 of ecat"));
        whose.store = None;
        assert!(not_mapped(&whose).contains("customer C1 of ecat"));
    }
}
