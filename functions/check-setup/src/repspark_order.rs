//! One order of RepSpark's.

use order_model::{ErpKey, ErpReference, OrderKey, Origin, RepSparkOrderId};
use repspark::{CONFIRMATION_PATH, Confirmation, OrderStatus};

use crate::CheckSetup;
use crate::order::{Here, NUMBER, OrderSeen, Sending};
use crate::repspark_side::Seen;

impl CheckSetup {
    /// What is found out about one order.
    pub(crate) async fn repspark_order(&self, id: &RepSparkOrderId, seen: Seen) -> OrderSeen {
        let key = ErpKey::repspark(&self.config.brand, id);
        let mut found = OrderSeen {
            order_id: Some(id.to_string()),
            key: Some(key.to_string()),
            ..OrderSeen::default()
        };
        let state = match self.kit.ledger.order(&OrderKey::from(&key)).await {
            Ok(order) => order,
            Err(error) => {
                found.says = format!("its state here could not be read: {error}. ");
                None
            }
        };
        found.here = state.as_ref().map(Here::of);
        let mut read = None;
        match seen {
            Err(error) => found.says += &error,
            Ok(None) => {
                found.says += "RepSpark has no order of this number";
            }
            Ok(Some(seen)) => {
                found.status = Some(status(seen.status));
                found.says += means(seen.status);
                read = self.read(&mut found, Origin::RepSpark, &key, &seen.raw).await;
                if let Some(order) = &read
                    && self.would_import(&mut found, order)
                {
                    self.would_confirm(&mut found, id);
                }
            }
        }
        self.add_acknowledging(&mut found, state.as_ref(), read.as_ref())
            .await;
        self.add_publishing(&mut found, state.as_ref(), read).await;
        found
    }

    fn would_confirm(&self, found: &mut OrderSeen, id: &RepSparkOrderId) {
        if let (Some(repspark), Ok(number)) = (&self.config.repspark, ErpReference::new(NUMBER)) {
            let confirmation = Confirmation {
                order: id.clone(),
                erp_number: number,
            };
            found.would_send.push(Sending {
                to: "repspark",
                method: "POST",
                url: format!("{}/{CONFIRMATION_PATH}", repspark.base_url),
                body: serde_json::to_value([confirmation]).unwrap_or_default(),
            });
        }
    }
}

fn status(status: OrderStatus) -> String {
    match status {
        OrderStatus::Draft => "draft".to_owned(),
        OrderStatus::Submitted => "submitted".to_owned(),
        OrderStatus::Sent => "sent".to_owned(),
        OrderStatus::Valid => "valid".to_owned(),
        OrderStatus::Other(id) => format!("status {id}"),
    }
}

fn means(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Draft => "it is not submitted, or was denied, so nothing of it would be imported",
        OrderStatus::Submitted => "it is submitted: the next pull takes it in",
        OrderStatus::Sent => "it is sent: it was pulled, and waits for its confirmation",
        OrderStatus::Valid => "it is valid: it was confirmed",
        OrderStatus::Other(_) => "it is in a status that RepSpark does not document",
    }
}
