//! Moves forward, as events. They carry no address and no name: whoever needs those asks the ERP by the order's number.

use lambda_kit::Announcer;
use order_model::{OrderState, Told};
use serde_json::{Value, json};

/// The `detail-type` of the events.
pub(crate) const MOVED: &str = "Order Line Moved";

/// Announces what became of an order's lines; whether all of it was taken.
pub(crate) async fn announce(announcer: &Announcer, order: &OrderState, told: &[Told]) -> bool {
    let details: Vec<Value> = told.iter().map(|one| detail(order, one)).collect();
    match announcer.put(MOVED, &details).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(order.id = %order.key, "what became of the order is not announced yet: {error}");
            false
        }
    }
}

fn detail(order: &OrderState, told: &Told) -> Value {
    let parcel = told.parcel.clone().unwrap_or_default();
    json!({
        "schema": 1,
        "id": told.id,
        "order": order.key.as_str(),
        "erp_number": order.reference.as_ref().map(|number| number.as_str()),
        "line": told.line,
        "state": told.became.as_str(),
        "quantity": told.quantity.map(|quantity| quantity.normalize().to_string()),
        "at": told.at.to_string(),
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
    })
}
