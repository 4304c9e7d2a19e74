//! The field maps of one source: the current one, and those that earlier imports pinned.

use std::collections::BTreeMap;
use std::sync::Arc;

use field_map::{Context, FieldMap};
use jiff::tz::TimeZone;
use ledger::{Ledger, LedgerError, StoredMap};
use order_model::{ErpKey, Millis, OrderKey, Origin};
use tokio::sync::Mutex;

/// Who names the built-in map where nobody has set one.
const ITSELF: &str = "order-relay";

/// What an order of this key has that does not stand in its payload: the key says where the order came from, and of which
/// account there. `zone` is that of dates without one.
pub fn context(key: ErpKey, zone: &TimeZone) -> Context {
    let whose = OrderKey::from(&key);
    Context {
        key,
        vendor: whose.origin(),
        account: whose.account().to_owned(),
        time_zone: zone.clone(),
    }
}

/// The maps of all origins.
#[derive(Debug)]
pub struct AllMaps {
    repspark: Maps,
    ecat: Maps,
}

impl AllMaps {
    /// Those of this ledger.
    pub fn new(ledger: &Ledger) -> Self {
        Self {
            repspark: Maps::repspark(ledger.clone()),
            ecat: Maps::ecat(ledger.clone()),
        }
    }

    /// Those of one origin.
    pub fn of(&self, origin: Origin) -> &Maps {
        match origin {
            Origin::RepSpark => &self.repspark,
            Origin::Ecat => &self.ecat,
        }
    }
}

/// A map that can't be had.
#[derive(Debug, thiserror::Error)]
pub enum MapsError {
    /// The ledger did not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger names a map that this release can't read.
    #[error(
        "field map {version} of {source_name} is not in a form that this release reads: deploy the release that stored it, or set another one with set-field-map"
    )]
    Unusable {
        /// The source.
        source_name: &'static str,
        /// The version.
        version: String,
    },
}

/// Reads the maps of one source, each once in a process.
#[derive(Debug)]
pub struct Maps {
    ledger: Ledger,
    built_in: Arc<FieldMap>,
    read: Mutex<BTreeMap<String, Arc<FieldMap>>>,
}

impl Maps {
    /// The maps of the source that this built-in default is for.
    pub fn of(ledger: Ledger, built_in: FieldMap) -> Self {
        Self {
            ledger,
            built_in: Arc::new(built_in),
            read: Mutex::default(),
        }
    }

    /// RepSpark's.
    pub fn repspark(ledger: Ledger) -> Self {
        Self::of(ledger, FieldMap::repspark_default())
    }

    /// eCat's.
    pub fn ecat(ledger: Ledger) -> Self {
        Self::of(ledger, FieldMap::ecat_default())
    }

    /// The ledger they stand in.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The built-in default of this release.
    pub fn built_in(&self) -> &FieldMap {
        &self.built_in
    }

    /// The source's name in keys of the ledger.
    pub fn source(&self) -> &'static str {
        self.built_in.source().as_str()
    }

    /// The current map. One read; where no map was ever set, the built-in one is stored and named current.
    pub async fn current(&self, now: Millis) -> Result<Arc<FieldMap>, MapsError> {
        let source = self.source();
        if let Some(pointer) = self.ledger.current_map(source).await? {
            return self.version(&pointer.version).await?.ok_or(MapsError::Unusable {
                source_name: source,
                version: pointer.version,
            });
        }
        self.keep_built_in(now).await?;
        // If another process named one at the same moment, it is the built-in one too, or a person's: both count next time.
        let version = self.built_in.version();
        self.ledger.use_map(source, version, None, ITSELF, now).await?;
        Ok(Arc::clone(&self.built_in))
    }

    /// Keeps the built-in map of this release, so that what it made can be read by any other.
    pub async fn keep_built_in(&self, now: Millis) -> Result<(), LedgerError> {
        let map = StoredMap {
            source: self.source().to_owned(),
            version: self.built_in.version().to_owned(),
            text: self.built_in.text().to_owned(),
            by: ITSELF.to_owned(),
            why: "the default of the release that was deployed first".to_owned(),
            at: now,
        };
        self.ledger.keep_map(&map).await
    }

    /// The current map without storing anything: the built-in one where none was ever set.
    pub async fn current_or_built_in(&self) -> Result<Arc<FieldMap>, MapsError> {
        match self.ledger.current_map(self.source()).await? {
            None => Ok(Arc::clone(&self.built_in)),
            Some(pointer) => self.version(&pointer.version).await?.ok_or(MapsError::Unusable {
                source_name: self.source(),
                version: pointer.version,
            }),
        }
    }

    /// The current map for comparing payloads alone: one that this release can't read, or that was never set, is the
    /// built-in one here. An intake must not fail because of a map.
    pub async fn for_comparing(&self) -> Result<Arc<FieldMap>, LedgerError> {
        match self.current_or_built_in().await {
            Ok(map) => Ok(map),
            Err(MapsError::Ledger(error)) => Err(error),
            Err(MapsError::Unusable { .. }) => Ok(Arc::clone(&self.built_in)),
        }
    }

    /// A map by its version; none if the ledger does not have it or this release can't read it.
    pub async fn version(&self, version: &str) -> Result<Option<Arc<FieldMap>>, LedgerError> {
        if version == self.built_in.version() {
            return Ok(Some(Arc::clone(&self.built_in)));
        }
        let mut read = self.read.lock().await;
        if let Some(map) = read.get(version) {
            return Ok(Some(Arc::clone(map)));
        }
        let Some(stored) = self.ledger.map(self.source(), version).await? else {
            return Ok(None);
        };
        let Ok(map) = FieldMap::parse(&stored.text) else {
            return Ok(None);
        };
        let map = Arc::new(map);
        read.insert(version.to_owned(), Arc::clone(&map));
        Ok(Some(map))
    }
}
