//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use spreadshirt_read_reports::{Event, ReadReports};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "spreadshirt-read-reports",
        ReadReports::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
