//! Every route that takes a body.

use std::collections::BTreeSet;
use std::env;
use std::sync::Arc;

use vault_server::http::{Content, ROUTES, Route};

use super::attack::Attacker;
use crate::conversation;
use crate::support::TestServer;

#[tokio::test]
async fn t55_changed_requests_are_problems_and_change_nothing() {
    let all = env::var_os("COFFER_SOAK_ALL").is_some();
    let seed = env::var("COFFER_SOAK_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut attacked = BTreeSet::new();
    for part in [0, 1, 2] {
        let mut server = TestServer::start().await;
        let attacker = Arc::new(Attacker::new(&server, seed, all));
        server.tap(attacker.clone());
        match part {
            0 => conversation::account::life(&server).await,
            1 => conversation::vault::life(&server).await,
            _ => conversation::approval::life(&server).await,
        }
        attacked.extend(attacker.attacked());
        assert!(attacker.sent() > 100, "{}", attacker.sent());
        eprintln!("{} requests", attacker.sent());
    }
    let with_body = ROUTES.iter().filter(|Route(_, _, _, content, ..)| *content != Content::None);
    let expected: BTreeSet<_> = with_body.map(|Route(method, path, ..)| format!("{method} {path}")).collect();
    assert_eq!(attacked, expected, "a new route is added to what programs say");
}
