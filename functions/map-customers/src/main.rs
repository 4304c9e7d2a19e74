//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use map_customers::{Event, MapCustomers};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "map-customers",
        MapCustomers::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
