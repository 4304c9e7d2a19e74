//! Starting a function: settings, clients, the runtime.

use std::future::Future;
use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use ledger::{BirthError, Ledger, Tokens};
use order_model::Brand;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::{Aws, Metrics, Secrets, Settings, log};

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
    /// The metrics, said at the end of each invocation.
    pub metrics: Metrics,
    checked: OnceCell<()>,
}

impl Kit {
    fn new(function: &str) -> Result<Self, Error> {
        let settings = Settings::of_environment();
        let http = crate::http_client(function)?;
        let aws = Aws::connect(settings, http.clone())?;
        let run = uuid::Uuid::new_v4().simple().to_string();
        let ledger = Ledger::new(
            aws.dynamodb(),
            settings.text("TABLE")?,
            Tokens::new(&run[..12]),
            settings.pace()?,
        );
        // Whoever finishes an import makes the steps of these vendors due in the same write.
        let ledger = ledger.taking(&crate::hints::taken(settings));
        let secrets = Secrets::new(aws.secrets());
        let metrics = Metrics::new(settings)?;
        Ok(Self {
            settings,
            aws,
            ledger,
            secrets,
            http,
            metrics,
            checked: OnceCell::new(),
        })
    }
}

impl Kit {
    /// Reads the birth item once in a process: a stack whose brand is not its ledger's stops with an error.
    pub async fn check_brand(&self, brand: &Brand) -> Result<(), BirthError> {
        self.checked
            .get_or_try_init(|| async { self.ledger.birth(brand).await.map(drop) })
            .await?;
        Ok(())
    }
}

/// Runs a function: builds the kit, lets `make` build the function from it, and hands each event to `handle`.
/// A setting that is missing ends the start with its name. What an invocation counted is said when `handle` has answered,
/// failed or panicked, before the runtime hears of it.
pub async fn start<S, M, H, F, I, O>(function: &'static str, make: M, handle: H) -> Result<(), Error>
where
    M: FnOnce(Kit) -> Result<S, Error>,
    H: Fn(Arc<S>, LambdaEvent<I>) -> F,
    F: Future<Output = Result<O, Error>>,
    I: DeserializeOwned,
    O: Serialize,
{
    log::start();
    let made = match Kit::new(function) {
        Ok(kit) => {
            let metrics = kit.metrics.clone();
            make(kit).map(|state| (Arc::new(state), metrics))
        }
        Err(error) => Err(error),
    };
    let (state, metrics) = match made {
        Ok(made) => made,
        Err(error) => {
            tracing::error!(%error, "{function} did not start");
            return Err(error);
        }
    };
    lambda_runtime::run(service_fn(|event| {
        let end = metrics.until_the_end();
        let handled = handle(Arc::clone(&state), event);
        // Boxed: a handler's future is deep, and the runtime wraps it many times more.
        Box::pin(async move {
            let answer = handled.await;
            drop(end);
            answer
        })
    }))
    .await
}
