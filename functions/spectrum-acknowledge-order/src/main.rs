//! See the README beside this crate.

use lambda_kit::{Batch, Error, LambdaEvent, start};
use spectrum_acknowledge_order::AcknowledgeOrder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "spectrum-acknowledge-order",
        AcknowledgeOrder::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
