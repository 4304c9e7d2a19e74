//! What a test does with its own hands about eCat: orders by their uuid, submissions by their number.

use std::collections::BTreeMap;

use local::{ECAT_ORG, StateItem, StoredVersion};
use serde_json::Value;
use simulators::Submitted;

use crate::Scene;

/// The key under which the submissions of an eCat order of the local organisation meet.
pub fn ecat_order_key(uuid: &str) -> String {
    format!("EC-{ECAT_ORG}-{}", uuid.to_ascii_uppercase())
}

/// The ERP key of a submission with this number, for a number that makes a key as it is: upper case, and short enough.
pub fn ecat_key(number: &str) -> String {
    format!("EC-{ECAT_ORG}-{number}")
}

impl Scene {
    /// The state items of eCat orders by key: by uuid, and by ERP key those that a person took out of there.
    pub fn ecat_states(&self) -> BTreeMap<String, StateItem> {
        let states = self.states().into_iter();
        states.filter(|(key, _)| key.starts_with("EC-")).collect()
    }

    /// The state of the order of this uuid, if it is known.
    pub fn ecat_state(&self, uuid: &str) -> Option<StateItem> {
        self.states().remove(&ecat_order_key(uuid))
    }

    /// The state of a submission that is an order of its own, if it is one.
    pub fn ecat_own(&self, number: &str) -> Option<StateItem> {
        self.states().remove(&ecat_key(number))
    }

    /// A submission as the item of its uuid keeps it.
    pub fn ecat_version(&self, submitted: &Submitted) -> Option<StoredVersion> {
        let state = self.ecat_state(&submitted.uuid)?;
        state
            .versions
            .into_iter()
            .find(|version| version.id == submitted.id)
    }

    /// Where a submission stands (`current`, `superseded`, `waiting`, `held`, `leaving`, `decided`), or `absent`.
    pub fn standing(&self, submitted: &Submitted) -> String {
        let version = self.ecat_version(submitted);
        version.map_or_else(|| "absent".to_owned(), |version| version.standing)
    }

    /// The state of a step of the order of this uuid, or `absent`.
    pub fn ecat_step(&self, uuid: &str, step: &str) -> String {
        let state = self.ecat_state(uuid);
        let step = state.and_then(|state| state.steps.get(step).cloned());
        step.unwrap_or_else(|| "absent".to_owned())
    }

    /// The hold code of a step of the order of this uuid, or an empty text.
    pub fn ecat_held(&self, uuid: &str, step: &str) -> String {
        let state = self.ecat_state(uuid);
        let code = state.and_then(|state| state.codes.get(step).cloned());
        code.unwrap_or_default()
    }

    /// The words of the hold of a step of the order of this uuid, or an empty text.
    pub fn ecat_hold_note(&self, uuid: &str, step: &str) -> String {
        self.words(&ecat_order_key(uuid), &format!("hold#{step}"), "text")
    }

    /// The words of the hold of a submission, with the difference to its sibling, or an empty text.
    pub fn submission_note(&self, submitted: &Submitted) -> String {
        let sk = format!("hold#version#{}", submitted.id);
        self.words(&ecat_order_key(&submitted.uuid), &sk, "text")
    }

    /// The code in those words, or an empty text.
    pub fn submission_code(&self, submitted: &Submitted) -> String {
        let sk = format!("hold#version#{}", submitted.id);
        self.words(&ecat_order_key(&submitted.uuid), &sk, "code")
    }

    fn words(&self, pk: &str, sk: &str, name: &str) -> String {
        let item = self.item(pk, sk).unwrap_or_default();
        item[name]["S"].as_str().unwrap_or_default().to_owned()
    }

    /// The order of this submission is submitted once more.
    pub fn resubmit(&self, submitted: &Submitted, order: Value) -> Submitted {
        let again = self.stack.ecat.resubmit(&submitted.uuid, order);
        again.expect("eCat knows the uuid")
    }

    /// The order of this submission is emptied, filled with these lines and submitted: a new order that looks like the old.
    pub fn refill(&self, submitted: &Submitted, order: Value) -> Submitted {
        let again = self.stack.ecat.empty_and_refill(&submitted.uuid, order);
        again.expect("eCat knows the uuid")
    }

    /// How often the ERP has an order under this number's own key.
    pub fn ecat_in_erp(&self, number: &str) -> usize {
        self.stack.erp.orders_for(&ecat_key(number)).len()
    }

    /// What becomes of an eCat order that nothing happens to: once in the ERP under its own number, closed in the ledger,
    /// marked as received.
    pub fn assert_imported_once(&self, submitted: &Submitted) {
        let number = &submitted.number;
        let in_erp = self.stack.erp.orders_for(&ecat_key(number));
        assert_eq!(in_erp.len(), 1, "{number} is {} times in the ERP", in_erp.len());
        assert_eq!(in_erp[0].times_created, 1, "{number} was made more than once");
        let own = self.ecat_own(number);
        let state = own.or_else(|| self.ecat_state(&submitted.uuid));
        let state = state.expect("the ledger has the order");
        assert_eq!(
            state.reference, in_erp[0].reference,
            "the ledger has another number for {number}"
        );
        assert_eq!(
            state.steps.get("import").map(String::as_str),
            Some("done"),
            "{number} is not imported: {:?}",
            state.steps
        );
        assert!(
            self.stack.ecat.received(number),
            "{number} is not marked as received"
        );
    }

    /// How many calls of this operation eCat saw: `GET new_orders`, `POST new_orders`, `GET order`.
    pub fn asked_ecat(&self, operation: &str) -> u64 {
        self.stack
            .ecat
            .calls()
            .get(operation)
            .copied()
            .unwrap_or_default()
    }

    /// Gives the eCat functions another login.
    pub fn put_ecat_login(&self, username: &str, password: &str) {
        self.stack.put_ecat_login(username, password);
    }

    /// The next list of eCat lasts so long, from when so many of its orders were handed over: for the functions and for
    /// everything around them.
    pub fn pass_in_list(&self, orders: usize, time: std::time::Duration) {
        let clock = self.stack.clock.clone();
        self.stack.ecat.on_order(orders, move || clock.advance(time));
    }

    /// So much time passes when so many submissions of all are marked as received, before that mark is answered.
    pub fn pass_at_marks(&self, marked: usize, time: std::time::Duration) {
        let clock = self.stack.clock.clone();
        self.stack.ecat.on_marks(marked, move || clock.advance(time));
    }
}
