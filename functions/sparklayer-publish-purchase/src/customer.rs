//! An order whose customer nobody has mapped yet waits, and not a moment longer than it must.

use lambda_kit::{Unrecorded, clock};
use ledger::{Changed, CustomerCode, CustomerPlace};
use order_model::OrderState;

use crate::read::Held;
use crate::{Next, PublishPurchase, STEP};
use customer_map::NOT_MAPPED;

impl PublishPurchase {
    /// Holds the publication until the row of its customer is there. The note comes first, then the hold, then another
    /// look: whoever adds the row meanwhile finds the note, or this finds the row.
    pub(crate) async fn await_customer(
        &self,
        order: OrderState,
        customer: CustomerCode,
    ) -> Result<Next, Unrecorded> {
        let ledger = &self.kit.ledger;
        let place = CustomerPlace {
            customer,
            order: order.key.clone(),
        };
        ledger.await_customer(&place).await?;
        let held = Held {
            code: NOT_MAPPED.to_owned(),
            text: words(&place.customer),
        };
        let Some(order) = self.hold_unclaimed(order, held).await? else {
            return Ok(Next::Again);
        };
        if ledger.customer(&place.customer).await?.is_none() {
            return Ok(Next::Stop);
        }
        let (now, pace) = (clock::now(), ledger.pace());
        let released = ledger
            .change(order, |order| order.released(STEP, NOT_MAPPED, now, pace))
            .await?;
        if let Changed::Written(order) = released {
            tracing::info!(order.id = %order.key, step = "publish", "its customer was mapped at this moment: released");
        }
        Ok(Next::Again)
    }
}

fn words(customer: &CustomerCode) -> String {
    let store = customer.store.as_ref();
    let store = store.map_or_else(String::new, |store| format!(" and store {store}"));
    format!(
        "nobody has said which customer of SparkLayer's has the code {}{store} at {}; add the row with map-customers, and the \
         order is published by itself",
        customer.code,
        customer.source.as_str()
    )
}
