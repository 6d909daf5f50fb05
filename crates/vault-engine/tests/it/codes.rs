//! One-time codes in a profile: added together, and the clock that they follow.

use std::time::Duration;

use vault_engine::clock::Timestamp;
use vault_engine::search::Scope;
use vault_engine::session::{ClockDoubt, UndoId};

use crate::support::{World, add, login, titles_in};

#[test]
fn items_that_are_added_together_are_undone_together() {
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

    // All or none: a title that does not fit keeps the others out.
    let long = "x".repeat(1 << 20);
    let refused = session.add_all(vec![login("Bank", "ada", ""), login(&long, "ada", "")]);
    assert!(refused.is_err());
    assert_eq!(titles_in(&mut session, Scope::All), ["Here before"]);
}

#[test]
fn a_clock_that_cannot_be_right_is_told() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let start = 1_790_000_000_000;
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(session.clock_doubt().unwrap(), None);
    add(&mut session, login("Mail", "ada", "x"));

    // Set right by a little, or slept through: nothing to say.
    let day = start + 86_400_000;
    for (now, doubt) in [
        (day - 80_000, None),
        (day + 86_400_000_000, None),
        (day - 100_000, Some(ClockDoubt::SetBack)),
        (start - 86_400_000, Some(ClockDoubt::SetBack)),
        (1_000, Some(ClockDoubt::BeforeProgram)),
        (0, Some(ClockDoubt::BeforeProgram)),
        (u64::MAX, None),
    ] {
        world.clock.set_now(Timestamp(now));
        assert_eq!(session.clock_doubt().unwrap(), doubt, "{now}");
    }

    // Opened while it is wrong already: what was written tells.
    drop(session);
    world.clock.set_now(Timestamp(day - 3_600_000));
    let session = world.unlock(profile).unwrap();
    assert_eq!(session.clock_doubt().unwrap(), Some(ClockDoubt::BeforeLastChange));
    world.clock.set_now(Timestamp(day));
    assert_eq!(session.clock_doubt().unwrap(), None);
}
