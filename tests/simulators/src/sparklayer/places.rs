//! Where a purchase is, by its names.

use std::collections::BTreeMap;

use super::state::{SeenPurchase, State};

impl State {
    /// The place of a purchase by one of its names.
    pub(super) fn find(&self, by: &str, name: &str) -> Option<usize> {
        self.places.get(&(by.to_owned(), name.to_owned())).copied()
    }

    /// Makes a purchase with these names.
    pub(super) fn add(&mut self, purchase: SeenPurchase) -> usize {
        let (place, names) = (self.purchases.len(), purchase.names.clone());
        self.purchases.push(purchase);
        self.rename(place, &names);
        place
    }

    /// From now on a purchase has these names, and none that it had before.
    pub(super) fn rename(&mut self, place: usize, names: &BTreeMap<String, String>) {
        let Some(purchase) = self.purchases.get_mut(place) else {
            return;
        };
        for name in std::mem::replace(&mut purchase.names, names.clone()) {
            self.places.remove(&name);
        }
        self.places
            .extend(names.clone().into_iter().map(|name| (name, place)));
    }
}
