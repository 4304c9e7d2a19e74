#![doc = include_str!("../README.md")]

mod acknowledge;
mod several;

use std::sync::Arc;

use acknowledge::Acknowledge;
use custom_orders::Once;
use lambda_kit::{Answer, Batch, Context, Error, Kit};
use order_model::StepName;

/// The function.
#[derive(Debug)]
pub struct AcknowledgeOrder {
    once: Once<Acknowledge>,
    /// `SPECTRUM_SEVERAL`: whether orders that come together are acknowledged in one call.
    takes_several: bool,
}

impl AcknowledgeOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let takes_several = kit.settings.parsed("SPECTRUM_SEVERAL", "true or false")?;
        Ok(Self {
            once: Once::new(kit, Acknowledge)?,
            takes_several,
        })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        let Some(visit) = self.once.visit(context).await? else {
            return Ok(self.once.kit.left_due(StepName::Acknowledge, batch));
        };
        if self.takes_several {
            several::acknowledge(&self.once, &batch.orders(), &visit).await;
        }
        // Whatever did not go together goes one by one.
        Ok(self.once.work(batch, &visit).await)
    }
}
