//! See the README beside this crate.

use lambda_kit::{Batch, Error, LambdaEvent, start};
use spectrum_send_order::SendOrder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "spectrum-send-order",
        SendOrder::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
