//! Talking to Spreadshirt: with a session that is kept warm, and logins that never come too soon.

use std::cell::Cell;
use std::time::Duration;

use lambda_kit::{Deadline, NoCall, VendorGate, clock};
use order_model::{FaultClass, Millis};
use spreadshirt::{CallError, Credentials, LOGIN_GAP, Session, Spreadshirt};

use crate::ReadReports;

/// So many logins may one invocation try: one, and one more when its session has ended.
const LOGINS: u32 = 2;

/// What a process keeps from one invocation to the next.
#[derive(Debug)]
pub(crate) struct Kept {
    credentials: Credentials,
    /// It knows how far Spreadshirt's clock is from ours.
    client: Spreadshirt,
    session: Option<Session>,
}

/// Why Spreadshirt did not answer a question.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unheard {
    /// The call came to nothing.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The login came to nothing.
    #[error("there is no session: {0}")]
    Login(CallError),
    /// A login has to wait: more than about two within 10 s may put our address on a black list.
    #[error("the session has ended, and the next login has to wait until {0}")]
    TooSoon(Millis),
    /// Two logins, and the session has ended again.
    #[error("spreadshirt has ended two sessions in one run")]
    EndedTwice,
    /// It was not asked.
    #[error(transparent)]
    NoCall(#[from] NoCall),
    /// There is no time for it in this invocation.
    #[error("there is no time for it in this invocation")]
    NoTime,
}

impl Unheard {
    /// How the call failed, for the count of errors, and for what it proves of our credentials.
    fn fault(&self) -> FaultClass {
        match self {
            // What the vendor answers to logins that come too soon; that it means anything else as well can't be seen.
            Self::Login(CallError::Unavailable { .. }) | Self::TooSoon(_) | Self::EndedTwice => {
                FaultClass::Throttled
            }
            Self::Call(error) | Self::Login(error) => error.fault(),
            Self::NoCall(_) | Self::NoTime => FaultClass::NoAnswer,
        }
    }

    /// Whether the next question of this invocation would go the same way.
    pub(crate) fn is_for_all(&self) -> bool {
        match self {
            Self::Call(error) => matches!(
                error,
                CallError::Unauthorized { .. } | CallError::Forbidden { .. } | CallError::Throttled { .. }
            ),
            Self::Login(_) | Self::TooSoon(_) | Self::EndedTwice | Self::NoCall(_) | Self::NoTime => true,
        }
    }
}

/// The talk of one invocation.
pub(crate) struct Talk<'a> {
    function: &'a ReadReports,
    pub(crate) gate: &'a VendorGate,
    pub(crate) deadline: Deadline,
    /// The next login of this process may begin then.
    login_from: Cell<Millis>,
    logins: Cell<u32>,
    /// The session is of this invocation and has not been taken yet: a refusal is not about its age.
    untried: Cell<bool>,
}

impl<'a> Talk<'a> {
    /// `others` is when another process may have logged in last.
    pub(crate) fn new(
        function: &'a ReadReports,
        gate: &'a VendorGate,
        deadline: Deadline,
        others: Option<Millis>,
    ) -> Self {
        let ours = function.last_login();
        let last = [ours, others].into_iter().flatten().max();
        // The next run of this process finds its own name in the journal, and would not know of the other one's any more.
        if let Some(last) = last {
            function.logged_in(last);
        }
        Self {
            function,
            gate,
            deadline,
            login_from: Cell::new(last.map_or(Millis(0), |last| last + LOGIN_GAP)),
            logins: Cell::new(0),
            untried: Cell::new(false),
        }
    }

    /// Asks Spreadshirt one question, if there is time for it; logs in before, if there is no session, and once more if it
    /// has ended.
    pub(crate) async fn ask<T>(
        &self,
        question: impl AsyncFn(&Spreadshirt, &Session) -> Result<T, CallError>,
    ) -> Result<T, Unheard> {
        let settings = &self.function.config.spreadshirt;
        if !self.has_time(settings.call) {
            return Err(Unheard::NoTime);
        }
        let call = async |credentials| self.asked(credentials, &question).await;
        let fault = |answer: &Result<T, Unheard>| answer.as_ref().err().map(Unheard::fault);
        // A secret that was changed meanwhile is tried in the next run: a second login would come too soon.
        let called = self
            .function
            .kit
            .call(self.gate, &settings.secret, call, fault)
            .await?;
        called.answer
    }

    pub(crate) fn has_time(&self, effect: Duration) -> bool {
        self.deadline.covers(clock::now(), effect)
    }

    async fn asked<T>(
        &self,
        credentials: Credentials,
        question: &impl AsyncFn(&Spreadshirt, &Session) -> Result<T, CallError>,
    ) -> Result<T, Unheard> {
        let mut kept = self.function.kept.lock().await;
        let kept = match &mut *kept {
            Some(kept) if kept.credentials == credentials => kept,
            kept => kept.insert(Kept {
                client: self.function.client(credentials.clone()),
                credentials,
                session: None,
            }),
        };
        for _ in 0..LOGINS {
            let session = match &kept.session {
                Some(session) => session.clone(),
                None => kept.session.insert(self.login(&kept.client).await?).clone(),
            };
            let answer = question(&kept.client, &session).await;
            let Err(error @ CallError::Unauthorized { .. }) = answer else {
                self.untried.set(false);
                return Ok(answer?);
            };
            kept.session = None;
            if self.untried.get() {
                // It was made a moment ago: what is refused is the signature.
                return Err(error.into());
            }
        }
        Err(Unheard::EndedTwice)
    }

    async fn login(&self, client: &Spreadshirt) -> Result<Session, Unheard> {
        let now = clock::now();
        if self.logins.get() >= LOGINS {
            return Err(Unheard::EndedTwice);
        }
        if now < self.login_from.get() {
            return Err(Unheard::TooSoon(self.login_from.get()));
        }
        // The question comes behind it.
        if !self.has_time(self.function.config.spreadshirt.call * 2) {
            return Err(Unheard::NoTime);
        }
        self.logins.set(self.logins.get() + 1);
        let answer = client.login().await;
        let ended = clock::now();
        self.function.logged_in(ended);
        self.login_from.set(ended + LOGIN_GAP);
        let session = answer.map_err(Unheard::Login)?;
        self.untried.set(true);
        Ok(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> String {
        "http_500: Internal Server Error".to_owned()
    }

    #[test]
    fn a_failure_at_the_login_is_a_throttled_one_and_proves_nothing_of_our_credentials() {
        let unavailable = || CallError::Unavailable {
            operation: "POST sessions",
            said: said(),
            retry_after: None,
        };
        assert_eq!(Unheard::Login(unavailable()).fault(), FaultClass::Throttled);
        assert_eq!(Unheard::Call(unavailable()).fault(), FaultClass::Unavailable);
        let refused = CallError::Unauthorized {
            operation: "POST sessions",
            said: said(),
        };
        assert_eq!(Unheard::Login(refused).fault(), FaultClass::Credentials);
        assert_eq!(Unheard::TooSoon(Millis(1)).fault(), FaultClass::Throttled);
    }

    #[test]
    fn what_one_report_meets_alone_stops_no_other() {
        let operation = "GET orderReports/id";
        let alone = [
            CallError::NotFound { operation },
            CallError::NoAnswer {
                operation,
                doubt: spreadshirt::Doubt::TimedOut,
            },
            CallError::Unreadable {
                operation,
                what: spreadshirt::Unreadable::Doctype,
            },
        ];
        for error in alone {
            assert!(!Unheard::Call(error).is_for_all());
        }
        assert!(Unheard::NoTime.is_for_all() && Unheard::NoCall(NoCall::Paused).is_for_all());
    }
}
