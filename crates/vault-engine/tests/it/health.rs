//! Health checks of a real profile, with a local service for breached passwords.

use std::ops::ControlFlow;

use vault_engine::health::{
    Breached, Issue, IssueKind, Prefix, Range, RangeSource, RangeUnavailable, Report, Settings, breach,
};
use vault_engine::item::Item;
use vault_engine::session::{HealthWalk, Put, Session, SessionError};
use vault_testkit::ranges::{Behaviour, RangeServer, query};

use crate::support::{World, add, login};

/// Queries the service on this computer.
struct Loopback<'a>(&'a RangeServer);

impl RangeSource for Loopback<'_> {
    fn fetch(&self, prefix: Prefix) -> Result<Vec<u8>, RangeUnavailable> {
        query(self.0.address(), &prefix.to_string(), breach::MAX_ANSWER).map_err(|_| RangeUnavailable)
    }
}

const STOLEN: Settings = Settings { old_after: None, soon: 30, breached: true };

fn walk(session: &mut Session, settings: Settings) -> HealthWalk {
    let mut walk = session.health_begin(settings).unwrap();
    while session.health_step(&mut walk, 3).unwrap() {}
    walk
}

/// Runs a whole check, as a front end does.
fn check(session: &mut Session, settings: Settings, source: &dyn RangeSource) -> Report {
    let mut walk = walk(session, settings);
    while let Some(prefix) = walk.next_prefix() {
        match source.fetch(prefix).ok().and_then(|answer| Range::parse(&answer).ok()) {
            Some(range) => session.health_compare(&mut walk, prefix, &range).unwrap(),
            None => walk.give_up(prefix),
        }
    }
    walk.finish()
}

fn url(mut item: Item, url: &str) -> Item {
    item.urls = vec![url.to_owned()];
    item
}

/// A profile with nine logins, two of them with the same breached password, one trashed and one archived item.
fn filled(world: &World) -> Session {
    let mut session = world.create();
    for number in 0..7 {
        let item = login(&format!("Site {number}"), "ann", &format!("cactus-plunder-silo-{number}"));
        add(&mut session, url(item, &format!("https://site{number}.example")));
    }
    add(&mut session, url(login("Twice", "ann", "password"), "https://a.example"));
    add(&mut session, url(login("Thrice", "bob", "password"), "https://b.example"));
    let thrown = add(&mut session, login("Thrown away", "ann", "password")).id;
    session.trash(&[thrown]).unwrap();
    let aside = add(&mut session, login("Put aside", "ann", "password")).id;
    session.set_archived(&[aside], true).unwrap();
    session
}

fn server() -> RangeServer {
    let digest = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8".to_owned();
    RangeServer::start([(digest, 9_545_824)].into()).unwrap()
}

#[test]
fn a_check_runs_in_steps_and_skips_trash_and_archive() {
    let world = World::new();
    let mut session = filled(&world);
    let mut walk = session.health_begin(Settings::default()).unwrap();
    assert_eq!((walk.done(), walk.total()), (0, 9));
    let mut steps = Vec::new();
    while session.health_step(&mut walk, 4).unwrap() {
        steps.push(walk.done());
    }
    assert_eq!((steps, walk.done()), (vec![4, 8], 9));
    let report = walk.finish();
    assert_eq!((report.examined, report.unreadable, report.breached), (9, 0, Breached::Off));
    assert_eq!((report.of(IssueKind::Weak).len(), report.of(IssueKind::Reused).len()), (2, 2));
    let ids: Vec<_> = report.of(IssueKind::Weak).iter().map(|found| found.item).collect();
    let mut titles: Vec<_> = session.rows_of(&ids).unwrap().into_iter().map(|row| row.title).collect();
    titles.sort();
    assert_eq!(titles, ["Thrice", "Twice"]);
}

#[test]
fn breached_passwords_are_found_by_sending_five_hash_digits() {
    let world = World::new();
    let mut session = filled(&world);
    let server = server();
    let report = check(&mut session, STOLEN, &Loopback(&server));
    assert_eq!(report.breached, Breached::Checked);
    let times: Vec<_> = report.of(IssueKind::Breached).iter().map(|found| found.issue).collect();
    assert_eq!(times, [Issue::Breached { times: 9_545_824 }; 2]);
    let requests = server.requests();
    assert_eq!(requests.len(), 8, "one request for a password of two items");
    let head = format!(" HTTP/1.1\r\nHost: {}\r\nAdd-Padding: true\r\n\r\n", server.address());
    for request in &requests {
        let prefix = request.strip_prefix("GET /range/").unwrap().strip_suffix(&head).unwrap();
        assert_eq!(prefix.len(), 5);
    }
    assert!(requests.iter().any(|request| request.starts_with("GET /range/5BAA6 ")));
}

#[test]
fn no_service_is_queried_unless_enabled() {
    let world = World::new();
    let mut session = filled(&world);
    let server = server();
    let report = check(&mut session, Settings::default(), &Loopback(&server));
    assert_eq!(report.breached, Breached::Off);
    assert_eq!(report.of(IssueKind::Breached), &[]);
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn unusable_responses_are_reported_and_never_count_as_clean() {
    let world = World::new();
    let mut session = filled(&world);
    let server = server();
    for manner in [
        Behaviour::Disconnect,
        Behaviour::Truncated,
        Behaviour::Endless,
        Behaviour::Status(429),
        Behaviour::Body(Vec::new()),
        Behaviour::Body(b"<html>busy</html>".to_vec()),
        Behaviour::Body(b"1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\nhalf a li".to_vec()),
        Behaviour::Body(vec![b'0'; breach::MAX_ANSWER + 1]),
    ] {
        server.set_behaviour(manner.clone());
        let report = check(&mut session, STOLEN, &Loopback(&server));
        assert_eq!(report.breached, Breached::Incomplete { unknown: 9 }, "{manner:?}");
        assert_eq!(report.of(IssueKind::Breached), &[]);
    }
}

#[test]
fn changes_during_a_check_do_not_disturb_it() {
    let world = World::new();
    let mut session = filled(&world);
    let mut run = walk(&mut session, STOLEN);
    let prefix = Prefix::of("password");
    let breached = Range::parse(b"1E4C9B93F3F0682250B6CF8331B7EE68FD8:5").unwrap();
    // One of the two was purged, and the other got a better password.
    let rows = session.list(&crate::support::query(vault_engine::search::Scope::All)).unwrap().rows;
    let find = |title: &str| rows.iter().find(|row| row.title == title).unwrap().id;
    session.trash(&[find("Twice")]).unwrap();
    session.purge(&[find("Twice")]).unwrap();
    let opened = session.get(find("Thrice")).unwrap();
    let better = url(login("Thrice", "bob", "cactus-plunder-silo-overtime"), "https://b.example");
    session.put(Put::change(find("Thrice"), opened.revision, better)).unwrap();
    session.health_compare(&mut run, prefix, &breached).unwrap();
    assert_eq!(run.finish().of(IssueKind::Breached), &[]);
}

#[test]
fn a_check_does_not_continue_in_another_profile() {
    let (one, other) = (World::new(), World::new());
    let mut run = filled(&one).health_begin(STOLEN).unwrap();
    let session = filled(&other);
    assert_eq!(session.health_step(&mut run, 10), Err(SessionError::Cancelled));
    let range = Range::parse(b"1E4C9B93F3F0682250B6CF8331B7EE68FD8:5").unwrap();
    let compared = session.health_compare(&mut run, Prefix::of("password"), &range);
    assert_eq!(compared, Err(SessionError::Cancelled));
}

#[test]
fn a_check_opens_the_same_items_as_each_item() {
    let world = World::new();
    let mut session = filled(&world);
    let mut seen = 0;
    session
        .each_item(&mut |_, item| {
            seen += u32::from(!item.flags.archived);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(walk(&mut session, STOLEN).finish().examined, seen);
}
