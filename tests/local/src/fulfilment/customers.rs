//! Who the customers of a run are at SparkLayer, and which of them nobody has mapped at first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A customer of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Customer {
    pub(crate) source: &'static str,
    pub(crate) code: String,
    /// Empty: none.
    pub(crate) store: String,
}

impl Customer {
    /// Who submitted a RepSpark order.
    pub(crate) fn of_repspark(order: &Value) -> Self {
        Self {
            source: "repspark",
            code: order["CustomerCode"].as_str().unwrap_or_default().to_owned(),
            store: order["StoreCode"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// Who submitted an eCat order.
    pub(crate) fn of_ecat(order: &Value) -> Self {
        Self {
            source: "ecat",
            code: order["customer_number"].as_str().unwrap_or_default().to_owned(),
            store: String::new(),
        }
    }

    /// Whether nobody has mapped it when the run begins: one in eight.
    pub(crate) fn is_late(&self) -> bool {
        self.number() % 8 == 3
    }

    fn number(&self) -> u64 {
        let digits: String = self.code.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_default()
    }
}

/// The rows of a run.
#[derive(Debug, Default)]
pub(crate) struct Customers(BTreeMap<Customer, String>);

impl Customers {
    /// Maps a customer; of every second one the store has a row of its own, which is another customer there.
    pub(crate) fn add(&mut self, customer: &Customer) {
        let code = Customer {
            store: String::new(),
            ..customer.clone()
        };
        self.0.insert(code, format!("SPK-{}", customer.code));
        if !customer.store.is_empty() && customer.number().is_multiple_of(2) {
            let id = format!("SPK-{}-{}", customer.code, customer.store);
            self.0.insert(customer.clone(), id);
        }
    }

    /// Who a customer is at SparkLayer: the row of its store before that of its code.
    pub(crate) fn id(&self, customer: &Customer) -> Option<&str> {
        let code = Customer {
            store: String::new(),
            ..customer.clone()
        };
        let id = self.0.get(customer).or_else(|| self.0.get(&code));
        id.map(String::as_str)
    }

    /// All ids.
    pub(crate) fn ids(&self) -> BTreeSet<&str> {
        self.0.values().map(String::as_str).collect()
    }

    /// The rows of those that are mapped at first, as a person loads them.
    pub(crate) fn csv(&self) -> Value {
        let rows = self.0.iter().filter(|(customer, _)| !customer.is_late());
        let rows =
            rows.map(|(Customer { source, code, store }, id)| format!("{source},{code},{store},{id}\n"));
        let csv: String = rows.collect();
        json!({
            "csv": format!("source,customer_code,store_code,sparklayer_customer\n{csv}"),
            "by": "ada", "why": "the list of the shop",
        })
    }

    /// The rows of the others, and what of them is left out at first.
    pub(crate) fn late_rows(&self) -> Value {
        let rows = self.0.iter().filter(|(customer, _)| customer.is_late());
        let row = |(customer, id): (&Customer, &String)| {
            let mut row = json!({
                "source": customer.source, "customer_code": customer.code, "sparklayer_customer": id,
            });
            if !customer.store.is_empty() {
                row["store_code"] = json!(customer.store);
            }
            row
        };
        let rows: Vec<Value> = rows.map(row).collect();
        json!({"rows": rows, "by": "ada", "why": "new customers"})
    }
}
