//! See the README beside this crate.

use ecat_pull_orders::{Event, PullOrders};
use lambda_kit::{Error, LambdaEvent, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "ecat-pull-orders",
        PullOrders::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
