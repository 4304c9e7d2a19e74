//! See the README beside this crate.

use lambda_kit::{Batch, Error, LambdaEvent, start};
use repspark_confirm_order::ConfirmOrder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "repspark-confirm-order",
        ConfirmOrder::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
