//! Starting the proxy, and what a test asks it.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use dynoxide::{Database, DynoxideError};
use host::{Clock, Gate};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::bill::Bill;
use crate::forward::Forwarder;
use crate::secrets::SecretAccess;
use crate::shared::{Credentials, Policy, Refusal, Shared};
use crate::stored::{Stored, stored};

/// What the proxy stands on.
pub struct Settings {
    /// Where the proxy listens; port 0 is any free one.
    pub address: SocketAddr,
    /// The test's clock, which expiry of items follows.
    pub clock: Clock,
    /// The gate that each allowed call passes once.
    pub gate: Gate,
    /// The queues. Starting the proxy gives them the proxy's address as the base of their URLs.
    pub sqs: embedded_sqs::Sqs,
}

impl Settings {
    /// Settings for a proxy on a free loopback port.
    pub fn new(clock: Clock, gate: Gate, sqs: embedded_sqs::Sqs) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock,
            gate,
            sqs,
        }
    }
}

/// Why a table could not be created.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The request is not one that CreateTable understands.
    #[error("failed to read the request to create a table")]
    Unreadable(#[from] serde_json::Error),
    /// dynoxide does not take it.
    #[error("failed to create table {table}")]
    Refused {
        /// The table's name.
        table: String,
        /// What dynoxide says.
        #[source]
        source: DynoxideError,
    },
}

/// The running proxy and the DynamoDB behind it; both end when the last clone is dropped.
#[derive(Clone)]
pub struct AwsProxy {
    shared: Arc<Shared>,
    running: Arc<Running>,
}

/// What must be held for the servers to go on.
struct Running {
    server: host::Server,
    dynamodb: SocketAddr,
    /// dynoxide stops when this is dropped.
    _stop: oneshot::Sender<()>,
}

impl AwsProxy {
    /// Starts dynoxide, empty and in memory, and the proxy before it. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// A port that cannot be bound, or SQLite refusing a database in memory.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let clock = Arc::new(TestClock(settings.clock.clone()));
        let database = Database::memory_with_clock(clock).map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let dynamodb = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = dynoxide::server::serve_with_shutdown(listener, database.clone(), async {
            let _ = stopped.await;
        });
        tokio::spawn(served);
        let to = format!("http://{dynamodb}/").parse().map_err(io::Error::other)?;
        let shared = Arc::new(Shared::new(&settings, database, Forwarder::new(to)));
        let handler = Arc::clone(&shared);
        let server = host::serve(settings.address, move |request| {
            let shared = Arc::clone(&handler);
            async move { shared.handle(request).await }
        });
        let server = server.await?;
        settings.sqs.set_base_url(&server.url());
        Ok(Self {
            shared,
            running: Arc::new(Running {
                server,
                dynamodb,
                _stop: stop,
            }),
        })
    }

    /// The endpoint for the functions, without a final slash.
    pub fn url(&self) -> String {
        self.running.server.url()
    }

    /// dynoxide's own address, for a test's own client: not counted, not judged, never broken.
    pub fn dynamodb_url(&self) -> String {
        format!("http://{}", self.running.dynamodb)
    }

    /// The database itself, for a test that looks at tables directly.
    pub fn database(&self) -> Database {
        self.shared.database.clone()
    }

    /// Creates a table from a CreateTable request, which may carry CloudFormation's `TimeToLiveSpecification` as well.
    ///
    /// # Errors
    /// [`ProxyError`]: the request is unreadable, or dynoxide refuses it.
    pub fn create_table(&self, create_table_request: &Value) -> Result<(), ProxyError> {
        let table = create_table_request["TableName"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let refused = |source| ProxyError::Refused {
            table: table.clone(),
            source,
        };
        let request = serde_json::from_value(create_table_request.clone())?;
        self.shared.database.create_table(request).map_err(refused)?;
        if create_table_request.get("TimeToLiveSpecification").is_some() {
            let request = serde_json::from_value(create_table_request.clone())?;
            self.shared
                .database
                .update_time_to_live(request)
                .map_err(refused)?;
        }
        Ok(())
    }

    /// Creates a secret, or gives it a new current version. `text` is the `SecretString`.
    pub fn put_secret(&self, name: &str, text: &str) {
        self.shared.secrets.put(name, text);
    }

    /// From here on the secret answers like this, to everybody.
    pub fn set_secret_access(&self, name: &str, access: SecretAccess) {
        self.shared.secrets.set_access(name, access);
    }

    /// Makes a function known by an access key of its own; it may do what `policy` says of (action, resource ARN).
    /// Asked again for the same name it gives another key, and the first goes on with the first policy.
    pub fn add_function(&self, name: &str, policy: Policy) -> Credentials {
        self.shared.add_function(name, policy)
    }

    /// What was refused, in order.
    pub fn refused(&self) -> Vec<Refusal> {
        self.shared.refused()
    }

    /// What was allowed and asked for: (function, action, resource ARN).
    pub fn used(&self) -> BTreeSet<(String, String, String)> {
        self.shared.used()
    }

    /// The bill since the last reset.
    pub fn bill(&self) -> Bill {
        self.shared.bill()
    }

    /// Begins a new bill.
    pub fn reset_bill(&self) {
        self.shared.with_bill(|bill| *bill = Bill::default());
    }

    /// What lies in a table and its indexes; nothing if there is no such table. Not counted, and not billed as a read.
    pub fn stored(&self, table: &str) -> Stored {
        stored(&self.shared.database, table)
    }

    /// The entries that PutEvents took, in order, as they were sent.
    pub fn events(&self) -> Vec<Value> {
        self.shared.events.all()
    }
}

/// The test's clock, as dynoxide reads one.
struct TestClock(Clock);

impl dynoxide::storage_backend::Clock for TestClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now_ms() / 1000).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        std::time::Duration::from_millis(u64::try_from(self.0.now_ms()).unwrap_or_default()).as_secs_f64()
    }
}
