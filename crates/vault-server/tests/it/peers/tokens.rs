use super::Seen;

#[tokio::test]
async fn another_implementation_verifies_tokens_and_has_its_proofs_verified() {
    let seen = Seen::start().await;
    assert!(seen.script("tokens.py", &[]).contains("agree"));
}
