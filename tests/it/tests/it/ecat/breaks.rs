//! Every call on the way of eCat's orders, broken in each form: from the list to the marks, the import, the decisions.

use bundle_tests::{Journey, Scene, Spot};
use host::Break;
use serde_json::{Value, json};
use simulators::{Submitted, ecat_refilled, ecat_revised, ecat_sample};

/// Break points of the clean ways, by function. They may rise with the code; a lower number would mean that calls are no
/// longer counted.
const LEAST: [(&str, usize); 3] = [
    ("ecat-pull-orders", 24),
    ("erp-import-order", 12),
    ("decide-order", 12),
];

/// What is on its way: an order alone, one with a revision in the same pull, one that was emptied and filled again.
struct Way {
    scene: Scene,
    alone: Submitted,
    revised: [Submitted; 2],
    refilled: [Submitted; 2],
}

impl Way {
    async fn prepare() -> Self {
        let scene = Scene::with_ecat().await;
        let alone = scene.stack.ecat.submit(ecat_sample(1, 2));
        let pair = |n, again: fn(&Value) -> Value| {
            let order = ecat_sample(n, 4);
            let first = scene.stack.ecat.submit(order.clone());
            let second = scene.resubmit(&first, again(&order));
            [first, second]
        };
        let revised = pair(2, ecat_revised);
        let refilled = pair(3, ecat_refilled);
        Self {
            scene,
            alone,
            revised,
            refilled,
        }
    }

    async fn pull_and_import(&self) {
        self.scene.invoke("ecat-pull-orders", json!({})).await;
        self.scene.drain().await;
    }

    /// The revision becomes an order of its own; what was filled again revises what is in the ERP, so that both verbs are
    /// walked.
    async fn decide(&self) {
        for (verb, submitted) in [
            ("import_as_new", &self.revised[1]),
            ("import_as_revision", &self.refilled[1]),
        ] {
            let event = json!({"do": verb, "order": submitted.number, "by": "ada", "why": "asked the rep"});
            self.scene.invoke("decide-order", event).await;
        }
        self.scene.invoke("sweep-orders", json!({})).await;
        self.scene.drain().await;
    }

    fn spots(&self) -> Vec<Spot> {
        let calls = self.scene.stack.gate.journal().into_iter().zip(1..);
        calls.map(|(what, call)| Spot { call, what }).collect()
    }

    /// Before anybody decided.
    fn judge_pulled(&self) -> Result<(), String> {
        let scene = &self.scene;
        let is = |what: &str, is: bool| if is { Ok(()) } else { Err(what.to_owned()) };
        let one = |one: &Submitted| scene.ecat_in_erp(&one.number);
        is("the order alone is not in the ERP once", one(&self.alone) == 1)?;
        is(
            "a submission of the revised order is in the ERP",
            self.revised.iter().all(|submitted| one(submitted) == 0),
        )?;
        is(
            "the revision is not held",
            scene.ecat_held(&self.revised[0].uuid, "import") == "ecat_revision",
        )?;
        is(
            "the revision has no words",
            scene.submission_note(&self.revised[1]).contains("revises"),
        )?;
        is(
            "the order before it was filled again is not in the ERP once, or the other one is",
            (one(&self.refilled[0]), one(&self.refilled[1])) == (1, 0),
        )?;
        is(
            "what was filled again is not held",
            scene.ecat_held(&self.refilled[0].uuid, "review") == "ecat_looks_new",
        )?;
        is(
            "something is not marked",
            scene.stack.ecat.unreceived().is_empty(),
        )?;
        is("there are not three orders", scene.ecat_states().len() == 3)
    }

    /// After both decisions.
    fn judge_decided(&self) -> Result<(), String> {
        let scene = &self.scene;
        for submitted in self.revised.iter().chain(&self.refilled).chain([&self.alone]) {
            let count = scene.ecat_in_erp(&submitted.number);
            if count != 1 {
                return Err(format!("{} is {count} times in the ERP", submitted.number));
            }
        }
        let open = scene.ecat_states().into_values().find(|state| state.open);
        match open {
            Some(state) => Err(format!("{} is still open: {:?}", state.key, state.steps)),
            None => Ok(()),
        }
    }

    async fn end(self, verdict: Result<(), String>) -> Result<(), String> {
        if verdict.is_ok() {
            self.scene.assert_decent();
        }
        self.scene.stack.stop().await;
        verdict
    }
}

/// A pull and an import with these breaks, and what the schedules make of it.
async fn pulled(breaks: &[Break]) -> (Vec<Spot>, Result<(), String>) {
    let way = Way::prepare().await;
    way.scene.stack.gate.arm(breaks);
    way.pull_and_import().await;
    let spots = way.spots();
    way.scene.live(12).await;
    let verdict = way.judge_pulled();
    (spots, way.end(verdict).await)
}

/// Two decisions with these breaks; a person whose decision met one makes it again.
async fn decided(breaks: &[Break]) -> (Vec<Spot>, Result<(), String>) {
    let way = Way::prepare().await;
    way.pull_and_import().await;
    way.scene.stack.gate.arm(breaks);
    way.decide().await;
    let spots = way.spots();
    way.scene.stack.gate.disarm();
    way.scene.live(12).await;
    way.decide().await;
    way.scene.live(12).await;
    let verdict = way.judge_decided();
    (spots, way.end(verdict).await)
}

fn assert_counts(spots: &[Spot], functions: &[&str]) {
    for (function, least) in LEAST.iter().filter(|(name, _)| functions.contains(name)) {
        let count = spots
            .iter()
            .filter(|spot| spot.what.starts_with(&format!("{function} ")))
            .count();
        println!("{function}: {count} calls");
        assert!(
            count >= *least,
            "{function} has {count} break points, and had {least}"
        );
    }
}

fn cases(spots: &[Spot]) -> Vec<(String, Break)> {
    let each = spots.iter().flat_map(|spot| {
        Journey::FORMS.map(|form| {
            let call = spot.call;
            (format!("{form:?} at {}", spot.what), Break { call, form })
        })
    });
    each.collect()
}

/// What is walked with a break.
#[derive(Clone, Copy)]
enum Walk {
    Pull,
    Decisions,
}

/// Runs many broken ways, a few at a time, and returns what went wrong.
async fn all(cases: Vec<(String, Break)>, walk: Walk) -> Vec<String> {
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(4));
    let mut tasks = tokio::task::JoinSet::new();
    for (said, case) in cases {
        let room = std::sync::Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            let (_, came_to) = match walk {
                Walk::Pull => pulled(&[case]).await,
                Walk::Decisions => decided(&[case]).await,
            };
            came_to.err().map(|wrong| format!("{said}: {wrong}"))
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

fn assert_none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} ways went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn submissions_are_imported_once_or_held_whichever_call_breaks() {
    let (spots, clean) = pulled(&[]).await;
    clean.unwrap();
    assert_counts(&spots, &["ecat-pull-orders", "erp-import-order"]);
    let wrong = all(cases(&spots), Walk::Pull).await;
    assert_none(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_a_submission_takes_effect_once_whichever_call_breaks() {
    let (spots, clean) = decided(&[]).await;
    clean.unwrap();
    assert_counts(&spots, &["decide-order"]);
    let of_decisions: Vec<Spot> = spots
        .into_iter()
        .filter(|spot| spot.what.starts_with("decide-order "))
        .collect();
    let wrong = all(cases(&of_decisions), Walk::Decisions).await;
    assert_none(&wrong);
}
