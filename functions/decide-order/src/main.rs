//! See the README beside this crate.

use decide_order::{DecideOrder, Event};
use lambda_kit::{Error, LambdaEvent, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "decide-order",
        DecideOrder::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
