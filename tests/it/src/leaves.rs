//! What every scenario must leave behind, and what none may.

use local::leaks;

use crate::{Scene, order_key};

impl Scene {
    /// What every scenario must leave behind: the order once in the ERP, Valid with that number, confirmed once, and
    /// closed in the ledger.
    pub fn assert_valid_once(&self, id: u64) {
        let in_erp = self.stack.erp.orders_for(&order_key(id));
        assert_eq!(in_erp.len(), 1, "order {id} is {} times in the ERP", in_erp.len());
        let number = in_erp[0].reference.clone();
        assert_eq!(self.stack.repspark.status(id), Some(4), "order {id} is not Valid");
        assert_eq!(
            self.stack.repspark.erp_number(id),
            number,
            "order {id} has another number"
        );
        assert_eq!(
            self.stack.repspark.confirmations(id).len(),
            1,
            "order {id} was confirmed more than once"
        );
        let states = self.states();
        let state = states.get(&order_key(id)).expect("the ledger has the order");
        assert!(!state.open, "order {id} is still open: {:?}", state.steps);
        assert_eq!(
            state.reference, number,
            "the ledger has another number for order {id}"
        );
    }

    /// What no scenario may leave behind: a refused AWS call, a secret or personal data in a log, a duration that no query
    /// can add up, two syncs at once, a call that eCat, SparkLayer or Spectrum does not have.
    pub fn assert_decent(&self) {
        let refused = self.stack.proxy.refused();
        assert!(refused.is_empty(), "the template does not allow {refused:?}");
        let leaks = leaks::find(&self.stack.runner.output(), &leaks::of_orders(&self.stack));
        assert!(leaks.is_empty(), "{leaks:?}");
        let mut lines = self.stack.runner.output().into_iter();
        let text = lines.find(|line| line.line.contains("\"duration_ms\":\""));
        assert!(text.is_none(), "a duration is no number in {text:?}");
        assert!(
            self.stack.repspark.in_flight_post_max() <= 1,
            "two syncs at RepSpark at once"
        );
        assert_eq!(
            self.stack.ecat.complaints(),
            Vec::<String>::new(),
            "eCat knows no such calls"
        );
        assert_eq!(
            self.stack.sparklayer.complaints(),
            Vec::<String>::new(),
            "SparkLayer knows no such calls"
        );
        assert_eq!(
            self.stack.spectrum.complaints(),
            Vec::<String>::new(),
            "Spectrum knows no such calls"
        );
    }
}
