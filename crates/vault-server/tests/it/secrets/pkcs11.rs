//! SoftHSM, a token in software, with the tools of OpenSC as an operator uses them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64ct::{Base64, Encoding as _};
use tempfile::TempDir;

use super::{use_key, write_private};
use crate::cli::{command_with, init_with, refusal_with, serve_with};
use crate::support::ISSUER;

/// The module, where Debian has it.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A token with a key that wraps and another one that does, and a server's folder that is not sealed.
struct Token {
    folder: TempDir,
    data: PathBuf,
    configuration: String,
}

impl Token {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (data, tokens) = (folder.path().join("data"), folder.path().join("tokens"));
        fs::create_dir(&tokens).unwrap();
        let configuration = folder.path().join("softhsm2.conf");
        fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
        init_with(&data, ISSUER);
        write_private(&data, "pin", "12345678\n");
        let token = Self { folder, data, configuration: configuration.display().to_string() };
        token.run(
            "softhsm2-util",
            &["--init-token", "--free", "--label=coffer", "--so-pin=87654321", "--pin=12345678"],
        );
        for (id, label) in [("01", "kek"), ("02", "other")] {
            token.tool(&[
                "--keygen",
                "--key-type=AES:32",
                "--sensitive",
                "--usage-wrap",
                "--id",
                id,
                "--label",
                label,
            ]);
        }
        token
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output =
            Command::new(program).args(arguments).env("SOFTHSM2_CONF", &self.configuration).output().unwrap();
        let text =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(output.status.success(), "{program} {arguments:?}: {text}");
        text
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let common = ["--module", MODULE, "--token-label=coffer", "--login", "--pin=12345678"];
        self.run("pkcs11-tool", &[&common, arguments].concat())
    }

    /// Makes a key of so many bytes in the token, wraps it, deletes it there, and returns it.
    fn wrap(&self, name: &str, bytes: u8) -> String {
        let kind = format!("--key-type=AES:{bytes}");
        let made = self.tool(&["--keygen", &kind, "--extractable", "--id=09", "--label=new"]);
        let file = self.folder.path().join("wrapped");
        let output = ["--output-file", file.to_str().unwrap()];
        self.tool(
            &[&["--wrap", "--mechanism=AES-KEY-WRAP", "--id=01", "--application-id=09"], output.as_slice()]
                .concat(),
        );
        self.tool(&["--delete-object", "--type=secrkey", "--id=09"]);
        write_private(&self.data, name, &(Base64::encode_string(&fs::read(file).unwrap()) + "\n"));
        made.lines().find_map(|line| line.trim().strip_prefix("VALUE:")).unwrap().trim().to_owned()
    }

    fn environment(&self) -> Vec<(&str, &str)> {
        vec![("SOFTHSM2_CONF", &self.configuration)]
    }

    fn refused(&self, uri: &str) -> String {
        use_key(&self.data, uri);
        refusal_with(&self.data, &self.environment(), &["serve"])
    }

    fn serves(&self, uri: &str) {
        use_key(&self.data, uri);
        drop(serve_with(&self.data, &self.environment()));
    }
}

fn uri(file: &str) -> String {
    format!("pkcs11:token=coffer;object=kek?module-path={MODULE}&pin-source=file:pin&wrapped=file:{file}")
}

fn expect_key(data: &Path, key: &str) -> &'static str {
    write_private(data, "expected.key", key);
    "file:expected.key"
}

#[test]
fn a_key_that_the_token_unwraps_is_replaced_while_the_server_runs() {
    let token = Token::make();
    let keys = ["first", "second"].map(|name| token.wrap(name, 32));
    token.serves(&uri("first"));
    token.serves(expect_key(&token.data, &keys[0]));
    use_key(&token.data, &uri("first"));
    let running = serve_with(&token.data, &token.environment());
    command_with(&token.data, &token.environment(), &["keys", "rotate"]);
    command_with(&token.data, &token.environment(), &["keys", "seal", "--next", &uri("second")]);
    drop(running);
    use_key(&token.data, &uri("second"));
    let running = serve_with(&token.data, &token.environment());
    command_with(&token.data, &token.environment(), &["keys", "seal"]);
    drop(running);
    assert!(token.refused(&uri("first")).contains("does not open"));
    token.serves(expect_key(&token.data, &keys[1]));
    // The token is gone.
    fs::remove_dir_all(token.folder.path().join("tokens")).unwrap();
    fs::create_dir(token.folder.path().join("tokens")).unwrap();
    assert!(token.refused(&uri("second")).contains("it has no such secret"));
}

#[test]
fn what_is_no_key_is_refused_and_the_server_does_not_start() {
    let token = Token::make();
    let key = token.wrap("good", 32);
    token.wrap("short", 16);
    let good = fs::read_to_string(token.data.join("good")).unwrap();
    let mut damaged = Base64::decode_vec(good.trim()).unwrap();
    damaged[20] ^= 1;
    write_private(&token.data, "damaged", &Base64::encode_string(&damaged));
    write_private(&token.data, "text", "no Base64");
    write_private(&token.data, "wrong.pin", "00000000");
    let secrets = fs::read(token.data.join("secrets.toml")).unwrap();
    for (uri, expected) in [
        (uri("none"), "none: No such file"),
        (uri("text"), "not 40 bytes in Base64"),
        (uri("short"), "not 40 bytes in Base64"),
        (uri("damaged"), "does not unwrap this"),
        (uri("good").replace("object=kek", "object=other"), "does not unwrap this"),
        (uri("good").replace("object=kek", "object=none"), "it has no such secret"),
        (uri("good").replace("token=coffer", "token=none"), "it has no such secret"),
        (uri("good").replace("file:pin", "file:wrong.pin"), "it refuses access"),
        (uri("good").replace(MODULE, "/none.so"), "it cannot be reached"),
        (uri("good").replace("token=coffer;", ""), "lacks the parameter token"),
    ] {
        let error = token.refused(&uri);
        assert!(error.contains(expected), "{error}");
        assert!(
            !error.contains(good.trim()) && !error.contains(&key) && !error.contains("00000000"),
            "{error}"
        );
        assert_eq!(fs::read(token.data.join("secrets.toml")).unwrap(), secrets);
    }
    token.tool(&["--keygen", "--key-type=AES:32", "--sensitive", "--id=03", "--label=kek"]);
    assert!(token.refused(&uri("good")).contains("more than one AES key"));
    token.tool(&["--delete-object", "--type=secrkey", "--id=03"]);
    token.serves(&uri("good"));
}
