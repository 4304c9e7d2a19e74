//! An order that is in the ERP is submitted again.

use simulators::{ecat_revised, ecat_sample};

use super::first_pull::FROM;
use super::hands::in_erp;
use crate::ecat::{EcatFate, erp_key};
use crate::scenario::day::Day;

const CODE: &str = "ecat_after_import";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let mut revisions = Vec::new();
    for n in [FROM, FROM + 1] {
        let order = ecat_sample(n, 3);
        let before = day.ecat.all().find(|(one, _)| order["uuid"] == one.uuid.as_str());
        let (before, _) = before.ok_or("an order of the morning is not there")?.clone();
        let again = day.resubmit(&before, ecat_revised(&order), EcatFate::Held(CODE))?;
        revisions.push((before, again));
    }
    day.all_settled().await?;
    let [(one, as_new), (other, as_revision)] = revisions.as_slice() else {
        return Err("two orders were to be submitted again".to_owned());
    };
    day.rule(
        "import_as_new",
        &as_new.number,
        as_new,
        "a second order of the same",
    )
    .await?;
    day.now(as_new, EcatFate::Imported);
    let why = "the ERP changes its order by this one";
    day.rule("import_as_revision", &as_revision.number, as_revision, why)
        .await?;
    day.now(as_revision, EcatFate::Imported);
    day.all_settled().await?;
    let revises = day.stack.erp.orders_for(&erp_key(&as_revision.number));
    let revises = revises.first().and_then(|order| order.revision_of.clone());
    if revises.as_ref() != Some(&erp_key(&other.number)) {
        return Err(format!(
            "{} is told as a revision of {revises:?}",
            as_revision.number
        ));
    }
    if in_erp(day.stack, one) != 1 || in_erp(day.stack, other) != 1 {
        return Err("an imported order was imported again".to_owned());
    }
    Ok(format!(
        "{} and {} revised after their import: held; the desk imports one as a new order, the other as a revision of {}",
        one.number, other.number, other.number
    ))
}
