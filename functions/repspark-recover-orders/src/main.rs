//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use repspark_recover_orders::{Event, RecoverOrders};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "repspark-recover-orders",
        RecoverOrders::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
