//! `lambda_runtime` and nothing else: it answers each event with itself. The example `start_time` of `bundle-tests`
//! compares the functions with it, because what this one costs, every function on this runtime costs.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(async |event: LambdaEvent<Value>| {
        Ok::<_, Error>(event.payload)
    }))
    .await
}
