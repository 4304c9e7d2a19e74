//! Reading a body to its end.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::silence::Doubt;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBody {
    /// It did not come to its end.
    Broken(Doubt),
    /// It is longer than its reader takes.
    TooLarge,
}

/// Reads a body of at most `bytes_max` bytes. The time limit is the request's.
///
/// # Errors
/// When the body is longer or does not come to its end; what came of it is dropped.
pub async fn body(mut response: Response, bytes_max: usize) -> Result<Bytes, NoBody> {
    let mut whole = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if whole.len() + chunk.len() > bytes_max => return Err(NoBody::TooLarge),
            Ok(Some(chunk)) => whole.extend_from_slice(&chunk),
            Ok(None) => return Ok(whole.freeze()),
            Err(error) => return Err(NoBody::Broken(Doubt::of(&error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures::stream;

    use super::*;

    fn in_parts(parts: Vec<io::Result<&'static str>>) -> Response {
        http::Response::new(reqwest::Body::wrap_stream(stream::iter(parts))).into()
    }

    #[tokio::test]
    async fn a_body_is_read_to_its_end() {
        let whole = body(in_parts(vec![Ok("ab"), Ok(""), Ok("c")]), 3).await;
        assert_eq!(whole.as_deref(), Ok(&b"abc"[..]));
        assert_eq!(body(in_parts(Vec::new()), 0).await.as_deref(), Ok(&b""[..]));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_none() {
        let cut = || Err(io::Error::other("cut"));
        let whole = body(in_parts(vec![Ok("abc"), cut()]), 3).await;
        assert_eq!(whole, Err(NoBody::Broken(Doubt::BrokeOff)));
    }

    #[tokio::test]
    async fn a_body_is_too_large_from_its_first_byte_too_many() {
        // Whatever comes behind it is not waited for.
        let parts = stream::iter([Ok("ab"), Ok::<_, io::Error>("cd")]);
        let endless = futures::StreamExt::chain(parts, stream::pending());
        let response = http::Response::new(reqwest::Body::wrap_stream(endless));
        assert_eq!(body(response.into(), 3).await, Err(NoBody::TooLarge));
    }
}
