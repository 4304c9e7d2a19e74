//! Every call of a run, broken in each form: each modification is applied once, each report deleted once.

use bundle_tests::Journey;
use host::Break;

use super::*;

/// Orders enough for one break each.
const ORDERS: std::ops::Range<u64> = 8001..8211;
/// Calls of a run that logs in, reads two reports and deletes them. A lower number would mean that calls are no longer counted.
const LEAST: u64 = 34;

/// Two reports of one order: of a line that is named, and of one that only the second report names.
fn of_order(id: u64) -> [OrderReport; 2] {
    let (one, other) = (format!("77{id}1"), format!("77{id}2"));
    let unnamed = ItemChange::new(&other, "CREATED", T + 2 * MINUTE);
    [
        report(&format!("{id}1"), [change(&one, id, 1, "SHIPPED", 1), unnamed]),
        report(&format!("{id}2"), [change(&other, id, 2, "IN_PROGRESS", 3)]),
    ]
}

fn judge(scene: &Scene, id: u64) -> Result<(), String> {
    let spreadshirt = &scene.stack.spreadshirt;
    let is = |what: &str, is: bool| if is { Ok(()) } else { Err(what.to_owned()) };
    let deletes = [1, 2].map(|n| spreadshirt.deletes(&format!("{id}{n}")));
    is(&format!("they were deleted {deletes:?} times"), deletes == [1, 1])?;
    let lines = [stands(scene, id, 1), stands(scene, id, 2)];
    is(
        &format!("the lines are {lines:?}"),
        lines == ["shipped", "in_progress"],
    )?;
    let parts = &scene.fulfilment(&order_key(id))["lines"]["1"]["parts"];
    let once = parts.as_array().is_some_and(|parts| parts.len() == 1);
    is("it went out more than once", once)?;
    let (wanted, version) = wanted(scene, id);
    is(
        &format!("{wanted} is wanted of {version}"),
        wanted == version && version > 0,
    )?;
    let mut told = announced(scene, id);
    told.sort();
    told.dedup();
    let told: Vec<(u64, &str)> = told
        .iter()
        .map(|(line, state, _)| (*line, state.as_str()))
        .collect();
    is(
        &format!("{told:?} was announced"),
        told == [(1, "shipped"), (2, "in_progress")],
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_breaks_at_any_call_ends_as_one_that_went_well() {
    let scene = imported(ORDERS).await;
    let spreadshirt = &scene.stack.spreadshirt;
    let (mut orders, mut broken) = (ORDERS, Vec::new());
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            for report in of_order(id) {
                spreadshirt.put_report(report);
            }
            spreadshirt.end_sessions();
            scene.pass(LATER);
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.invoke(READ, json!({})).await;
            let journal = scene.stack.gate.journal();
            scene.stack.gate.disarm();
            let at = usize::try_from(call - 1).ok().and_then(|at| journal.get(at));
            broken.push((
                id,
                format!("{form:?} at {}", at.map_or("nothing", String::as_str)),
            ));
            for _ in 0..2 {
                scene.pass(LATER);
                scene.invoke(READ, json!({})).await;
            }
            if at.is_none() {
                println!("{form:?}: {} calls", call - 1);
                assert!(call > LEAST, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    scene.sweep().await;
    assert!(scene.items_of("waiting").is_empty(), "something waits on");
    let judged = broken
        .iter()
        .filter_map(|(id, at)| Some(format!("{at}: {}", judge(&scene, *id).err()?)));
    let wrong: Vec<String> = judged.collect();
    assert!(
        wrong.is_empty(),
        "{} runs went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    end(scene).await;
}
