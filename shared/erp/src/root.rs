//! The configuration check: does an ERP that speaks the contract answer there?

use serde::Deserialize;

use crate::CONTRACT;
use crate::answer::Doubt;
use crate::fault::of_status;
use crate::heard::Heard;
use crate::plain;

/// What the ERP's root says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The contract: always [`CONTRACT`].
    pub contract: String,
    /// The system behind it, in its own words; 200 characters at most, for a person.
    pub system: String,
}

/// Why the ERP's root does not confirm the set-up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// No connection came about.
    #[error("no connection to the erp")]
    NotSent,
    /// The token is refused.
    #[error("the erp refused our token: http {status}")]
    Unauthorized {
        /// HTTP status.
        status: u16,
    },
    /// The ERP could not say; try later.
    #[error("the erp did not say what it is: {0}")]
    Unavailable(Doubt),
    /// Whatever answers there does not speak the contract.
    #[error("what answers at the erp's address does not speak erp-orders/1: http {status}")]
    NotTheContract {
        /// HTTP status.
        status: u16,
    },
    /// No request can be made of the address and the token.
    #[error("the erp's address or token is unusable")]
    Unusable,
}

#[derive(Deserialize)]
struct Said {
    contract: String,
    system: Option<String>,
}

pub(crate) fn contract(heard: Heard) -> Result<Contract, RootError> {
    let status = heard.status;
    match status {
        401 | 403 => return Err(RootError::Unauthorized { status }),
        408 | 425 | 429 | 500..=599 => {
            return Err(RootError::Unavailable(Doubt::Said {
                fault: of_status(status),
                text: format!("http_{status}"),
            }));
        }
        _ => {}
    }
    let bytes = heard.body.map_err(RootError::Unavailable)?;
    match serde_json::from_slice::<Said>(&bytes) {
        Ok(said) if status == 200 && said.contract == CONTRACT => Ok(Contract {
            contract: said.contract,
            system: plain::text(&said.system.unwrap_or_default()),
        }),
        _ => Err(RootError::NotTheContract { status }),
    }
}
