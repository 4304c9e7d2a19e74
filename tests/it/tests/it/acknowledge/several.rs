//! Orders that come together, acknowledged in one call.

use super::*;
use simulators::{SeveralReply, SpectrumFailure};

const SEVERAL: (&str, &str) = ("SpectrumSeveral", "true");
const IDS: [u64; 3] = [8001, 8002, 8003];

async fn together() -> Scene {
    let scene = ready(&[SEVERAL]).await;
    import(&scene, IDS).await;
    scene
}

fn several(scene: &Scene) -> u64 {
    calls(scene, "POST acknowledgements")
}

async fn mend(scene: &Scene) {
    for _ in 0..3 {
        scene.pass(Duration::from_secs(20 * 60));
        scene.sweep().await;
        acknowledge(scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_come_together_go_in_one_call_where_the_brand_wants_that() {
    for reply in [SeveralReply::Array, SeveralReply::Envelope] {
        let scene = together().await;
        scene.stack.spectrum.several_reply(reply);
        acknowledge(&scene).await;
        assert_eq!((several(&scene), posts(&scene)), (1, 0), "{reply:?}");
        for id in IDS {
            assert_eq!(scene.step(id, "acknowledge"), "done", "{reply:?}");
        }
        assert_started_once(&scene, IDS);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_no_order_leaves_each_unknown_and_each_is_looked_up() {
    for reply in [SeveralReply::Statuses, SeveralReply::Empty] {
        let scene = together().await;
        scene.stack.spectrum.several_reply(reply);
        acknowledge(&scene).await;
        for id in IDS {
            assert_eq!(scene.step(id, "acknowledge"), "unknown", "{reply:?}");
        }
        mend(&scene).await;
        assert_eq!((several(&scene), posts(&scene)), (1, 0), "{reply:?}");
        assert_started_once(&scene, IDS);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_fails_in_part_holds_itself_alone() {
    let scene = together().await;
    scene.stack.spectrum.unknown_recipe_set(&sets(8002)[0], true);
    acknowledge(&scene).await;
    let steps = IDS.map(|id| scene.step(id, "acknowledge"));
    assert_eq!(steps, ["done", "held", "done"]);
    assert_eq!(scene.held(8002, "acknowledge"), "partly_taken");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_together_is_tried_again_one_by_one() {
    for failure in [
        SpectrumFailure::Status(400),
        SpectrumFailure::Failed,
        SpectrumFailure::Status(409),
    ] {
        let scene = together().await;
        let said = format!("{failure:?}");
        scene.stack.spectrum.fail_next(failure, 1);
        acknowledge(&scene).await;
        mend(&scene).await;
        assert_eq!((several(&scene), posts(&scene)), (1, 3), "{said}");
        assert_started_once(&scene, IDS);
        scene.end().await;
    }
}
