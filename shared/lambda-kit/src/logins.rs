//! Calling a vendor with our credentials, so that wrong ones are refused twice at most before everybody stops.

use std::time::Duration;

use ledger::{LedgerError, Login, Tried, Trying, TurnTaken};
use order_model::{FaultClass, Millis, understood};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};

use crate::{Kit, SecretError, Secrets, Settings, Text, VendorGate, clock};

/// What an answer says about our credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The vendor answered in its own terms, so it took them.
    Taken,
    /// It refused them.
    Refused,
    /// Nothing: no answer, a gateway's page, an address where nobody looks at credentials.
    Nothing,
}

/// From how a call failed, if it did, as the vendor's own crate tells it.
impl From<Option<FaultClass>> for Said {
    fn from(fault: Option<FaultClass>) -> Self {
        match fault {
            Some(FaultClass::Credentials) => Self::Refused,
            fault if understood(fault) => Self::Taken,
            _ => Self::Nothing,
        }
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
    /// It refused us a moment ago, or a person paused it.
    #[error("the vendor is paused")]
    Paused,
    /// Another call, of this or of another process, was still finding out whether the credentials are good, and took
    /// long: time for this one is short.
    #[error("another call is still finding out whether the credentials are good")]
    Waited,
    /// The ledger did not say whether the credentials are good.
    #[error("whether the credentials are good could not be read: {0}")]
    Ledger(#[from] LedgerError),
}

/// So long a call may wait for another one with the same credentials. A claim's start is the call's, so not longer.
const WAIT: Duration = Duration::from_secs(3);
/// How often it looks meanwhile.
const LOOK: Duration = Duration::from_millis(200);
/// The longest that any call may take, where no setting says it: the highest value that the template allows.
const LONGEST: Duration = Duration::from_secs(240);

/// A turn that is ours, and the login before it was.
struct Turn {
    trying: Trying,
    before: Login,
}

impl Kit {
    /// Calls a vendor once with its credentials. If it refuses them, the secret is read again; where that brings
    /// nothing new, or a second version is refused within the interval of the probes, the vendor is paused.
    ///
    /// Credentials that no process has proven yet are tried by one call at a time, of all functions together: wrong
    /// ones are one refused login, or two if the secret was changed meanwhile, and not a dozen. Once a version is proven
    /// the ledger says so, and all call freely. A call that is on its way when the vendor revokes credentials that were
    /// proven can't be recalled, and each process that is at work then may have several: those refusals are not bounded,
    /// but each shuts the gate of its own invocation, and the first one the gates of all later ones.
    ///
    /// `fault` says how the call failed, if it did: for the credentials, and for the count of errors.
    pub async fn call<C: DeserializeOwned, T>(
        &self,
        gate: &VendorGate,
        secret: &str,
        call: impl AsyncFnOnce(C) -> T,
        fault: impl FnOnce(&T) -> Option<FaultClass>,
    ) -> Result<Called<T>, NoCall> {
        let longest = longest_call(self.settings, gate.vendor());
        let said = |answer: &T| {
            let fault = fault(answer);
            self.metrics.failed(gate.service(), fault);
            fault.into()
        };
        gate.call(&self.secrets, secret, longest, call, said).await
    }

    /// The same, and once more if the secret had changed: for calls that no claim has dated.
    pub async fn call_twice<C: DeserializeOwned, T>(
        &self,
        gate: &VendorGate,
        secret: &str,
        call: impl AsyncFn(C) -> T,
        fault: impl Fn(&T) -> Option<FaultClass>,
    ) -> Result<T, NoCall> {
        let first = self.call(gate, secret, &call, &fault).await?;
        if !first.again {
            return Ok(first.answer);
        }
        let second = self.call(gate, secret, &call, &fault).await?;
        if second.again {
            // Refused twice, and changed twice: enough for now.
            gate.refused(CREDENTIALS_REFUSED, clock::now()).await;
        }
        Ok(second.answer)
    }
}

const CREDENTIALS_REFUSED: &str = "credentials_refused";

/// How long a call of this function to this vendor may take: `<VENDOR>_CALL_SECONDS` or `<VENDOR>_LIST_SECONDS`, the
/// longer one of those that it has.
fn longest_call(settings: Settings, vendor: &str) -> Duration {
    let prefix = vendor.to_uppercase();
    let each = ["CALL", "LIST"].map(|kind| settings.seconds(&format!("{prefix}_{kind}_SECONDS")).ok());
    each.into_iter().flatten().max().unwrap_or(LONGEST)
}

impl VendorGate {
    /// As [`Kit::call`]; `longest` is how long the call may take.
    pub async fn call<C: DeserializeOwned, T>(
        &self,
        secrets: &Secrets,
        secret: &str,
        longest: Duration,
        call: impl AsyncFnOnce(C) -> T,
        said: impl FnOnce(&T) -> Said,
    ) -> Result<Called<T>, NoCall> {
        let begun = Instant::now();
        let proven = timeout(WAIT, self.proven().lock())
            .await
            .map_err(|_| NoCall::Waited)?;
        if self.is_shut() {
            return Err(NoCall::Paused);
        }
        let (mut credentials, mut text) = secrets.get::<C>(secret).await?;
        let mut turn = None;
        if proven.as_deref() != Some(text.version()) {
            turn = self.turn(&text, longest, begun).await?;
            // Another process was refused with what this one still keeps.
            let refused_before = turn
                .as_ref()
                .is_some_and(|turn| turn.before.is_refused(text.version()));
            if refused_before && secrets.changed(secret, &text).await {
                self.end(turn, Tried::Unsaid).await;
                (credentials, text) = secrets.get::<C>(secret).await?;
                turn = self.turn(&text, longest, begun).await?;
            }
        }
        // Held until the answer is here, where the call finds something out.
        let mut lock = Some(proven);
        if turn.is_none() {
            lock.take()
                .into_iter()
                .for_each(|mut proven| *proven = Some(text.version().to_owned()));
        }
        let answer = call(credentials).await;
        let again = match said(&answer) {
            Said::Refused => self.login_refused(secrets, secret, &text, turn).await,
            Said::Taken => {
                if let Some(proven) = &mut lock {
                    **proven = Some(text.version().to_owned());
                }
                // A version without a name would vouch for whatever comes after it.
                self.end(
                    turn,
                    if text.is_named() {
                        Tried::Taken
                    } else {
                        Tried::Unsaid
                    },
                )
                .await;
                false
            }
            Said::Nothing => {
                self.end(turn, Tried::Unsaid).await;
                false
            }
        };
        Ok(Called { answer, again })
    }

    /// Waits for the turn to try these credentials; none is needed if another process has proven them.
    async fn turn(&self, text: &Text, longest: Duration, begun: Instant) -> Result<Option<Turn>, NoCall> {
        let (ledger, vendor) = (self.ledger(), self.vendor());
        loop {
            let login = ledger.login(vendor).await?;
            if text.is_named() && login.is_proven(text.version()) {
                return Ok(None);
            }
            let now = clock::now();
            let trying = Trying {
                version: text.version().to_owned(),
                owner: ledger.token(),
                until: now + longest + ledger.pace().skew,
            };
            if let TurnTaken::Ours(before) = ledger.take_login(vendor, login, &trying, now).await? {
                let turn = Turn { trying, before };
                if self.still_passes().await? {
                    return Ok(Some(turn));
                }
                self.end(Some(turn), Tried::Unsaid).await;
                return Err(NoCall::Paused);
            }
            if begun.elapsed() + LOOK > WAIT {
                return Err(NoCall::Waited);
            }
            sleep(LOOK).await;
        }
    }

    /// The vendor refused these credentials: pauses it, unless the secret says something else now. The pause comes before
    /// the end of the turn: who takes the turn next reads the pause first.
    async fn login_refused(&self, secrets: &Secrets, secret: &str, text: &Text, turn: Option<Turn>) -> bool {
        let changed = secrets.changed(secret, text).await;
        let now = clock::now();
        let before = match &turn {
            Some(turn) => Some(turn.before.clone()),
            None => self.ledger().login(self.vendor()).await.ok(),
        };
        let again = changed && before.is_some_and(|login| !self.is_second(&login, text, now));
        if !again && !self.pause(CREDENTIALS_REFUSED, now).await {
            // Without a pause the turn keeps the others away, as long as it lasts.
            return false;
        }
        // Credentials that were proven had no turn to take.
        let turn = turn.unwrap_or_else(|| Turn {
            trying: Trying {
                version: text.version().to_owned(),
                owner: self.ledger().token(),
                until: now,
            },
            before: Login::default(),
        });
        self.end(Some(turn), Tried::Refused(now)).await;
        again
    }

    /// Whether another version was refused within this interval: two are enough, whatever the secret says by now.
    fn is_second(&self, login: &Login, text: &Text, now: Millis) -> bool {
        login
            .refused
            .as_ref()
            .is_some_and(|(last, at)| last != text.version() && *at + self.probe_every() > now)
    }

    /// Ends a turn. One that can't be ended ends by itself.
    async fn end(&self, turn: Option<Turn>, tried: Tried) {
        let Some(turn) = turn else { return };
        let ended = self.ledger().end_login(self.vendor(), &turn.trying, tried).await;
        if let Err(error) = ended {
            tracing::warn!(
                vendor = self.vendor(),
                "what a login came to could not be written down: {error}"
            );
        }
    }
}
