//! The first contact: eCat gives out years of orders that nobody ever marked, and some of this week.

use serde_json::{Value, json};
use simulators::{Submitted, ecat_sample};

use super::hands::found;
use crate::ecat::{EcatFate, Found};
use crate::scenario::day::Day;

/// Orders from before `ImportFrom`.
const HISTORY: u64 = 200;
/// The first of this week's.
pub(super) const FROM: u64 = 1_000;
const ORDERS: u64 = 20;
const CODE: &str = "before_import_from";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let history: Vec<Submitted> = (1..=HISTORY)
        .map(|n| day.order(of_2018(n), EcatFate::Held(CODE)))
        .collect();
    for n in FROM..FROM + ORDERS {
        day.sample(n, EcatFate::Imported);
    }
    day.ask("check-setup", json!({}), |answer| answer["ready"] == true)
        .await?;
    if !day.stack.items().is_empty() {
        return Err("check-setup wrote into the ledger".to_owned());
    }
    if day.stack.ecat.unreceived().len() as u64 != HISTORY + ORDERS {
        return Err("check-setup marked orders as received".to_owned());
    }
    day.begin();
    day.all_settled().await?;
    let in_erp = day.stack.erp.orders().len() as u64;
    if in_erp != ORDERS {
        return Err(format!("{in_erp} orders are in the ERP instead of {ORDERS}"));
    }
    // They are the former integration's; nobody wants them from us.
    let discard = json!({"do": "discard", "where": {"code": CODE}, "limit": 500});
    day.decide(discard, "imported by the former integration", |stack| {
        history.iter().all(|one| found(stack, one) == Found::Discarded)
    })
    .await?;
    for one in &history {
        day.now(one, EcatFate::Discarded);
    }
    day.all_settled().await?;
    Ok(format!(
        "{} submissions never marked: {HISTORY} from before ImportFrom held, and discarded by the desk; {ORDERS} \
         imported once; all marked",
        HISTORY + ORDERS
    ))
}

/// A sample of some years ago.
fn of_2018(n: u64) -> Value {
    let mut order = ecat_sample(n, 2);
    for (name, year) in [
        ("submit_date", "2018"),
        ("ship_date", "2018"),
        ("cancel_date", "2018"),
    ] {
        let date = order[name].as_str().unwrap_or_default().replacen("2026", year, 1);
        order[name] = json!(date);
    }
    order
}
