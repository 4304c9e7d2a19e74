//! See the README beside this crate.

use lambda_kit::{Batch, Error, LambdaEvent, start};
use sparklayer_publish_purchase::PublishPurchase;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "sparklayer-publish-purchase",
        PublishPurchase::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
