//! See the README beside this crate.

use erp_import_order::ImportOrder;
use lambda_kit::{Batch, Error, LambdaEvent, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start(
        "erp-import-order",
        ImportOrder::new,
        async |function, event: LambdaEvent<Batch>| function.run(event.payload, &event.context).await,
    )
    .await
}
