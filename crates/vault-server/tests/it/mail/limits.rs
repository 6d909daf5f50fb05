//! Who asks for many mails, and a mail server that refuses.

use vault_wire::message::{LoginName, SignUp};

use super::{MailPeer, ask, start, start_with};
use crate::support::Account;

/// A login that nobody has.
fn login(number: usize) -> LoginName {
    LoginName::new(&format!("nobody-{number}@example.test")).unwrap()
}

#[tokio::test]
async fn requests_from_one_address_mail_to_few_logins() {
    let (server, mut peer, _folder) = start(0, |config| config.sign_up = SignUp::Open).await;
    // Half of the sixty of a day at once.
    for number in 0..40 {
        ask(&server, &login(number)).await;
    }
    let account = Account::opened(&server, 1).await;
    account.sign_in(&mut server.client(1)).await;
    let mut to = Vec::new();
    loop {
        let mail = peer.next().await;
        // The notice comes last: nothing was ordered after it.
        if mail.to == account.login.as_str() {
            break;
        }
        to.push(mail.to);
    }
    let expected: Vec<_> = (0..30).map(|number| login(number).as_str().to_owned()).collect();
    assert_eq!(to, expected);
    server.pass(24 * 60 * 60 * 1000);
    ask(&server, &login(99)).await;
    assert_eq!(peer.next().await.to, login(99).as_str());
}

#[tokio::test]
async fn a_mail_that_is_refused_for_ever_is_counted_and_not_tried_again() {
    let peer = MailPeer::start_refusing().await;
    let (server, mut peer, _folder) = start_with(peer, |config| config.sign_up = SignUp::Open).await;
    ask(&server, &login(1)).await;
    ask(&server, &login(2)).await;
    // A second try of the first one would be accepted.
    assert_eq!(peer.next().await.to, login(2).as_str());
    let failed = "coffer_mails_total{result=\"Failed\"} 1";
    assert!(server.app.metrics_text().contains(failed), "{}", server.app.metrics_text());
}
