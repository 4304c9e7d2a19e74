//! Starting a function: settings, clients, the runtime.

use std::future::Future;
use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use ledger::{Ledger, LedgerError, Tokens};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Aws, SecretError, Secrets, Settings, VendorGate, clock, log};

/// What every function is built from, made once at start.
#[derive(Debug)]
pub struct Kit {
    /// The settings.
    pub settings: Settings,
    /// AWS clients.
    pub aws: Aws,
    /// The ledger.
    pub ledger: Ledger,
    /// The secrets.
    pub secrets: Secrets,
    /// The client for vendors.
    pub http: reqwest::Client,
}

impl Kit {
    async fn new(function: &str) -> Result<Self, Error> {
        let settings = Settings;
        let aws = Aws::connect().await;
        let run = uuid::Uuid::new_v4().simple().to_string();
        let ledger = Ledger::new(
            aws.dynamodb(),
            settings.text("TABLE")?,
            Tokens::new(&run[..12]),
            settings.pace()?,
        );
        let secrets = Secrets::new(aws.secrets());
        let http = crate::http_client(function)?;
        Ok(Self {
            settings,
            aws,
            ledger,
            secrets,
            http,
        })
    }
}

/// A vendor call that could not be made or accounted for.
#[derive(Debug, thiserror::Error)]
pub enum CallFault {
    /// Its secret can't be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The pause could not be written down.
    #[error("the vendor refused us, and that could not be written down")]
    Ledger(#[from] LedgerError),
}

impl Kit {
    /// Calls a vendor with its credentials. If it refuses them, the secret is read again, and the call is made once
    /// more if that brought others; if not, the vendor is paused. The answer is the last one.
    pub async fn call<C: DeserializeOwned, T>(
        &self,
        gate: &VendorGate,
        secret: &str,
        call: impl AsyncFn(C) -> T,
        refused: impl Fn(&T) -> bool,
    ) -> Result<T, CallFault> {
        let answer = call(self.secrets.get(secret).await?).await;
        if !refused(&answer) {
            return Ok(answer);
        }
        if self.secrets.read_again(secret).await? {
            let again = call(self.secrets.get(secret).await?).await;
            if !refused(&again) {
                return Ok(again);
            }
        }
        gate.refused(&self.ledger, "credentials_refused", clock::now())
            .await?;
        Ok(answer)
    }
}

/// Runs a function: builds the kit, lets `make` build the function from it, and hands each event to `handle`.
/// A setting that is missing ends the start with its name.
pub async fn start<S, M, H, F, I, O>(function: &'static str, make: M, handle: H) -> Result<(), Error>
where
    M: FnOnce(Kit) -> Result<S, Error>,
    H: Fn(Arc<S>, LambdaEvent<I>) -> F,
    F: Future<Output = Result<O, Error>>,
    I: DeserializeOwned,
    O: Serialize,
{
    log::start();
    let made = match Kit::new(function).await {
        Ok(kit) => make(kit),
        Err(error) => Err(error),
    };
    let state = match made {
        Ok(state) => Arc::new(state),
        Err(error) => {
            tracing::error!(%error, "{function} did not start");
            return Err(error);
        }
    };
    // Boxed: a handler's future is deep, and the runtime wraps it many times more.
    lambda_runtime::run(service_fn(|event| Box::pin(handle(Arc::clone(&state), event)))).await
}
