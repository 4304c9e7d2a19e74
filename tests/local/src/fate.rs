//! What shall have become of an order when a run is over.

use crate::Stack;
use crate::outcome::key;

/// What shall have become of an order when a run is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The integration before us imported it: left alone.
    Foreign,
    /// In the ERP once, by us, and Valid at RepSpark with the ERP's number.
    Valid,
    /// Keyed into the ERP by the order desk, and Valid at RepSpark with this number.
    KeyedByHand(String),
    /// A person decided that it shall not be imported: Sent at RepSpark, and not in the ERP.
    Discarded,
    /// Nobody has submitted it: a Draft at RepSpark, and not in the ERP.
    Draft,
}

impl Fate {
    /// What is wrong with this order; nothing if it is where it should be.
    pub(crate) fn wrong(&self, stack: &Stack, id: u64) -> Option<String> {
        match self {
            Self::Foreign => {
                touched(stack, id, 2).then(|| format!("order {id} of the former integration was touched"))
            }
            Self::Discarded => touched(stack, id, 2).then(|| format!("discarded order {id} was touched")),
            Self::Draft => touched(stack, id, 9999).then(|| format!("draft {id} was touched")),
            Self::Valid => once(stack, id, None),
            Self::KeyedByHand(number) => once(stack, id, Some(number)),
        }
    }
}

/// Whether an order is in the ERP, or has another status than this.
fn touched(stack: &Stack, id: u64, status: u32) -> bool {
    stack.repspark.status(id) != Some(status) || !stack.erp.orders_for(&key(id)).is_empty()
}

fn once(stack: &Stack, id: u64, keyed: Option<&String>) -> Option<String> {
    let in_erp = stack.erp.orders_for(&key(id));
    let [order] = in_erp.as_slice() else {
        return Some(format!("order {id} is {} times in the ERP", in_erp.len()));
    };
    if keyed.is_some() && order.reference.as_ref() != keyed {
        return Some(format!(
            "order {id} is in the ERP under another number than the desk's"
        ));
    }
    let shown = stack.repspark.erp_number(id);
    let valid = stack.repspark.status(id) == Some(4) && shown.is_some() && shown == order.reference;
    (!valid).then(|| format!("order {id} is not Valid with the ERP's number"))
}
