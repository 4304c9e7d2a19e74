//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use sweep_orders::{Event, SweepOrders};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "sweep-orders",
        SweepOrders::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
