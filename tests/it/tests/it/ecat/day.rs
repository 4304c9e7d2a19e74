//! A day of eCat: many orders, some submitted again, before and after their import, some emptied and filled anew.

use std::time::Duration;

use bundle_tests::{Scene, ecat_key};
use serde_json::{Value, json};
use simulators::{Submitted, ecat_refilled, ecat_revised, ecat_sample};

/// How an order is submitted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Same,
    Revised,
    Refilled,
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before the order is pulled for the first time.
    AtOnce,
    /// When it was pulled, and not imported yet.
    Pulled,
    /// When it is imported.
    Imported,
}

/// One order of the day.
struct Planned {
    order: Value,
    /// One entry for each resubmission.
    again: Vec<Again>,
    when: When,
    submitted: Vec<Submitted>,
}

/// 10 % are submitted again once or twice, 2 % are emptied and filled anew.
fn plan(orders: u64) -> Vec<Planned> {
    let each = (1..=orders).map(|n| {
        let kind = match n / 10 % 3 {
            0 => Again::Same,
            _ => Again::Revised,
        };
        let again = match (n % 20, n % 50) {
            (_, 7) => vec![Again::Refilled],
            (3, _) => vec![kind],
            (13, _) => vec![kind, kind],
            _ => vec![],
        };
        let when = match n / 20 % 3 {
            0 => When::AtOnce,
            1 => When::Pulled,
            _ => When::Imported,
        };
        let mut order = ecat_sample(n, 3);
        order["order_number"] = format!("D-{n}").into();
        Planned {
            order,
            again,
            when,
            submitted: Vec::new(),
        }
    });
    each.collect()
}

impl Planned {
    fn submit(&mut self, scene: &Scene) {
        self.submitted.push(scene.stack.ecat.submit(self.order.clone()));
    }

    fn submit_again(&mut self, scene: &Scene, when: When) {
        if self.when != when {
            return;
        }
        for again in &self.again {
            let first = &self.submitted[0];
            self.submitted.push(match again {
                Again::Same => scene.resubmit(first, self.order.clone()),
                Again::Refilled => scene.refill(first, ecat_refilled(&self.order)),
                Again::Revised => {
                    self.order = ecat_revised(&self.order);
                    scene.resubmit(first, self.order.clone())
                }
            });
        }
    }

    /// Which of its submissions is in the ERP in the end, by hand from the rules, when nothing breaks; the others wait
    /// for a person, or are superseded.
    fn imported(&self) -> Option<usize> {
        match (self.again.first(), self.when) {
            (None, _) | (_, When::Imported) | (Some(Again::Refilled), _) => Some(0),
            (Some(Again::Same), _) => Some(self.again.len()),
            (Some(Again::Revised), _) => None,
        }
    }

    /// Under which code it waits for a person, and which of its steps.
    fn held(&self) -> Option<(&'static str, &'static str)> {
        match (self.again.first()?, self.when) {
            (_, When::Imported) => Some(("review", "ecat_after_import")),
            (Again::Same, _) => None,
            (Again::Refilled, _) => Some(("review", "ecat_looks_new")),
            (Again::Revised, _) => Some(("import", "ecat_revision")),
        }
    }

    fn judge(&self, scene: &Scene) {
        let uuid = &self.submitted[0].uuid;
        for (place, submitted) in self.submitted.iter().enumerate() {
            let wanted = usize::from(self.imported() == Some(place));
            let number = &submitted.number;
            assert_eq!(
                scene.ecat_in_erp(number),
                wanted,
                "{number}: {:?} {:?}",
                self.again,
                self.when
            );
        }
        match self.held() {
            None => assert!(!scene.ecat_state(uuid).unwrap().open, "{uuid} is open"),
            Some((step, code)) => {
                assert_eq!(scene.ecat_held(uuid, step), code, "{uuid}");
                let newest = self.submitted.last().unwrap();
                assert!(
                    !scene.submission_note(newest).is_empty(),
                    "{uuid} is held without words"
                );
            }
        }
    }

    /// What holds whatever broke: at most one of its submissions is in the ERP, and it is there once; each of the others
    /// was superseded by one that orders the same, or waits with a reason.
    fn judge_roughly(&self, scene: &Scene) -> Result<(), String> {
        let uuid = &self.submitted[0].uuid;
        let counts = self.submitted.iter().map(|one| scene.ecat_in_erp(&one.number));
        let in_erp: usize = counts.sum();
        let state = scene.ecat_state(uuid).ok_or(format!("{uuid} is not known"))?;
        let held = state.codes.values().any(|code| code.starts_with("ecat_"));
        let is = format!(
            "{uuid} {:?} {:?}: {in_erp} in the ERP, {:?}",
            self.again, self.when, state.steps
        );
        if in_erp > 1 || (in_erp == 0 && !held) {
            return Err(is);
        }
        for submitted in &self.submitted {
            let standing = scene.standing(submitted);
            let fits = match standing.as_str() {
                "current" => true,
                "superseded" => self.again.first() == Some(&Again::Same),
                "waiting" | "held" => held,
                _ => false,
            };
            if !fits {
                return Err(format!("{is}; {} is {standing}", submitted.number));
            }
        }
        Ok(())
    }
}

/// Plays the day in rounds, as they would come from reps.
async fn play(scene: &Scene, orders: u64) -> Vec<Planned> {
    let mut all = plan(orders);
    let rounds = all.chunks_mut(usize::try_from(orders).unwrap().div_ceil(5));
    for round in rounds {
        for one in round.iter_mut() {
            one.submit(scene);
            one.submit_again(scene, When::AtOnce);
        }
        scene.invoke("ecat-pull-orders", json!({})).await;
        for one in round.iter_mut() {
            one.submit_again(scene, When::Pulled);
        }
        scene.invoke("ecat-pull-orders", json!({})).await;
        scene.drain().await;
        for one in round.iter_mut() {
            one.submit_again(scene, When::Imported);
        }
        scene.pass(Duration::from_secs(15 * 60));
    }
    scene.invoke("ecat-pull-orders", json!({})).await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_500_orders_ends_with_each_imported_once_or_held_with_a_reason() {
    let scene = Scene::with_ecat().await;
    let all = play(&scene, 500).await;
    scene.live(6).await;
    let again: usize = all.iter().map(|one| one.again.len()).sum();
    let refilled = all
        .iter()
        .filter(|one| one.again.contains(&Again::Refilled))
        .count();
    assert_eq!((again, refilled), (85, 10), "50 once or twice, and 10 refilled");
    for one in &all {
        one.judge(&scene);
    }
    assert!(scene.stack.ecat.unreceived().is_empty());
    assert_eq!(scene.pull_ecat().await["records"], 0, "nothing comes back");
    assert_eq!(scene.ecat_states().len(), 500);
    scene.end().await;
}

/// The same with faults, for this many seeds and orders; `ORDER_RELAY_ECAT_DAY=20x500` plays it in full.
const SEEDS: u64 = 20;
const ORDERS: u64 = 30;

#[expect(clippy::disallowed_methods, reason = "a test reads its own switch")]
fn size() -> (u64, u64) {
    let asked = std::env::var("ORDER_RELAY_ECAT_DAY").ok();
    let asked = asked.as_deref().and_then(|size| size.split_once('x'));
    let asked = asked.and_then(|(seeds, orders)| Some((seeds.parse().ok()?, orders.parse().ok()?)));
    asked.unwrap_or((SEEDS, ORDERS))
}

async fn play_broken(seed: u64, orders: u64) -> Result<(), String> {
    let scene = Scene::with_ecat().await;
    scene.stack.gate.play(seed, local::odds());
    let all = play(&scene, orders).await;
    scene.live(12).await;
    scene.stack.gate.disarm();
    scene.live(12).await;
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|one| one.judge_roughly(&scene).err())
        .collect();
    let unreceived = scene.stack.ecat.unreceived();
    let again = scene.pull_ecat().await["records"].clone();
    let doubled = scene.stack.erp.orders();
    let doubled = doubled.iter().filter(|order| order.times_created > 1).count();
    scene.end().await;
    if wrong.is_empty() && unreceived.is_empty() && again == 0 && doubled == 0 {
        return Ok(());
    }
    Err(format!(
        "seed {seed}: {wrong:?}; not marked {unreceived:?}; {again} came back; {doubled} doubled"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_faults_ends_with_each_imported_once_or_held_with_a_reason() {
    let (seeds, orders) = size();
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(3));
    let mut tasks = tokio::task::JoinSet::new();
    for seed in 1..=seeds {
        let room = std::sync::Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            play_broken(seed, orders).await
        });
    }
    let wrong: Vec<String> = tasks
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the plan is made of, so that a change of it does not go by unseen.
#[test]
fn the_days_orders_are_those_that_the_issue_names() {
    let all = plan(500);
    let count = |wanted: fn(&&Planned) -> bool| all.iter().filter(wanted).count();
    assert_eq!(
        count(|one| one.again.len() == 1 && one.again[0] != Again::Refilled),
        25
    );
    assert_eq!(count(|one| one.again.len() == 2), 25);
    assert_eq!(count(|one| one.again.contains(&Again::Refilled)), 10);
    for when in [When::AtOnce, When::Pulled, When::Imported] {
        let some = all.iter().filter(|one| one.when == when && !one.again.is_empty());
        assert!(some.count() >= 15, "{when:?}");
    }
    assert_eq!(ecat_key("D-1"), format!("EC-{}-D-1", local::ECAT_ORG));
}
