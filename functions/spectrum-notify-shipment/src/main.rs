//! See the README beside this crate.

use lambda_kit::{Batch, Error, LambdaEvent, start};
use spectrum_notify_shipment::NotifyShipment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "spectrum-notify-shipment",
        NotifyShipment::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
