//! Credentials that may be wrong, tried by one call of all processes at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lambda_kit::{Called, NoCall, Said, VendorGate, clock};
use ledger::{Ledger, Tried, Trying};
use order_model::Millis;
use serde_json::{Value, json};

use crate::secrets::{Token, Vault, vault};
use crate::vendor_gate::ledger;

const SECRET: &str = "/acme/erp";
const LONGEST: Duration = Duration::from_secs(60);
const PROBE_EVERY: Duration = Duration::from_secs(900);

fn holding(token: &str) -> Value {
    json!({ "VersionId": format!("version-of-{token}"), "SecretString": json!({ "token": token }).to_string() })
}

/// A vendor that takes one token and counts its calls.
struct Vendor {
    takes: &'static str,
    calls: AtomicUsize,
    refused: AtomicUsize,
}

impl Vendor {
    fn taking(takes: &'static str) -> Self {
        Self {
            takes,
            calls: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        }
    }

    /// A call that takes long enough for others to come meanwhile.
    async fn call(&self, token: Token) -> Said {
        self.calls.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if token.is(self.takes) {
            return Said::Taken;
        }
        self.refused.fetch_add(1, Ordering::SeqCst);
        Said::Refused
    }

    fn calls(&self) -> (usize, usize) {
        (
            self.calls.load(Ordering::SeqCst),
            self.refused.load(Ordering::SeqCst),
        )
    }
}

async fn gate(ledger: &Ledger) -> VendorGate {
    VendorGate::read(ledger, order_model::Vendor::Erp, "erp-import-order", PROBE_EVERY)
        .await
        .unwrap()
}

async fn call(gate: &VendorGate, vault: &Vault, vendor: &Vendor) -> Result<Called<Said>, NoCall> {
    let call = async |token: Token| vendor.call(token).await;
    gate.call(&vault.secrets, SECRET, LONGEST, call, |said| *said)
        .await
}

/// A call that the vendor gives no answer to.
async fn unanswered(gate: &VendorGate, vault: &Vault) {
    let call = async |_: Token| ();
    let called = gate.call(&vault.secrets, SECRET, LONGEST, call, |()| Said::Nothing);
    assert!(!called.await.unwrap().again);
}

/// Somebody has the turn, for so long.
async fn others_turn(ledger: &Ledger, version: &str, until: Millis) -> Trying {
    let seen = ledger.login("erp").await.unwrap();
    let trying = Trying {
        version: version.to_owned(),
        owner: "another".to_owned(),
        until,
    };
    ledger
        .take_login("erp", seen, &trying, clock::now())
        .await
        .unwrap();
    trying
}

#[tokio::test]
async fn a_version_that_one_process_has_proven_is_called_with_freely_and_written_down_once() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("a");
    for _ in 0..3 {
        let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
        let all = (0..5).map(|_| call(&gate, &vault, &vendor));
        for called in futures::future::join_all(all).await {
            assert_eq!(called.unwrap().answer, Said::Taken);
        }
    }
    assert_eq!(vendor.calls(), (15, 0));
    let login = ledger.login("erp").await.unwrap();
    assert!(login.is_proven("version-of-a") && login.trying.is_none());
    // Taken and ended, once; a third write would be the second process's.
    let seen = others_turn(&ledger, "x", clock::now()).await;
    assert_eq!(seen.owner, "another");
    assert!(format!("{:?}", ledger.login("erp").await.unwrap()).contains("revision: 3"));
}

#[tokio::test]
async fn of_many_gates_that_were_read_before_a_pause_one_is_refused() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("b");
    let mut doors = Vec::new();
    for _ in 0..5 {
        doors.push((vault(holding("a")).await, gate(&ledger).await));
    }
    let all = doors.iter().map(|(vault, gate)| call(gate, vault, &vendor));
    let called = futures::future::join_all(all).await;
    assert_eq!(vendor.calls(), (1, 1));
    let paused = called
        .iter()
        .filter(|called| matches!(called, Err(NoCall::Paused)));
    assert_eq!(paused.count(), 4);
    assert!(doors.iter().all(|(_, gate)| gate.is_shut()));
    assert!(ledger.pause("erp").await.unwrap().is_some());
    let login = ledger.login("erp").await.unwrap();
    assert!(login.is_refused("version-of-a") && login.trying.is_none());
}

#[tokio::test]
async fn who_still_keeps_what_was_refused_reads_the_secret_again_and_is_not_refused() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("b");
    let (first, second) = (vault(holding("a")).await, vault(holding("a")).await);
    for vault in [&first, &second] {
        vault.get().await.unwrap();
        vault.now_holds(holding("b"));
    }
    let gate_of_first = gate(&ledger).await;
    assert!(call(&gate_of_first, &first, &vendor).await.unwrap().again);
    let called = call(&gate(&ledger).await, &second, &vendor).await.unwrap();
    assert_eq!(called.answer, Said::Taken);
    assert_eq!(vendor.calls(), (2, 1));
    assert!(ledger.login("erp").await.unwrap().is_proven("version-of-b"));
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn a_second_version_that_is_refused_pauses_the_vendor_whatever_the_secret_says_by_then() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("d");
    let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
    vault.get().await.unwrap();
    vault.now_holds(holding("b"));
    assert!(call(&gate, &vault, &vendor).await.unwrap().again);
    vault.now_holds(holding("c"));
    assert!(!call(&gate, &vault, &vendor).await.unwrap().again);
    assert_eq!(vendor.calls(), (2, 2));
    assert!(ledger.pause("erp").await.unwrap().is_some());
}

#[tokio::test]
async fn a_call_that_nobody_answered_proves_nothing_and_gives_the_turn_back() {
    let (ledger, _server) = ledger().await;
    let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
    unanswered(&gate, &vault).await;
    let login = ledger.login("erp").await.unwrap();
    assert!(!login.is_proven("version-of-a") && login.trying.is_none());
    // Not even in this process: the next one takes the turn, and finds out.
    let vendor = Vendor::taking("b");
    assert_eq!(call(&gate, &vault, &vendor).await.unwrap().answer, Said::Refused);
    assert!(gate.is_shut());
}

#[tokio::test]
async fn a_refusal_of_proven_credentials_makes_the_next_try_after_a_resume_alone_again() {
    let (ledger, _server) = ledger().await;
    let (vendor, other) = (Vendor::taking("a"), Vendor::taking("b"));
    let (warm, cold) = (vault(holding("a")).await, vault(holding("a")).await);
    call(&gate(&ledger).await, &warm, &vendor).await.unwrap();
    assert_eq!(
        call(&gate(&ledger).await, &cold, &other).await.unwrap().answer,
        Said::Refused
    );
    assert!(ledger.resume_by_hand("erp").await.unwrap());
    let doors = [gate(&ledger).await, gate(&ledger).await, gate(&ledger).await];
    let all = doors.iter().flat_map(|gate| [gate; 5]);
    let all = all.map(|gate| call(gate, &warm, &other));
    futures::future::join_all(all).await;
    assert_eq!(other.calls(), (2, 2));
}

#[tokio::test]
async fn while_another_process_has_the_turn_nothing_is_sent() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("a");
    let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
    others_turn(&ledger, "version-of-a", clock::now() + LONGEST).await;
    let called = call(&gate, &vault, &vendor).await;
    assert!(matches!(called, Err(NoCall::Waited)), "{called:?}");
    assert_eq!(vendor.calls(), (0, 0));
}

#[tokio::test]
async fn who_waits_for_another_process_goes_on_as_soon_as_that_has_proven_the_credentials() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("a");
    let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
    let other = others_turn(&ledger, "version-of-a", clock::now() + LONGEST).await;
    let proven = ledger.end_login("erp", &other, Tried::Taken);
    let (called, proven) = tokio::join!(call(&gate, &vault, &vendor), proven);
    proven.unwrap();
    assert_eq!(called.unwrap().answer, Said::Taken);
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_lets_nothing_through() {
    let (ledger, server) = ledger().await;
    let vendor = Vendor::taking("a");
    let (vault, gate) = (vault(holding("a")).await, gate(&ledger).await);
    drop(server);
    let called = call(&gate, &vault, &vendor).await;
    assert!(matches!(called, Err(NoCall::Ledger(_))), "{called:?}");
    assert_eq!(vendor.calls(), (0, 0));
}

#[tokio::test]
async fn the_probe_of_a_pause_may_try_and_lifts_it_and_a_persons_pause_that_came_meanwhile_stops_it() {
    for by_person in [false, true] {
        let (ledger, _server) = ledger().await;
        let vendor = Vendor::taking("b");
        let vault = vault(holding("a")).await;
        let early = clock::now() - (PROBE_EVERY + LONGEST);
        gate(&ledger).await.refused("credentials_refused", early).await;
        vault.now_holds(holding("b"));
        let probe = gate(&ledger).await;
        assert!(probe.pass(clock::now()).await.unwrap());
        if by_person {
            let pause = ledger.pause_by_hand("erp", "ada", "stocktaking", clock::now());
            pause.await.unwrap();
        }
        let called = call(&probe, &vault, &vendor).await;
        assert_eq!(called.is_ok(), !by_person, "{called:?}");
        probe.answered().await;
        assert_eq!(ledger.pause("erp").await.unwrap().is_some(), by_person);
        assert_eq!(vendor.calls(), (usize::from(!by_person), 0));
    }
}

#[tokio::test]
async fn a_version_without_a_name_vouches_for_nothing_beyond_its_invocation() {
    let (ledger, _server) = ledger().await;
    let vendor = Vendor::taking("a");
    let nameless = json!({ "SecretString": json!({ "token": "a" }).to_string() });
    let (vault, gate) = (vault(nameless).await, gate(&ledger).await);
    for _ in 0..2 {
        assert_eq!(call(&gate, &vault, &vendor).await.unwrap().answer, Said::Taken);
    }
    assert_eq!(ledger.login("erp").await.unwrap().proven, None);
}
