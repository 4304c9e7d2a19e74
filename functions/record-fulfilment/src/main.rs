//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use record_fulfilment::{Event, RecordFulfilment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "record-fulfilment",
        RecordFulfilment::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload).await,
    )
    .await
}
