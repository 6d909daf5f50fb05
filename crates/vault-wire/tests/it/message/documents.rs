//! Comparison of `docs/formats/protocol.md` with the messages.

use vault_wire::account::{SignedCertificate, SignedReenrolment};
use vault_wire::cbor::Canonical;
use vault_wire::log::RejectReason;
use vault_wire::message::*;

fn page() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/protocol.md");
    std::fs::read_to_string(page).unwrap()
}

/// Returns the rows of the page's tables with trimmed cells.
fn rows() -> Vec<Vec<String>> {
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    page().lines().filter(|line| line.starts_with('|')).map(cells).collect()
}

#[test]
fn every_error_code_is_in_the_table_with_its_status() {
    for code in ProblemCode::ALL.iter().filter(|code| **code != ProblemCode::Unknown) {
        let row = [code.status().to_string(), format!("`{}`", code.as_str())];
        assert!(rows().iter().any(|cells| cells.starts_with(&row)), "{row:?}");
    }
    let codes = rows().iter().filter(|cells| cells[0].len() == 3 && cells[0].parse::<u16>().is_ok()).count();
    assert_eq!(codes, ProblemCode::ALL.len() - 1, "no other code is in the table");
}

#[test]
fn every_event_and_refusal_is_in_its_table() {
    let has = |cell: &str| rows().iter().any(|cells| cells[0] == cell);
    for kind in AuditKind::ALL {
        assert!(has(&format!("`{}`", kind.as_str())), "{}", kind.as_str());
    }
    let numbers = (64..=68).chain(RejectReason::ALL.iter().map(|reason| reason.number()));
    assert!(numbers.into_iter().all(|number| has(&format!("refusal {number}"))));
}

#[test]
fn every_maximum_length_matches_the_documentation() {
    let tables = [
        ("entry", LogEntry::MAX_LEN),
        ("log page", LogPage::MAX_LEN),
        ("push", PushBatch::MAX_LEN),
        ("push reply", PushReply::MAX_LEN),
        ("heal", HealBatch::MAX_LEN),
        ("vault head", VaultHead::MAX_LEN),
        ("vault list", VaultList::MAX_LEN),
        ("blob declare", DeclareBlob::MAX_LEN),
        ("blob missing", MissingChunks::MAX_LEN),
        ("blob chunks", ChunkList::MAX_LEN),
        ("log range", LogRange::MAX_LEN),
    ];
    let lacking =
        format!("| grants lacking | `[1, epoch, [account id, …]]` | {} |", grouped(LackingGrants::MAX_LEN));
    assert!(page().contains(&lacking), "{lacking}");
    for (name, bytes) in tables {
        let row = [name.to_owned(), grouped(bytes)];
        assert!(rows().iter().any(|cells| cells.starts_with(&row)), "{row:?}");
    }
    let page = page();
    for (text, bytes) in [
        ("not as byte strings; {} bytes\nanswers", GrantList::MAX_LEN),
        ("not as byte strings; {} bytes\n```", AnswerList::MAX_LEN),
        ("not sealed; at most {} bytes", SignedReenrolment::MAX_LEN),
        ("the signed certificate, at most {} bytes", SignedCertificate::MAX_LEN),
    ] {
        let text = text.replace("{}", &grouped(bytes));
        assert!(page.contains(&text), "{text}");
    }
}

/// Formats a number with digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let group = |(at, digit): (usize, char)| {
        let comma = (at > 0 && (digits.len() - at).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}
