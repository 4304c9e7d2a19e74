//! Records that are no orders.

use serde_json::Value;

use super::Ecat;
use super::state::{Content, Entry, Submitted};
use super::switches::named;

impl Ecat {
    /// A record that is put among the others as this very text. If an `order_number` can be read in it, it can be
    /// marked by that number.
    pub fn submit_raw(&self, text: &str) {
        let number = text.split_once("\"order_number\"").and_then(|(_, after)| {
            let after = after.trim_start().strip_prefix(':')?.trim_start();
            let (number, _) = after.strip_prefix('"')?.split_once('"')?;
            Some(number.to_owned())
        });
        self.state().add(Entry {
            id: None,
            number,
            uuid: None,
            content: Content::Raw(text.into()),
            received_ms: None,
            marks: 0,
            refilled: false,
        });
    }

    /// A record that was put as a text is put right: it is this order from now on, under its number, with the id and the
    /// uuid that the order brings or the server gives. None if there is no such record.
    pub fn mend(&self, number: &str, order: Value) -> Option<Submitted> {
        let mut state = self.state();
        let id = state.free_id(&order);
        let uuid = order.get("uuid").and_then(Value::as_str).map(str::to_owned);
        let submitted = Submitted {
            id,
            number: number.to_owned(),
            uuid: uuid.unwrap_or_else(|| format!("0B0D2C64-7F1A-4C53-8E77-{id:012X}")),
        };
        state
            .mend(&submitted, named(order, &submitted))
            .then_some(submitted)
    }
}
