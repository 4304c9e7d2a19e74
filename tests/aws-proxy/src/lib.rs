//! The one AWS endpoint (`AWS_ENDPOINT_URL`) that function processes see.
//!
//! Behind it are DynamoDB (dynoxide, embedded), SQS (`embedded-sqs`), and small stand-ins for Secrets Manager's
//! `GetSecretValue` and EventBridge's `PutEvents`. Every request goes the same way:
//!
//! 1. **Who calls** is told by the access key in the `Authorization` header; each function has a key of its own.
//!    Signatures are not verified.
//! 2. **What it may do** is asked of the function's policy, for each pair of action and resource. A call that is not
//!    allowed has no effect, does not count as a call, does not pass the gate, and is listed by [`AwsProxy::refused`].
//! 3. **It is counted**, then **the gate** decides whether it breaks, and how.
//! 4. **The effect takes place**, and its capacity goes on the [`Bill`].
//!
//! Vendor facts come from AWS's API references and from what dynoxide 3.2.0 states as captured from real DynamoDB.

mod answer;
mod batch;
mod bill;
mod call;
mod dynamodb;
mod events;
mod forward;
mod meter;
mod permission;
mod proxy;
mod secrets;
mod shared;
mod stored;
mod writes;

pub use bill::{Bill, FunctionBill, KeyBill};
pub use proxy::{AwsProxy, ProxyError, Settings};
pub use secrets::SecretAccess;
pub use shared::{Credentials, Policy, Refusal};
pub use stored::Stored;
