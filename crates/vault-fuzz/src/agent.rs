//! Decoders of `vault-agent`: what other programs say over the socket, and references.

use serde::Serialize;
use serde::de::DeserializeOwned;
use vault_agent::Reference;
use vault_agent::frame::{self, LONGEST, LONGEST_HELLO};
use vault_agent::protocol::{Answer, Hello, Request, Welcome};

use crate::target::{Bound, Outcome, PLAIN, Target, target};

pub(crate) const TARGETS: &[Target] = &[
    target("reference", reference, PLAIN, 5 << 10),
    // A frame is read in steps, and its messages hold texts of their own.
    target("agent_frame", agent_frame, Bound { per_byte: 256, fixed: 512 << 10 }, 4 << 10),
];

fn reference(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(reference) = Reference::parse(text) else { return Outcome::Rejected };
    assert_ne!(reference.vault, "join", "reserved");
    let written = reference.to_string();
    // Escapes are three times as long, and such a text can be too long to be read again.
    if let Ok(again) = Reference::parse(&written) {
        assert_eq!(again, reference, "{written}");
    } else {
        assert!(written.len() > 4096, "{written}");
    }
    Outcome::Accepted
}

fn agent_frame(bytes: &[u8]) -> Outcome {
    let accepted = read::<Hello>(bytes, LONGEST_HELLO)
        | read::<Welcome>(bytes, LONGEST_HELLO)
        | read::<Request>(bytes, LONGEST)
        | read::<Answer>(bytes, LONGEST);
    if accepted { Outcome::Accepted } else { Outcome::Rejected }
}

/// Reads all messages of a stream; one that is read has one encoding.
fn read<T: DeserializeOwned + Serialize>(mut stream: &[u8], longest: usize) -> bool {
    let mut accepted = false;
    while let Ok(Some(message)) = frame::read::<T>(&mut stream, longest) {
        accepted = true;
        let written = write(&message);
        let again: T = frame::read(&mut written.as_slice(), LONGEST)
            .expect("what was written is read")
            .expect("it is there");
        assert_eq!(write(&again), written);
    }
    accepted
}

fn write(message: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame::write(&mut bytes, message).expect("a message that was read fits into a frame");
    bytes
}
