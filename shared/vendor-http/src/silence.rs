//! No answer, or not all of one.

/// What became of an answer that did not come, or not to its end. What was asked may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    BrokeOff,
}

impl Doubt {
    /// By the error of a body, or of a part of it: there was a connection.
    pub fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::BrokeOff
        }
    }
}

/// Why there is no answer at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No request could be made of the settings.
    Unusable,
    /// No connection came about, so the request never left.
    NotSent,
    /// The request may have arrived.
    Unknown(Doubt),
}

impl Silence {
    /// By the error of sending a request.
    pub fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            Self::Unusable
        // Asked before the time: a connection that its own time limit ended is both, and nothing left.
        } else if error.is_connect() {
            Self::NotSent
        } else {
            Self::Unknown(Doubt::of(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use host::{Reply, Server, serve};
    use reqwest::Client;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    async fn silence(url: &str, timeout: Duration) -> Silence {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().build().unwrap();
        Silence::of(&http.get(url).timeout(timeout).send().await.unwrap_err())
    }

    async fn dropping() -> Server {
        let server = serve(([127, 0, 0, 1], 0).into(), |_| async { Reply::Drop });
        server.await.unwrap()
    }

    #[tokio::test]
    async fn settings_that_make_no_request_are_told_from_silence() {
        assert_eq!(silence("no address", LONG).await, Silence::Unusable);
    }

    #[tokio::test]
    async fn without_a_connection_nothing_was_sent() {
        let server = dropping().await;
        let url = server.url();
        drop(server);
        assert_eq!(silence(&url, LONG).await, Silence::NotSent);
    }

    #[tokio::test]
    async fn a_connection_that_ends_without_an_answer_leaves_a_doubt() {
        let server = dropping().await;
        assert_eq!(
            silence(&server.url(), LONG).await,
            Silence::Unknown(Doubt::BrokeOff)
        );
    }

    #[tokio::test]
    async fn a_connection_on_which_nobody_answers_leaves_another() {
        let server = serve(([127, 0, 0, 1], 0).into(), |_| std::future::pending::<Reply>());
        let server = server.await.unwrap();
        assert_eq!(
            silence(&server.url(), Duration::from_millis(200)).await,
            Silence::Unknown(Doubt::TimedOut)
        );
    }
}
