//! The token, and who may fetch one: kept with its client while the process lives, and fetched by one at a time.

use std::sync::PoisonError;

use lambda_kit::clock;
use order_model::OrderState;
use sparklayer::{CallError, Credentials, SparkLayer, fault};

use crate::{PublishPurchase, Turn};

/// What an attempt to have a token came to.
pub(crate) enum LoggedIn {
    /// There is one.
    Yes,
    /// Nobody was asked, or SparkLayer refused us: the gate is shut, or the next hint tries again.
    No,
    /// SparkLayer gave none, and not because of who we are.
    Failed(CallError),
}

impl PublishPurchase {
    /// The client of these credentials. It lives as long as they do, so that its token is fetched once an hour.
    pub(crate) fn client(&self, credentials: Credentials) -> SparkLayer {
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = kept.as_ref().filter(|client| client.is_of(&credentials)) {
            return client.clone();
        }
        let sparklayer = &self.config.sparklayer;
        let client = SparkLayer::new(
            self.kit.http.clone(),
            &sparklayer.base_url,
            self.config.site.clone(),
            credentials,
            self.config.options.clone(),
            sparklayer.call,
        );
        *kept = Some(client.clone());
        client
    }

    /// Has a token before anything is claimed: so a claim's start is the PUT's, and a refused login costs no claim.
    pub(crate) async fn log_in(&self, order: &OrderState, turn: &Turn<'_>) -> LoggedIn {
        let secret = &self.config.sparklayer.secret;
        let is_logged_in = async || {
            let kept = self.kit.secrets.get::<Credentials>(secret).await;
            match kept {
                Ok((credentials, _)) => self.client(credentials).is_logged_in(clock::now()).await,
                Err(_) => false,
            }
        };
        if is_logged_in().await {
            return LoggedIn::Yes;
        }
        // Of five orders that find the token gone, one fetches the next; refused, it shuts the gate before the others.
        let _one = self.login.lock().await;
        if is_logged_in().await {
            return LoggedIn::Yes;
        }
        let call = async |credentials| self.client(credentials).log_in(clock::now()).await;
        let answer = self.kit.call_twice(turn.gate, secret, call, fault).await;
        match answer {
            Ok(Ok(())) => LoggedIn::Yes,
            Ok(Err(error)) => LoggedIn::Failed(error),
            Err(error) => {
                tracing::warn!(order.id = %order.key, step = "publish", "SparkLayer was not asked for a token: {error}");
                LoggedIn::No
            }
        }
    }
}
