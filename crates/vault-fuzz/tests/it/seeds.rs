//! Sources of the corpus: golden vectors, test files of importers, generated inputs and texts.
//!
//! With `COFFER_WRITE_CORPUS=1` in the environment the inputs are written to `fuzz/corpus`; use it for a new
//! format or target. Inputs added by a fuzzer have other names and are kept.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vault_fuzz::{message, run, targets};

use crate::generated::generated;

/// One input: its target, its name, its bytes.
type Seed = (&'static str, String, Vec<u8>);

#[test]
fn every_target_has_seeds_that_satisfy_its_invariants() {
    let seeds = seeds();
    for target in targets() {
        assert!(seeds.iter().any(|(name, ..)| *name == target.name), "{}", target.name);
    }
    for (target, name, bytes) in seeds {
        run(target, &bytes);
        if std::env::var_os("COFFER_WRITE_CORPUS").is_some() {
            let folder = crates().join("../fuzz/corpus").join(target);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn seeds() -> Vec<Seed> {
    let mut seeds = from_vectors();
    seeds.extend(from_test_files());
    for (target, texts) in TEXTS {
        seeds.extend(
            (0..).zip(*texts).map(|(at, text)| (*target, format!("text-{at:02}"), text.as_bytes().to_vec())),
        );
    }
    for (target, bytes) in generated() {
        let at = seeds.iter().filter(|(name, ..)| *name == target).count();
        seeds.push((target, format!("made-{at:02}"), bytes));
    }
    seeds
}

/// Parts of golden vectors that are inputs: target, format of the vector, JSON pointer.
const PARTS: &[(&str, &str, &str)] = &[
    ("certificate", "account", "/expected/certificate"),
    ("signed_certificate", "account", "/expected/signed_certificate"),
    ("signed_certificate", "certificate", "/inputs/signed"),
    ("record", "founding", "/expected/record"),
    ("record", "founding", "/inputs/record"),
    ("record", "log", "/inputs/entries/0/record"),
    ("record", "log", "/inputs/entries/1/record"),
    ("answer", "answer", "/inputs/answer"),
    ("grant", "grant", "/inputs/grant"),
    ("reenrolment", "reenrolment", "/inputs/signed"),
    ("reenrolment", "reenrolment", "/expected/signed"),
    ("consent", "consent", "/inputs/signed"),
    ("consent", "consent", "/expected/signed"),
    ("share", "share", "/inputs/share"),
    ("share", "consent", "/expected/shares/0"),
    ("share", "consent", "/expected/shares/0/share"),
    ("reading", "sharing", "/expected/reading"),
    ("recovery_request", "recovery-release", "/expected/request"),
    ("recovery_request", "recovery-request", "/inputs/request"),
    ("release", "recovery-release", "/expected/releases/0"),
    ("release", "recovery-release", "/inputs/release"),
    ("code_statement", "code-box", "/expected/statement"),
    ("code_statement", "code-box", "/inputs/statement"),
    ("code_statement", "code-withdrawn", "/expected/statement"),
    ("device_keys", "device", "/expected/signed"),
    ("device_keys", "device", "/inputs/signed"),
    ("approval_answer", "approval", "/expected/answer"),
    ("approval_answer", "approval-answer", "/inputs/answer"),
    ("revocation", "device", "/expected/revocation"),
    ("revocation", "revocation", "/inputs/revocation"),
    ("successor", "successors", "/expected/statements/0"),
    ("successor", "successors", "/inputs/statements/0"),
    ("revision_header", "revision", "/expected/header"),
    ("revision_header", "revision", "/inputs/header"),
    ("profile_header", "header", "/expected/file"),
    ("profile_header", "header", "/inputs/file"),
    ("item_body", "padding", "/expected/padded"),
    ("item_body", "padding", "/inputs/padded"),
];

/// The same for texts.
const CODES: &[(&str, &str, &str)] = &[
    ("connect_code", "connect-code", "/inputs/text"),
    ("approval_code", "approval", "/expected/code"),
    ("approval_code", "approval-code", "/inputs/text"),
    ("kit_code", "kit-code", "/expected/text"),
    ("kit_code", "kit-code", "/inputs/text"),
];

/// Maximum number of valid, and of invalid, vectors per target.
const EACH: usize = 6;

fn from_vectors() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for (krate, folder) in
        ["vault-crypto", "vault-wire"].into_iter().flat_map(|krate| [(krate, "valid"), (krate, "invalid")])
    {
        let folder_path = crates().join(krate).join("testdata/v1").join(folder);
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder_path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files {
            let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            if let Some(seed) = from_message(folder, stem, &vector["inputs"]) {
                seeds.push(seed);
            }
            if vector["format"] == "recovery-text" {
                // The first letter of its name selects the text.
                let kind = &vector["inputs"]["message"].as_str().unwrap()[..1];
                let text = vector["inputs"]["text"].as_str().unwrap();
                let seed = format!("{kind}{text}").into_bytes();
                if seed.len() <= 4096 {
                    seeds.push(("recovery_text", format!("{folder}-{stem}"), seed));
                }
            }
            for (target, _, pointer) in CODES.iter().filter(|(_, format, _)| vector["format"] == *format) {
                if let Some(text) = vector.pointer(pointer).and_then(Value::as_str) {
                    seeds.push((target, format!("{folder}-{stem}"), text.as_bytes().to_vec()));
                }
            }
            for (target, _, pointer) in PARTS.iter().filter(|(_, format, _)| vector["format"] == *format) {
                let name = format!("{folder}-{stem}");
                let taken =
                    seeds.iter().filter(|(of, name, _)| of == target && name.starts_with(folder)).count();
                let bytes = vector.pointer(pointer).and_then(Value::as_str).map(unhex);
                if let Some(bytes) = bytes.filter(|bytes| taken < EACH && bytes.len() <= 4096) {
                    seeds.push((target, name, bytes));
                }
            }
        }
    }
    seeds
}

/// Returns a message after the byte that selects it. Uses all valid vectors and some invalid ones.
fn from_message(folder: &str, stem: &str, inputs: &Value) -> Option<Seed> {
    let (target, kind) = message(inputs["message"].as_str()?)?;
    let bytes = match (&inputs["bytes"], &inputs["text"]) {
        (Value::String(bytes), _) => unhex(bytes),
        (_, Value::String(text)) => text.clone().into_bytes(),
        _ => return None,
    };
    let taken = folder == "valid" || stem.len().is_multiple_of(4);
    let seed = (target, format!("{folder}-{stem}"), [&[kind], bytes.as_slice()].concat());
    (taken && bytes.len() <= 4096).then_some(seed)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn from_test_files() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for entry in fs::read_dir(crates().join("vault-interchange/testdata")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let program = name.split_once(['-', '.']).unwrap().0;
        let format = format!("import_{program}_{}", path.extension().unwrap().to_str().unwrap());
        if bytes.len() > 5120 {
            continue;
        }
        seeds.push(("import_detected", name.clone(), bytes.clone()));
        match targets().find(|target| target.name == format) {
            Some(target) => seeds.push((target.name, name, bytes)),
            // One of the tables that are read alike. The first line says which.
            None => {
                let known = vault_interchange::detect(&bytes).map(|importer| importer.format.id);
                let id = known.unwrap_or(vault_interchange::MAPPED_TABLE).as_bytes();
                seeds.push(("import_tables", name, [id, b"\n", &bytes].concat()));
            }
        }
    }
    for entry in fs::read_dir(crates().join("vault-ssh/testdata")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Small keys of every form; mutations of long keys are slow and reach no further code.
        let target = match name.split_once('.') {
            Some((_, "pub")) => "ssh_public_line",
            Some(("ed25519" | "p256" | "p521" | "p384", _)) => "ssh_key",
            Some(("rsa", "openssh" | "pem" | "pkcs8" | "ppk3")) => "ssh_key",
            _ => continue,
        };
        seeds.push((target, name, fs::read(&path).unwrap()));
    }
    for entry in fs::read_dir(crates().join("vault-otp/testdata")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if matches!(path.extension().and_then(|end| end.to_str()), Some("png" | "jpg")) {
            seeds.push(("qr_picture", name, fs::read(&path).unwrap()));
        }
    }
    seeds.sort();
    seeds
}

const TEXTS: &[(&str, &[&str])] = &[
    (
        "reference",
        &[
            "coffer://Home/Forge/password",
            "coffer://Home/a%2Fb%20c/section/gr%C3%B6%C3%9Fe%25",
            "coffer://v/i/code?attribute=otp",
            "coffer://join/i/f",
            "coffer://v//f",
            "coffer://v/i/%4",
            "coffer://v/i/f?attribute=x",
        ],
    ),
    (
        "agent_frame",
        &[
            "\0\0\0\x0d{\"version\":1}",
            "\0\0\0\x1c{\"version\":1,\"role\":\"agent\"}",
            "\0\0\0\x08\"status\"\0\0\0\x06\"lock\"",
            "\0\0\0\x15{\"get\":{\"item\":\"0a\"}}",
            "\0\0\0\x12{\"done\":\"nothing\"}",
            "\0\0\0\x08\"denied\"",
            "\x7f\x7f\x7f\x7f[",
        ],
    ),
    (
        "ids",
        &[
            "0001ff30313233343536373839616263",
            "0001FF30313233343536373839616263",
            "00",
            "+001ff30313233343536373839616263",
        ],
    ),
    (
        "code_text",
        &[
            "C1-0000-0000-0000-0000-0000-0000-0000",
            "c1 OOOO_OOOO.OOOO-IIII-LLLL-2345-6789",
            "C2-0000-0000-0000-0000-0000-0000-0000",
            "\u{2010}\u{2015}C1\u{a0}",
        ],
    ),
    (
        "otpauth",
        &[
            "otpauth://totp/ACME%20Co:ann@example.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA256&digits=7&period=60",
            "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&encoder=steam",
            "otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ&counter=1",
            "otpauth://hotp/Bank:b?secret=GEZDGNBVGY3TQOJQ&issuer=Bank&counter=9223372036854775807&digits=8",
            "otpauth://steam/Steam:ann?secret=MZXW6YTBOI&issuer=Steam",
            "steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK",
            "GEZD GNBV-GY3T QOJQ",
            "otpauth://totp/%00%c3%28?secret=MZXW6%3D%3D&secret=MZXW6",
            "otpauth://totp/a%3Ab%2525:c+d?secret=mzxw6&issuer=a%26b%23c&image=https%3A%2F%2Fexample.com",
        ],
    ),
    (
        "otpauth_migration",
        &[
            "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC",
            "otpauth-migration://offline?data=CggKAQcSAWEwAQogCgZzZWNyZXQSCEJhbms6YW5uGgRCYW5rIAMoAjABOCkKBwoBeCAEMAIQARgDIAIo9%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FAQ%3D%3D",
            "otpauth-migration://offline?data=CgAKAA==",
            "otpauth-migration://offline?data=CgA+/&data",
        ],
    ),
    (
        "search",
        &[
            "hub\nGitHub\nann\u{1f}github.com\u{1f}Login",
            "tag:work -type:card has:totp \"two words\" is:fav\nWork\nx",
            "\"unclosed -folder:\"a b\nA/B\na b",
            "https://example.com/login?x=1\nExample\n\u{1f}example.com\u{1f}",
            "ﬁ ÜBER İ ß\nfi uber i ss\nﬁ",
            "gthub\nGitHub\n",
        ],
    ),
    (
        "names",
        &[
            "https://Example.com:8443/a?b#c",
            "http://user:pw@[2001:db8::1]:443/",
            "../..\\CON.txt. . ",
            "invoice\u{202E}fdp.exe\u{0}\r\n",
            "card_number",
            "Übersicht 2026 – Größe.odt",
        ],
    ),
    (
        "message_query",
        &[
            "after=5&limit=10&bodies=all",
            "",
            "limit=0",
            "after=1&after=1",
            "bodies=live",
            "after=18446744073709551616",
        ],
    ),
    (
        "event_stream",
        &[
            "retry: 2500\n\ndata: {\"vault\":\"abababababababababababababababab\",\"head\":7}\n\n",
            ": comment\r\n\r\ndata:{\"head\":1,\"vault\":\"00000000000000000000000000000000\"}\r\rretry:0\r",
            "data: {}\ndata: x\n\nevent: y\nid\nretry: 99999999999999999999\n",
            "",
        ],
    ),
    ("media_type", &["%PDF-1.7\n", "PK\u{3}\u{4}\u{14}\0", "Dear Ann,\n", "<!DOCTYPE html>", "\0\u{1}"]),
    (
        "password_strength",
        &[
            "correct horse battery staple",
            "P@ssw0rd1999",
            "qwertzuiop\nqwertz",
            "aaaaaaaaaaaa",
            "12.03.1987",
            "ßßßß\u{1F600}",
        ],
    ),
    (
        "emergency_kit",
        &[
            "Ann",
            "Zoë (privé) \\ ( ) %\n",
            "日本 \u{202e}x",
            "a very long name that does not fit in one line of the page, however it is set, so it is cut",
        ],
    ),
    (
        "import_chrome_csv",
        &[
            "name,url,username,password,note\nA,https://a.example/,ann,pw,n\n\"x\"y,1\n,,,\n\"open,1\n",
            "name;url;username;password\n\"a\"\"b\";https://a.example;u;p;extra\r\n",
            "\u{feff}name,url,username,password,label\nA,u,n,p,v,w\n",
        ],
    ),
    (
        "import_bitwarden_csv",
        &[
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\nF,1,login,A,n,\"k: v\",0,\"https://a.example,http://b.example\",u,p,GEZDGNBVGY3TQOJQ\n",
        ],
    ),
    (
        "import_firefox_csv",
        &[
            "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"\n\"https://a.example\",\"u\",\"p\",,\"\",\"{1}\",\"1589000000000\",\"x\",\"1\"\n",
        ],
    ),
    (
        "import_bitwarden_json",
        &[
            r#"{"encrypted":false,"folders":[{"id":"1","name":"A/B"}],"items":[{"type":1,"name":"n","folderId":"1","login":{"username":"u","password":"p","totp":"GEZDGNBVGY3TQOJQ","uris":[{"uri":"https://a.example","match":null}]},"fields":[{"name":"k","value":"v","type":1}],"passwordHistory":[{"password":"o","lastUsedDate":"2020-01-01T00:00:00.000Z"}]}]}"#,
            r#"{"items":[{"type":3,"name":"c","card":{"number":"4111","expMonth":"1","expYear":"2030","code":"1"}},{"type":4,"name":"i","identity":{"firstName":"A","ssn":"1"}},{"type":5,"name":"k","sshKey":{"privateKey":"x"}},{"type":9,"name":"?","a":{"b":[1,{"c":null}]}}]}"#,
        ],
    ),
];
