//! One call of Spectrum, and what its answer says of our token and of the rate.

use ledger::Attempts;
use order_model::{OrderState, understood};
use spectrum::{CallError, Credentials, Spectrum};

use super::decide::fault;
use super::sending::Sending;
use super::{Once, Visit};

/// What a call came to, or why nothing left this machine.
pub type Called<T> = Result<lambda_kit::Called<Result<T, CallError>>, String>;

impl<S: Sending> Once<S> {
    /// What an answer says of our token and of the rate.
    pub(super) async fn note<T>(
        &self,
        order: &OrderState,
        answer: Option<&Result<T, CallError>>,
        attempts: &mut Attempts,
        visit: &Visit,
    ) {
        let Some(answer) = answer else { return };
        // A time-out or a gateway's page does not end a pause.
        if understood(fault(answer, attempts.forbidden)) {
            visit.gate.answered().await;
        }
        let Err(error) = answer else {
            attempts.forbidden = 0;
            return;
        };
        let (key, step) = (&order.key, S::STEP.as_str());
        tracing::warn!(order.id = %key, step, "{error}");
        match error {
            CallError::Forbidden { .. } => {
                attempts.forbidden += 1;
                visit.is_hushed.set(true);
            }
            CallError::Throttled { .. } => {
                attempts.forbidden = 0;
                visit.is_hushed.set(true);
            }
            // Nobody looked at the token.
            CallError::NotSent { .. } | CallError::NoAnswer { .. } | CallError::Unavailable { .. } => {}
            _ => attempts.forbidden = 0,
        }
    }

    /// One call with our token.
    pub async fn call<T>(
        &self,
        visit: &Visit,
        forbidden: u32,
        call: impl AsyncFnOnce(Credentials) -> Result<T, CallError>,
    ) -> Called<T> {
        let secret = &self.config.spectrum.secret;
        let failed = |answer: &Result<T, CallError>| fault(answer, forbidden);
        let called = self.kit.call(&visit.gate, secret, call, failed).await;
        called.map_err(|error| error.to_string())
    }

    /// The client with this token.
    pub fn client(&self, credentials: Credentials) -> Spectrum {
        let spectrum = &self.config.spectrum;
        Spectrum::new(
            self.kit.http.clone(),
            &spectrum.base_url,
            credentials,
            spectrum.call,
        )
    }
}
