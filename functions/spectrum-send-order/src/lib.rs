#![doc = include_str!("../README.md")]

mod details;

use std::sync::Arc;

use custom_orders::Once;
use details::SendDetails;
use lambda_kit::{Answer, Batch, Context, Error, Kit};

/// The function.
#[derive(Debug)]
pub struct SendOrder {
    once: Once<SendDetails>,
}

impl SendOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        Ok(Self {
            once: Once::new(kit, SendDetails)?,
        })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        self.once.run(batch, context).await
    }
}
