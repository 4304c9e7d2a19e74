//! Raw payloads: what a vendor sent, as it sent it, compressed, named by its content.
//!
//! A raw payload is written before anything interprets it, so its name can't depend on what it says. Writing it twice
//! is one item. A payload over one item is cut into chunks; the state names their count, and is written after them.

use std::collections::HashSet;
use std::io::{Read, Write};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use order_model::{Millis, RawRef};
use sha2::{Digest, Sha256};

use crate::item::{self, Item, Reader, number};
use crate::{Ledger, LedgerError};

/// An item may hold 400 KB with everything in it.
const CHUNK: usize = 350 * 1024;
/// DynamoDB takes at most 25 items and 16 MB in one batch; we stay well below the second.
const BATCH_ITEMS: usize = 25;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// A raw payload, compressed and named.
#[derive(Debug, Clone)]
pub struct Raw {
    place: RawRef,
    packed: Vec<u8>,
}

impl Raw {
    /// The name of a payload.
    pub fn name(payload: &[u8]) -> String {
        let digest = Sha256::digest(payload);
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Compresses and names a payload.
    pub fn of(payload: &[u8]) -> Self {
        let hash = Self::name(payload);
        let mut encoder = ZlibEncoder::new(Vec::with_capacity(payload.len() / 3), Compression::default());
        // Writing to a Vec does not fail.
        let packed = encoder
            .write_all(payload)
            .and_then(|()| encoder.finish())
            .unwrap_or_default();
        let chunks = u32::try_from(packed.len().div_ceil(CHUNK).max(1)).unwrap_or(u32::MAX);
        Self {
            place: RawRef { hash, chunks },
            packed,
        }
    }

    /// Where it stands once it is kept.
    pub fn place(&self) -> &RawRef {
        &self.place
    }

    /// Its size as it is kept, in bytes.
    pub fn packed_len(&self) -> usize {
        self.packed.len()
    }

    fn items(&self, expires_at: Millis) -> impl Iterator<Item = Item> {
        self.packed.chunks(CHUNK).enumerate().map(move |(place, chunk)| {
            let mut item = item::new(partition(&self.place.hash), &place.to_string());
            item.insert("body".into(), AttributeValue::B(Blob::new(chunk)));
            // DynamoDB's time-to-live wants seconds.
            item.insert("expires_at".into(), number(expires_at.0 / 1000));
            item
        })
    }
}

pub(crate) fn partition(hash: &str) -> String {
    format!("raw#{hash}")
}

impl Ledger {
    /// Keeps raw payloads. When this returns well, each of them is durable.
    pub async fn keep_raw(&self, payloads: &[Raw], expires_at: Millis) -> Result<(), LedgerError> {
        let mut batch = Vec::with_capacity(BATCH_ITEMS);
        let mut bytes = 0;
        // DynamoDB refuses a batch that names one key twice, and one answer may well hold one record twice.
        let mut named = HashSet::new();
        for raw in payloads.iter().filter(|raw| named.insert(&raw.place.hash)) {
            for item in raw.items(expires_at) {
                let size = raw.packed.len().min(CHUNK);
                if batch.len() == BATCH_ITEMS || (bytes + size > BATCH_BYTES && !batch.is_empty()) {
                    self.write_batch(std::mem::take(&mut batch)).await?;
                    bytes = 0;
                }
                bytes += size;
                batch.push(item);
            }
        }
        self.write_batch(batch).await
    }

    /// Keeps a raw payload longer, if it would expire before `soon`: its order is still open.
    pub async fn keep_raw_longer(
        &self,
        place: &RawRef,
        soon: Millis,
        until: Millis,
    ) -> Result<(), LedgerError> {
        for chunk in 0..place.chunks {
            let call = self.client.update_item().table_name(&self.table);
            let call = call.set_key(Some(item::key(&partition(&place.hash), &chunk.to_string())));
            let call = call
                .update_expression("SET expires_at = :until")
                .condition_expression("expires_at < :soon")
                .expression_attribute_values(":until", number(until.0 / 1000))
                .expression_attribute_values(":soon", number(soon.0 / 1000));
            match call.send().await {
                Ok(_) => {}
                // It is not about to expire, or it is gone; whoever needs it then says so.
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|error| error.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(LedgerError::call("keep a raw payload longer", &error)),
            }
        }
        Ok(())
    }

    /// Reads a raw payload; none if it expired or was erased.
    pub async fn raw(&self, place: &RawRef) -> Result<Option<Vec<u8>>, LedgerError> {
        let key = partition(&place.hash);
        let mut packed = Vec::new();
        for chunk in 0..place.chunks {
            let Some(item) = self.get(&key, &chunk.to_string()).await? else {
                return Ok(None);
            };
            let reader = Reader::open(&key, &item)?;
            let body = item
                .get("body")
                .and_then(|body| body.as_b().ok())
                .ok_or_else(|| reader.unreadable("body"))?;
            packed.extend_from_slice(body.as_ref());
        }
        let mut payload = Vec::new();
        match ZlibDecoder::new(packed.as_slice()).read_to_end(&mut payload) {
            Ok(_) => Ok(Some(payload)),
            Err(_) => Err(LedgerError::Unreadable { key, what: "body" }),
        }
    }
}
