//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use repspark_pull_orders::{Event, PullOrders};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "repspark-pull-orders",
        PullOrders::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
