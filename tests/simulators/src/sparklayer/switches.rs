//! What tests put in, switch and read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::SparkLayer;
use super::answer::SparkFailure;
use super::slow::Slow;
use super::state::{SeenPurchase, SeenPut};

impl SparkLayer {
    /// A customer finished a cart: an `order_unconfirmed` that waits to be replaced by its order.
    pub fn add_cart(&self, cart_id: &str) {
        let body = json!({"type": "order_unconfirmed", "purchase_identifiers": {"sparklayer": cart_id}});
        self.state().add(SeenPurchase {
            names: BTreeMap::from([("sparklayer".to_owned(), cart_id.to_owned())]),
            body: Arc::new(body),
            history: Vec::new(),
        });
    }

    /// Every purchase, in the order in which they were made.
    pub fn purchases(&self) -> Vec<SeenPurchase> {
        self.state().purchases.clone()
    }

    /// The purchase that has this name under any key.
    pub fn purchase(&self, name: &str) -> Option<SeenPurchase> {
        let state = self.state();
        let has = |purchase: &&SeenPurchase| purchase.names.values().any(|one| one == name);
        state.purchases.iter().find(has).cloned()
    }

    /// Every PUT that the purchase of this name took, the last one last: what it was in between too.
    pub fn history(&self, name: &str) -> Vec<SeenPut> {
        self.purchase(name)
            .map(|purchase| purchase.history)
            .unwrap_or_default()
    }

    /// How many calls came, by operation (`POST token`, `PUT purchase`, `GET purchase`), those that a fault broke
    /// included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.state().calls.clone()
    }

    /// What no client may send, in words: addresses, methods, headers and bodies that do not fit.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }

    /// The identifiers of PUTs that began while another one of the same identifier could still take effect.
    pub fn overlaps(&self) -> Vec<String> {
        self.state().overlaps.clone()
    }

    /// How many tokens were given.
    pub fn tokens(&self) -> usize {
        self.state().minted
    }

    /// How many token calls named another client or site.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// How many calls came without a token that is good.
    pub fn refused_tokens(&self) -> usize {
        self.state().refused_tokens
    }

    /// From now on this is the client; the old one gets no token, and the tokens that it has stay good.
    pub fn set_client(&self, client_id: &str, client_secret: &str) {
        self.state().client = (client_id.to_owned(), client_secret.to_owned());
    }

    /// From now on tokens live this long; those that were given live as they were told.
    pub fn token_life(&self, seconds: u64) {
        self.state().switches.token_life_s = Some(seconds);
    }

    /// All tokens that were given are refused from now on.
    pub fn revoke_tokens(&self) {
        self.state().tokens.clear();
    }

    /// So many more calls are let in by their tokens; at the next one all tokens that were given are revoked.
    pub fn revoke_tokens_after(&self, calls: usize) {
        self.state().switches.revoke_after = Some(calls);
    }

    /// Whether a new token ends all older ones. The vendor does not say.
    pub fn one_token_at_a_time(&self, yes: bool) {
        self.state().switches.one_token = yes;
    }

    /// From now on only these customers are known; a purchase of another is a 404. Without this, all are.
    pub fn only_customers(&self, customers: &[&str]) {
        let customers = customers.iter().map(|customer| (*customer).to_owned());
        self.state().switches.customers = Some(customers.collect());
    }

    /// Whether an older `revision_date` than the stored one is a 409. The vendor does not say.
    pub fn refuse_older_revisions(&self, yes: bool) {
        self.state().switches.refuse_older = yes;
    }

    /// Whether refusals come without a body, as some do.
    pub fn empty_errors(&self, yes: bool) {
        self.state().switches.empty_errors = yes;
    }

    /// A field has another name than the one that we guess, wherever it stands.
    pub fn rename_field(&self, guessed: &str, real: &str) {
        let mut state = self.state();
        state
            .switches
            .shape
            .renamed
            .insert(guessed.to_owned(), real.to_owned());
    }

    /// Whether a single package must stand alone instead of in an array, as one vendor sample has it.
    pub fn single_package_alone(&self, yes: bool) {
        self.state().switches.shape.alone = yes;
    }

    /// The next `times` calls about purchases fail like this, without effect, whatever they ask.
    pub fn fail_next(&self, failure: SparkFailure, times: usize) {
        let failures = std::iter::repeat_n(failure, times);
        self.state().switches.failures.extend(failures);
    }

    /// The next `times` token calls fail like this.
    pub fn fail_tokens(&self, failure: SparkFailure, times: usize) {
        let failures = std::iter::repeat_n(failure, times);
        self.state().switches.token_failures.extend(failures);
    }

    /// Calls about this identifier fail like this, until [`SparkLayer::heal_purchase`].
    pub fn fail_purchase(&self, identifier: &str, failure: SparkFailure) {
        self.state()
            .switches
            .failing
            .insert(identifier.to_owned(), failure);
    }

    /// Takes back [`SparkLayer::fail_purchase`].
    pub fn heal_purchase(&self, identifier: &str) {
        self.state().switches.failing.remove(identifier);
    }

    /// The next `times` PUTs that fit are slow like this, until [`SparkLayer::release_slow`].
    pub fn slow_next(&self, slow: Slow, times: usize) {
        let slow = std::iter::repeat_n(slow, times);
        self.state().switches.slow.extend(slow);
    }
}
