//! See the README beside this crate.

use lambda_kit::{Error, LambdaEvent, start};
use set_field_map::{Event, SetFieldMap};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "set-field-map",
        SetFieldMap::new,
        async |function, event: LambdaEvent<Event>| function.run(event.payload, &event.context).await,
    )
    .await
}
