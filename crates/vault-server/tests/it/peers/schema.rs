use std::env;

use vault_server::http::openapi;

use super::{Seen, succeed};

/// Ends the session, or never ends.
const EXCLUDED: &str = "^/v1/(auth/logout|events|account)$";

/// In a soak only.
#[tokio::test]
async fn what_is_generated_from_the_openapi_document_is_answered_as_it_says() {
    if env::var_os("COFFER_SOAK_ALL").is_none() {
        return;
    }
    let seen = Seen::start().await;
    let address = format!("https://{}", seen.running.address);
    seen.write("openapi.json", &openapi(&address).to_string());
    let mut command = seen.command("schemathesis");
    command.env("SCHEMATHESIS_HOOKS", "schema").args(["run", "openapi.json", "--url", &address]);
    command.args(["--tls-verify", "data/tls.pem", "--exclude-path-regex", EXCLUDED]);
    command.args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"]);
    command.args(["--checks", "response_schema_conformance,unsupported_method"]);
    command.args(["--max-examples", "20", "--seed", "1", "--phases", "examples,coverage,fuzzing"]);
    command.args([
        "--no-color",
        "--continue-on-failure",
        "--request-timeout",
        "20",
        "--request-retries",
        "2",
    ]);
    eprintln!("{}", succeed(&mut command));
}
