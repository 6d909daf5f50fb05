//! Adding one-time codes together, and warnings about the clock that they depend on.

use std::time::Duration;

use vault_engine::clock::Timestamp;
use vault_engine::search::Scope;
use vault_engine::session::{ClockWarning, UndoId};

use crate::support::{World, add, login, titles_in};

#[test]
fn items_added_together_are_undone_together() {
    let world = World::new();
    let mut session = world.create();
    add(&mut session, login("Here before", "ada", "x"));
    let added =
        session.add_all(["Bank", "Mail", "Shop"].map(|title| login(title, "ada", "")).into()).unwrap();
    assert_eq!(added.count, 3);
    assert_eq!(titles_in(&mut session, Scope::All), ["Bank", "Here before", "Mail", "Shop"]);
    let undone = session.undo(added.undo.unwrap(), &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert!(undone.left.is_empty());
    assert_eq!(titles_in(&mut session, Scope::All), ["Here before"]);
    assert_eq!(session.add_all(Vec::new()).unwrap().undo, None::<UndoId>, "nothing to undo");

    // All or none: an invalid title prevents adding the others.
    let long = "x".repeat(1 << 20);
    let refused = session.add_all(vec![login("Bank", "ada", ""), login(&long, "ada", "")]);
    assert!(refused.is_err());
    assert_eq!(titles_in(&mut session, Scope::All), ["Here before"]);
}

#[test]
fn an_implausible_clock_is_reported() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let start = 1_790_000_000_000;
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(session.clock_warning().unwrap(), None);
    add(&mut session, login("Mail", "ada", "x"));

    // A small correction and a long sleep cause no warning.
    let day = start + 86_400_000;
    for (now, doubt) in [
        (day - 80_000, None),
        (day + 86_400_000_000, None),
        (day - 100_000, Some(ClockWarning::SetBack)),
        (start - 86_400_000, Some(ClockWarning::SetBack)),
        (1_000, Some(ClockWarning::BeforeProgram)),
        (0, Some(ClockWarning::BeforeProgram)),
        (u64::MAX, None),
    ] {
        world.clock.set_now(Timestamp(now));
        assert_eq!(session.clock_warning().unwrap(), doubt, "{now}");
    }

    // A clock already wrong at unlock is detected by the time of the last change.
    drop(session);
    world.clock.set_now(Timestamp(day - 3_600_000));
    let session = world.unlock(profile).unwrap();
    assert_eq!(session.clock_warning().unwrap(), Some(ClockWarning::BeforeLastChange));
    world.clock.set_now(Timestamp(day));
    assert_eq!(session.clock_warning().unwrap(), None);
}
