//! Starting a function: settings, clients, the runtime.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use ledger::{BirthError, Ledger, Tokens};
use order_model::Brand;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OnceCell};

use crate::{Aws, SecretError, Secrets, Settings, Text, VendorGate, clock, log};

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
    checked: OnceCell<()>,
    /// The credentials that a vendor has taken in this process.
    proven: Mutex<Option<Text>>,
}

impl Kit {
    async fn new(function: &str) -> Result<Self, Error> {
        let settings = Settings::of_environment();
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
            checked: OnceCell::new(),
            proven: Mutex::default(),
        })
    }
}

/// The answer of a vendor, and what its refusal of our credentials came to.
#[derive(Debug)]
pub struct Called<T> {
    /// The answer.
    pub answer: T,
    /// Refused, but the secret says something else now: the call may be made once more.
    pub again: bool,
}

/// Why a vendor was not called. Nothing left this machine.
#[derive(Debug, thiserror::Error)]
pub enum NoCall {
    /// Its secret can't be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It refused us a moment ago, in this invocation.
    #[error("the vendor is paused")]
    Paused,
    /// Another call was still finding out whether the credentials are good, and took long: time for this one is short.
    #[error("the first call with these credentials took too long")]
    Waited,
}

/// So long a call may wait for the first one with the same credentials. A claim's start is the call's, so not longer.
const WAIT: Duration = Duration::from_secs(3);

impl Kit {
    /// Calls a vendor once with its credentials. If it refuses them, the secret is read again; where that brings
    /// nothing new, the vendor is paused.
    ///
    /// Until a call with these credentials came back unrefused in this process, calls go one by one: a batch with a bad
    /// token is one refused login, not a dozen.
    pub async fn call<C: DeserializeOwned, T>(
        &self,
        gate: &VendorGate,
        secret: &str,
        call: impl AsyncFnOnce(C) -> T,
        refused: impl FnOnce(&T) -> bool,
    ) -> Result<Called<T>, NoCall> {
        let (credentials, text) = self.secrets.get(secret).await?;
        let mut proven = tokio::time::timeout(WAIT, self.proven.lock())
            .await
            .map_err(|_| NoCall::Waited)?;
        if gate.is_shut() {
            return Err(NoCall::Paused);
        }
        let first = if proven.as_ref() == Some(&text) {
            drop(proven);
            None
        } else {
            // Held until the answer is here.
            *proven = None;
            Some(proven)
        };
        let answer = call(credentials).await;
        let again = if refused(&answer) {
            let changed = self.secrets.changed(secret, &text).await;
            if !changed {
                gate.refused("credentials_refused", clock::now()).await;
            }
            changed
        } else {
            if let Some(mut proven) = first {
                *proven = Some(text);
            }
            false
        };
        Ok(Called { answer, again })
    }

    /// The same, and once more if the secret had changed: for calls that no claim has dated.
    pub async fn call_twice<C: DeserializeOwned, T>(
        &self,
        gate: &VendorGate,
        secret: &str,
        call: impl AsyncFn(C) -> T,
        refused: impl Fn(&T) -> bool,
    ) -> Result<T, NoCall> {
        let first = self.call(gate, secret, &call, &refused).await?;
        if !first.again {
            return Ok(first.answer);
        }
        let second = self.call(gate, secret, &call, &refused).await?;
        if second.again {
            // Refused twice, and changed twice: enough for now.
            gate.refused("credentials_refused", clock::now()).await;
        }
        Ok(second.answer)
    }

    /// Reads the birth item once in a process: a stack whose brand is not its ledger's stops with an error.
    pub async fn check_brand(&self, brand: &Brand) -> Result<(), BirthError> {
        self.checked
            .get_or_try_init(|| async { self.ledger.birth(brand).await.map(drop) })
            .await?;
        Ok(())
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
