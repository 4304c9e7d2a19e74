//! See the README beside this crate.

use check_setup::{CheckSetup, Event};
use lambda_kit::{Error, LambdaEvent, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "check-setup",
        CheckSetup::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
