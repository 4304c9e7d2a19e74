//! What RepSpark's response headers say, and the reading of bodies.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::HeaderMap;
use vendor_http::{NoBody, is_plain_name, retry_after_seconds};

use crate::errors::Doubt;

/// The numbers that RepSpark gives a transaction and its batch; its support asks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracking {
    /// `X-RepSpark-TransactionTrackingNumber`.
    pub transaction: Option<String>,
    /// `X-RepSpark-TransactionBatchTrackingNumber`.
    pub batch: Option<String>,
}

impl Tracking {
    /// Whether RepSpark gave neither.
    pub fn is_empty(&self) -> bool {
        self.transaction.is_none() && self.batch.is_none()
    }
}

/// `<transaction>/<batch>`, or the one that is there.
impl fmt::Display for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.transaction, &self.batch) {
            (Some(transaction), Some(batch)) => write!(f, "{transaction}/{batch}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => Ok(()),
        }
    }
}

/// Everything but the body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// `X-RepSpark-ErrorCode`.
    pub(crate) code: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) tracking: Tracking,
}

impl Head {
    pub(crate) fn of(response: &Response) -> Self {
        let headers = response.headers();
        Self {
            status: response.status().as_u16(),
            code: name(headers, "x-repspark-errorcode"),
            // RepSpark does not document the header; a proxy before it may send it.
            retry_after: retry_after_seconds(headers),
            tracking: Tracking {
                transaction: name(headers, "x-repspark-transactiontrackingnumber"),
                batch: name(headers, "x-repspark-transactionbatchtrackingnumber"),
            },
        }
    }

    /// 200 or 204, and no code that says otherwise. The table of codes lists `OK` as the code of 200; whether it is
    /// really sent is not known, so none is as good.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.status, 200 | 204)
            && self
                .code
                .as_deref()
                .is_none_or(|code| code.eq_ignore_ascii_case("OK"))
    }
}

/// A header as a short name that may stand in a log: anything longer or other than plain letters, digits, `_` and `-`
/// might repeat what we sent.
fn name(headers: &HeaderMap, header: &str) -> Option<String> {
    let text = headers.get(header)?;
    let text = text.to_str().unwrap_or("?").trim();
    match text {
        "" => None,
        _ if is_plain_name(text, b"_-", 64) => Some(text.to_owned()),
        _ => Some("unrecognised".to_owned()),
    }
}

/// Reads a body that is expected to be small. The time limit is the request's.
pub(crate) async fn body(response: Response, bytes_max: usize) -> Result<Bytes, Doubt> {
    let body = vendor_http::body(response, bytes_max).await;
    body.map_err(|why| match why {
        NoBody::Broken(doubt) => doubt.into(),
        NoBody::TooLarge => Doubt::Unreadable("the answer is too large"),
    })
}

/// Whether a body's begin is that of a web page: a proxy or a maintenance page spoke, not RepSpark. None while there
/// were only blanks.
pub(crate) fn is_web_page(begin: &[u8]) -> Option<bool> {
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
    let first = begin.iter().find(|byte| !byte.is_ascii_whitespace())?;
    Some(*first == b'<')
}
