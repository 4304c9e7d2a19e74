//! Being written.

use std::sync::Arc;

use custom_orders::Config;
use lambda_kit::{Answer, Batch, Context, Error, Kit};

/// The function.
#[derive(Debug)]
pub struct AcknowledgeOrder {
    kit: Kit,
    config: Config,
}

impl AcknowledgeOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        Ok(Self { kit, config })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, _context: &Context) -> Result<Answer, Error> {
        self.kit.check_brand(&self.config.brand).await?;
        let (_messages, answer) = batch.read();
        Ok(answer)
    }
}
