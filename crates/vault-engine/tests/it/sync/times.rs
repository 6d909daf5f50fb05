//! Times by the clocks of other devices, which may be wrong or lie.

use vault_engine::clock::Timestamp;
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Opened, Put, Query};
use vault_testkit::LogServer;

use super::device::{Device, two};
use crate::support::login;

const YEARS: u64 = 10 * 365 * 24 * 60 * 60 * 1_000;

fn query(sort: Sort, text: &str) -> Query {
    Query { text: text.to_owned(), scope: Scope::All, sort, offset: 0, limit: 100 }
}

/// The items of this test with their times, the last changed first: the same as a list and as hits of a search.
fn by_change(device: &mut Device) -> Vec<(String, Timestamp)> {
    let mut read = |text: &str| -> Vec<(String, Timestamp)> {
        let rows = device.session.list(&query(Sort::Modified, text)).unwrap().rows;
        rows.into_iter()
            .filter(|row| row.title.starts_with("Item"))
            .map(|row| (row.title, row.modified_at))
            .collect()
    };
    let listed = read("");
    let mut found = read("item");
    found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    assert_eq!(found, listed);
    listed
}

#[test]
fn item_of_a_clock_years_ahead_is_not_first_for_ever() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let now = one.session.clock().now();
    // Two others claim to have written theirs ten years from now, and ten years ago.
    for (title, at) in [("Item ahead", now.0 + YEARS), ("Item behind", now.0 - YEARS)] {
        two.world.clock.set_now(Timestamp(at));
        let mut item = login(title, "u", "p");
        (item.created_at, item.modified_at) = (Timestamp(at), Timestamp(at));
        two.session.put(Put::new(item)).unwrap();
    }
    two.sync(&mut server);
    one.sync(&mut server);
    let later = Timestamp(now.0 + 1_000);
    one.world.clock.set_now(later);
    let mut item = login("Item last", "u", "p");
    (item.created_at, item.modified_at) = (later, later);
    one.session.put(Put::new(item)).unwrap();
    let mut one = one.restart();
    let shown = by_change(&mut one);
    let titles: Vec<&str> = shown.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["Item last", "Item ahead", "Item behind"]);
    let times: Vec<u64> = shown.iter().map(|(_, at)| at.0).collect();
    assert_eq!(times, [later.0, now.0, now.0 - YEARS]);
    // What was claimed is still in the content.
    let rows = |one: &mut Device, sort| {
        let rows = one.session.list(&query(sort, "")).unwrap().rows;
        rows.into_iter().filter(|row| row.title.starts_with("Item")).map(|row| row.id).collect::<Vec<_>>()
    };
    let ids = rows(&mut one, Sort::Modified);
    assert_eq!(rows(&mut one, Sort::Created), ids);
    let Opened { item, received_at, .. } = one.session.get(ids[1]).unwrap();
    assert_eq!((item.modified_at.0, received_at), (now.0 + YEARS, now));
}
