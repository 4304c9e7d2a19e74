//! From the first byte of an answer to the last record in the ledger.

use std::collections::VecDeque;
use std::fmt::Display;
use std::future::Future;

use bytes::Bytes;
use ledger::LedgerError;
use order_model::FaultClass;

use crate::piece::{Ending, Piece};
use crate::splitter::Splitter;

/// The largest record that is taken; beyond it a record goes into quarantine in parts.
const LARGEST_RECORD: usize = 8 * 1024 * 1024;

/// What takes the records of an answer in.
pub trait Intake {
    /// What came of one record.
    type Kept;

    /// Takes pieces in as soon as there is a batch of them, and returns what came of those.
    fn take(&mut self, pieces: &mut VecDeque<Piece>) -> impl Future<Output = Vec<Self::Kept>>;

    /// Takes in what is left.
    fn flush(&mut self) -> impl Future<Output = Vec<Self::Kept>>;

    /// How many records were read and could not be made durable.
    fn lost(&self) -> u64;
}

/// How an intake ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended<E> {
    /// The answer came to its end, and every record of it is durable.
    Complete,
    /// The answer came to its end, but records of it could not be made durable; the intake's `fault` says why.
    NotAllKept,
    /// The answer ended inside the array, or was no array.
    CutShort,
    /// The connection broke.
    Broken(E),
    /// The invocation's time ran out.
    OutOfTime,
}

impl<E> Ended<E> {
    /// How the call failed that the answer is of, if the answer was at fault; `of` knows the vendor's errors.
    pub fn fault(&self, of: impl FnOnce(&E) -> FaultClass) -> Option<FaultClass> {
        match self {
            Self::Complete | Self::NotAllKept | Self::OutOfTime => None,
            Self::CutShort => Some(FaultClass::Unclear),
            Self::Broken(error) => Some(of(error)),
        }
    }
}

impl<E: Display> Ended<E> {
    /// How it ended, for a log or an error.
    pub fn in_words(&self, fault: Option<&LedgerError>) -> String {
        match self {
            Self::Complete => "came whole".to_owned(),
            Self::NotAllKept => fault.map_or("was not all kept".to_owned(), |error| {
                format!("was not all kept: {error}")
            }),
            Self::CutShort => "ended before its end".to_owned(),
            Self::Broken(error) => format!("broke off: {error}"),
            Self::OutOfTime => "was longer than this invocation's time".to_owned(),
        }
    }
}

/// Reads an answer to its end and takes its records in. `in_time` is asked before each chunk; `told` hears what came
/// of each batch, so that hints can be sent while the rest still arrives.
pub async fn take_in<I: Intake, E>(
    taker: &mut I,
    first_key: &str,
    mut chunk: impl AsyncFnMut() -> Result<Option<Bytes>, E>,
    in_time: impl Fn() -> bool,
    mut told: impl AsyncFnMut(&[I::Kept]),
) -> Ended<E> {
    let mut splitter = Splitter::new(first_key, LARGEST_RECORD);
    let mut pieces = VecDeque::new();
    let broken = loop {
        if !in_time() {
            break Some(Ended::OutOfTime);
        }
        match chunk().await {
            Ok(Some(bytes)) => splitter.feed(&bytes, &mut pieces),
            Ok(None) => break None,
            Err(error) => break Some(Ended::Broken(error)),
        }
        work(taker, &mut pieces, &mut told).await;
    };
    let ending = splitter.end(broken.is_none(), &mut pieces);
    // Records that were whole before the answer broke off are kept; the last, unfinished one is no record.
    work(taker, &mut pieces, &mut told).await;
    tell(&taker.flush().await, &mut told).await;
    match broken {
        Some(broken) => broken,
        None if ending == Ending::BrokenOff => Ended::CutShort,
        None if taker.lost() > 0 => Ended::NotAllKept,
        None => Ended::Complete,
    }
}

async fn work<I: Intake>(
    taker: &mut I,
    pieces: &mut VecDeque<Piece>,
    told: &mut impl AsyncFnMut(&[I::Kept]),
) {
    while !pieces.is_empty() {
        tell(&taker.take(pieces).await, told).await;
    }
}

async fn tell<K>(kept: &[K], told: &mut impl AsyncFnMut(&[K])) {
    if !kept.is_empty() {
        told(kept).await;
    }
}
