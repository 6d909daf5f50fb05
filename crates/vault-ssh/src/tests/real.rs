//! Tests with keys in all formats, written by other programs.

use super::*;

#[test]
fn every_file_contains_its_key() {
    for file in real() {
        let read = file.read().unwrap_or_else(|error| panic!("{}: {error}", file.name));
        let expected = public(file.key);
        let expected = if file.has_comment() { expected } else { expected.with_comment("") };
        assert_eq!(*read.public(), expected, "{}", file.name);
    }
}

#[test]
fn written_keys_differ_from_ssh_keygen_only_in_one_number() {
    for key in KEYS {
        let read = one(&format!("{key}.openssh")).read().unwrap();
        let (ours, theirs) = (read.to_openssh(), text(&format!("{key}.openssh")));
        assert_eq!(ours.expose().len(), theirs.len());
        let (ours, theirs) = (pem::private(ours.expose()).unwrap(), pem::private(&theirs).unwrap());
        let differing: Vec<usize> = (0..theirs.body.expose().len())
            .filter(|at| ours.body.expose()[*at] != theirs.body.expose()[*at])
            .collect();
        // The repeated number, which is random in `ssh-keygen`.
        assert!(differing.len() <= 8 && differing.last().unwrap() - differing[0] < 8, "{key}");
        assert_eq!(read.public().to_line(), text(&format!("{key}.pub")).trim());
    }
}

#[test]
fn fingerprints_agree_with_ssh_keygen() {
    let shown = text("fingerprints.txt");
    for key in KEYS {
        let public = public(key);
        let kind = match public.kind() {
            KeyKind::Ed25519 => "ED25519",
            KeyKind::Rsa { .. } => "RSA",
            KeyKind::Ecdsa(_) => "ECDSA",
        };
        for fingerprint in [public.fingerprint(), public.fingerprint_md5()] {
            let line = format!("{} {fingerprint} {} ({kind})\n", public.kind().bits(), public.comment());
            assert!(shown.contains(&line), "{line}");
        }
    }
}

#[test]
fn files_altered_by_windows_and_mail_are_read() {
    for name in
        ["rsa.openssh", "rsa.pem", "p384.parameters.pem", "ed25519.ppk3", "ed25519.ppk2", "p256.enc.pem"]
    {
        let file = one(name);
        let unix = String::from_utf8(file.bytes.clone()).unwrap();
        let windows = format!("\u{feff}{}\r\n", unix.replace('\n', "\r\n"));
        let read = File { bytes: windows.clone().into_bytes(), ..file }.read();
        assert_eq!(read.unwrap().public().kind(), public(name.split('.').next().unwrap()).kind(), "{name}");
        let big_endian: Vec<u8> = windows.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little_endian: Vec<u8> = windows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [big_endian, little_endian] {
            let read = File { bytes, ..one(name) }.read();
            assert_eq!(
                read.unwrap().public().kind(),
                public(name.split('.').next().unwrap()).kind(),
                "{name}"
            );
        }
    }
    let file = one("p256.pem");
    let quoted: String = text("p256.pem").lines().map(|line| format!("   {line}  \n")).collect();
    let read = File { bytes: format!("Here it is:\n\n{quoted}\nYours").into_bytes(), ..file }.read();
    assert_eq!(read.unwrap().public().blob(), public("p256").blob());
}

#[test]
fn keys_without_line_breaks_are_read() {
    for file in real() {
        let expected = file.read().unwrap_or_else(|error| panic!("{}: {error}", file.name));
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let spaces = text.trim().replace("\r\n", "\n").replace('\n', " ");
        let mut changed = vec![spaces.clone(), format!("{spaces}\n")];
        if !file.bytes.starts_with(putty::MAGIC) {
            changed.push(format!("the key: \"{spaces}\""));
        }
        if !file.bytes.starts_with(putty::MAGIC) && !text.contains(':') {
            changed.push(text.replace('\n', ""));
        }
        for changed in changed {
            let read = File { bytes: changed.into_bytes(), ..one(&file.name) }.read();
            let read = read.unwrap_or_else(|error| panic!("{} in one line: {error}", file.name));
            assert_eq!(read.public(), expected.public(), "{}", file.name);
        }
    }
}

#[test]
fn a_passphrase_for_an_unencrypted_key_is_ignored() {
    let file = one("ed25519.openssh");
    assert!(read(&file.bytes, Some(&passphrase())).is_ok());
}

#[test]
fn an_old_comment_in_latin_1_is_decoded() {
    // The MAC covers the bytes of the comment, so it is recomputed.
    let plain = text("ed25519.ppk3").replace("ed25519 of the tests", "K\u{fc}che");
    let bytes: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let check = {
        use hmac::{Hmac, KeyInit, Mac};
        let blob = |name: &str| {
            let mut lines = plain.lines().skip_while(|line| !line.starts_with(name));
            let count: usize = lines.next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
            let text: String = lines.take(count).collect();
            <base64ct::Base64 as base64ct::Encoding>::decode_vec(&text).unwrap()
        };
        let parts: [&[u8]; 5] =
            [b"ssh-ed25519", b"none", b"K\xfcche", &blob("Public-Lines"), &blob("Private-Lines")];
        let data = parts.into_iter().fold(wire::Writer::new(), wire::Writer::string).public();
        let mac = Hmac::<sha2::Sha256>::new_from_slice(&[]).unwrap().chain_update(data).finalize();
        mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let start = bytes.windows(13).position(|part| part == b"Private-MAC: ").unwrap();
    let bytes = [&bytes[..start + 13], check.as_bytes()].concat();
    assert_eq!(read(&bytes, None).unwrap().public().comment(), "Küche");
}

#[test]
fn public_lines_round_trip() {
    for key in KEYS {
        let line = text(&format!("{key}.pub"));
        let read = PublicKey::parse_line(&line).unwrap();
        assert_eq!(read.to_line(), line.trim());
        let bare = read.clone().with_comment("");
        assert_eq!(PublicKey::parse_line(&bare.to_line()), Ok(bare));
        assert_eq!(read.with_comment("a\nssh-rsa b").comment(), "a ssh-rsa b");
    }
}

#[test]
fn malformed_public_lines_are_refused() {
    let line = text("ed25519.pub");
    for wrong in [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "command=\"x\" ssh-rsa AAAA",
        &line.replace("ssh-ed", "ssh-xd"),
    ] {
        assert_eq!(PublicKey::parse_line(wrong), Err(KeyError::NotAKey), "{wrong}");
    }
    // A point not on the curve.
    let line = text("p256.pub");
    let blob = public("p256").blob().to_vec();
    let mut wrong = blob.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let encode = <base64ct::Base64 as base64ct::Encoding>::encode_string;
    let line = line.replace(&encode(&blob), &encode(&wrong));
    assert_eq!(PublicKey::parse_line(&line), Err(KeyError::Damaged));
}
