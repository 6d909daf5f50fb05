//! The health check, as the interface calls it.

use std::sync::{Arc, Mutex, mpsc};

use vault_api::views::{
    BreachCheck, HealthChoice, HealthKind, HealthMissing, HealthView, JobState, JobView, UnlockRequest,
};
use vault_api::{ErrorCode, Event, Prefix, RangeSource, RangeUnavailable};
use vault_testkit::ranges::{Behaviour, RangeServer, query};

use crate::support::{Computer, PASSWORD, login};

const QUIET: HealthChoice = HealthChoice { breached: false, old_after_days: None };
const ASKING: HealthChoice = HealthChoice { breached: true, old_after_days: None };

/// A client of a service on this computer.
struct Loopback(RangeServer);

impl RangeSource for Loopback {
    fn fetch(&self, prefix: Prefix) -> Result<Vec<u8>, RangeUnavailable> {
        query(self.0.address(), &prefix.to_string(), 1 << 20).map_err(|_| RangeUnavailable)
    }
}

fn service() -> Arc<Loopback> {
    let digest = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8".to_owned();
    Arc::new(Loopback(RangeServer::start([(digest, 9_545_824)].into()).unwrap()))
}

/// Runs a check to its end.
async fn check(computer: &Computer, choice: HealthChoice) -> JobView {
    let id = computer.coffer.health_check(choice).await.unwrap();
    loop {
        let job = computer.coffer.job_list().into_iter().find(|job| job.id == id).unwrap();
        if job.state != JobState::Running {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

async fn report(computer: &Computer) -> HealthView {
    computer.coffer.health_report().await.unwrap().unwrap()
}

fn counted(view: &HealthView, kind: HealthKind) -> u32 {
    view.counts.iter().find(|count| count.kind == kind).unwrap().count
}

async fn save(computer: &Computer, title: &str, password: &str) {
    let mut form = login(title, "ann", password);
    form.urls = vec![format!("https://{}.example", title.to_lowercase())];
    computer.coffer.item_save(form, None).await.unwrap();
}

#[tokio::test]
async fn a_check_reports_counts_and_the_items_of_each_kind() {
    let computer = Computer::with_profile().await;
    assert_eq!(computer.coffer.health_report().await.unwrap(), None);
    let none = computer.coffer.health_list(HealthKind::Weak, 0, 10).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NotFound);
    save(&computer, "One", "password").await;
    save(&computer, "Two", "password").await;
    save(&computer, "Three", "cactus-plunder-silo-overtime").await;
    computer.coffer.item_save(login("Bare", "", ""), None).await.unwrap();
    let job = check(&computer, QUIET).await;
    assert_eq!((job.state, job.done, job.total), (JobState::Done, 4, 4));
    let view = report(&computer).await;
    assert_eq!((view.examined, view.unreadable, view.items), (4, 0, 3));
    assert_eq!((view.breached, view.breached_unknown), (BreachCheck::Off, 0));
    let counts = [HealthKind::Weak, HealthKind::Reused, HealthKind::Incomplete, HealthKind::Breached];
    assert_eq!(counts.map(|kind| counted(&view, kind)), [2, 2, 1, 0]);
    let page = computer.coffer.health_list(HealthKind::Reused, 0, 1).await.unwrap();
    assert_eq!((page.total, page.rows.len(), page.rows[0].number), (2, 1, Some(1)));
    let second = computer.coffer.health_list(HealthKind::Reused, 1, 10).await.unwrap();
    assert_eq!((second.total, second.rows.len()), (2, 1));
    assert_ne!(page.rows[0].item.id, second.rows[0].item.id);
    let bare = computer.coffer.health_list(HealthKind::Incomplete, 0, 10).await.unwrap();
    assert_eq!(
        (bare.rows[0].item.title.as_str(), bare.rows[0].missing),
        ("Bare", Some(HealthMissing::Password))
    );
}

#[tokio::test]
async fn locking_drops_the_health_report() {
    let computer = Computer::with_profile().await;
    save(&computer, "One", "password").await;
    check(&computer, QUIET).await;
    assert_eq!(report(&computer).await.examined, 1);
    computer.coffer.session_lock().await.unwrap();
    assert_eq!(computer.coffer.health_report().await.unwrap_err().code, ErrorCode::Locked);
    assert_eq!(computer.coffer.health_check(QUIET).await.unwrap_err().code, ErrorCode::Locked);
    let id = computer.coffer.app_status().await.unwrap().profiles[0].id.clone();
    let request = UnlockRequest { profile_id: id, password: PASSWORD.to_owned(), secret_key: None };
    computer.coffer.session_unlock(request).await.unwrap();
    assert_eq!(computer.coffer.health_report().await.unwrap(), None);
}

#[tokio::test]
async fn t44_a_service_is_queried_only_on_request() {
    let alone = Computer::with_profile().await;
    assert_eq!(alone.coffer.health_check(ASKING).await.unwrap_err().code, ErrorCode::InvalidInput);
    let service = service();
    let computer = Computer::with_ranges(service.clone()).await;
    save(&computer, "One", "password").await;
    save(&computer, "Two", "cactus-plunder-silo-overtime").await;
    check(&computer, QUIET).await;
    assert_eq!(service.0.requests().len(), 0);
    let job = check(&computer, ASKING).await;
    assert_eq!((job.state, job.done), (JobState::Done, 4));
    assert_eq!(service.0.requests().len(), 2);
    let view = report(&computer).await;
    assert_eq!((view.breached, counted(&view, HealthKind::Breached)), (BreachCheck::Checked, 1));
    let page = computer.coffer.health_list(HealthKind::Breached, 0, 10).await.unwrap();
    assert_eq!((page.rows[0].item.title.as_str(), page.rows[0].number), ("One", Some(9_545_824)));
}

#[tokio::test]
async fn a_failing_service_is_not_asked_any_more() {
    let service = service();
    service.0.set_behaviour(Behaviour::Status(503));
    let computer = Computer::with_ranges(service.clone()).await;
    for number in 0..8 {
        save(&computer, &format!("S{number}"), &format!("cactus-plunder-silo-{number}")).await;
    }
    check(&computer, ASKING).await;
    assert_eq!(service.0.requests().len(), 3);
    let view = report(&computer).await;
    assert_eq!((view.breached, view.breached_unknown), (BreachCheck::Incomplete, 8));
}

/// A service that responds when it is released.
struct HeldService {
    asked: Mutex<mpsc::Sender<()>>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl RangeSource for HeldService {
    fn fetch(&self, _: Prefix) -> Result<Vec<u8>, RangeUnavailable> {
        self.asked.lock().unwrap().send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
        Err(RangeUnavailable)
    }
}

#[tokio::test]
async fn one_check_runs_beside_other_calls_and_can_be_cancelled() {
    let ((asked, was_asked), (go_on, may_go_on)) = (mpsc::channel(), mpsc::channel());
    let gate = HeldService { asked: Mutex::new(asked), go_on: Mutex::new(may_go_on) };
    let computer = Computer::with_ranges(Arc::new(gate)).await;
    save(&computer, "One", "password").await;
    save(&computer, "Two", "cactus-plunder-silo-overtime").await;
    let first = computer.coffer.health_check(ASKING).await.unwrap();
    was_asked.recv().unwrap();
    let second = computer.coffer.health_check(ASKING).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(computer.titles("").await, ["One", "Two"]);
    assert!(!computer.coffer.is_working(), "a check does not delay the idle lock");
    computer.coffer.job_cancel(first).unwrap();
    go_on.send(()).unwrap();
    let state = || computer.coffer.job_list().into_iter().find(|job| job.id == first).unwrap().state;
    while state() == JobState::Running {
        tokio::task::yield_now().await;
    }
    assert_eq!(state(), JobState::Cancelled);
    assert_eq!(computer.coffer.health_report().await.unwrap(), None);
    let told = computer.events.lock().unwrap();
    assert!(told.iter().any(|event| matches!(event, Event::Job(job) if job.id == first)));
}
