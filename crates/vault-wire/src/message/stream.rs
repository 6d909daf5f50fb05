//! A reader of server-sent events (HTML Living Standard, section 9.2) that needs the same memory for every input.

use std::time::Duration;

use crate::message::{JsonMessage as _, VaultChanged};

/// The longest line that is read; longer ones are skipped. It has room for the longest hint.
const LINE: usize = 160;

/// What a stream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// A log has grown. Unverified.
    Changed(VaultChanged),
    /// When to open the next stream: between a second and a quarter of an hour.
    Retry(Duration),
}

/// Reads a stream piece by piece. Lines and events that are not of this protocol are ignored.
#[derive(Debug, Default)]
pub struct EventReader {
    /// The beginning of the line that is not complete.
    line: Vec<u8>,
    /// The line is longer than [`LINE`].
    skipped: bool,
    /// The last byte was a carriage return, after which a line feed belongs to the same end.
    returned: bool,
    data: Data,
}

/// The data of the event that is not complete.
#[derive(Debug, Default)]
enum Data {
    #[default]
    None,
    Hint(VaultChanged),
    /// More than one line, or no hint.
    Other,
}

impl EventReader {
    /// The shortest and the longest time that a stream may ask a reader to wait.
    pub const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15 * 60));

    /// Reads the next piece of the stream, and passes on what is complete.
    pub fn read(&mut self, piece: &[u8], mut emit: impl FnMut(ServerEvent)) {
        for byte in piece {
            let returned = std::mem::take(&mut self.returned);
            match byte {
                b'\n' if returned => {}
                b'\n' => self.end_line(&mut emit),
                b'\r' => {
                    self.returned = true;
                    self.end_line(&mut emit);
                }
                _ if self.line.len() < LINE => self.line.push(*byte),
                _ => self.skipped = true,
            }
        }
    }

    fn end_line(&mut self, emit: &mut impl FnMut(ServerEvent)) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.skipped) {
            // Of what was too long, no part counts. It may have been data.
            self.data = Data::Other;
        } else if line.is_empty() {
            if let Data::Hint(hint) = std::mem::take(&mut self.data) {
                emit(ServerEvent::Changed(hint));
            }
        } else {
            self.field(&line, emit);
        }
        self.line = line;
        self.line.clear();
    }

    fn field(&mut self, line: &[u8], emit: &mut impl FnMut(ServerEvent)) {
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = colon.and_then(|colon| line.split_at_checked(colon)).unwrap_or((line, b":"));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                self.data = match (&self.data, VaultChanged::from_json(value)) {
                    (Data::None, Ok(hint)) => Data::Hint(hint),
                    _ => Data::Other,
                };
            }
            b"retry" => {
                let digits = value.iter().all(u8::is_ascii_digit);
                let number = str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
                if let Some(milliseconds) = number {
                    let (least, most) = Self::RETRY;
                    emit(ServerEvent::Retry(Duration::from_millis(milliseconds).clamp(least, most)));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::VaultId;

    use super::*;

    fn hint(head: u64) -> ServerEvent {
        ServerEvent::Changed(VaultChanged { vault: VaultId::from_bytes([0xAB; 16]), head })
    }

    fn text(head: u64) -> String {
        format!(r#"{{"vault":"{}","head":{head}}}"#, "ab".repeat(16))
    }

    /// Reads in pieces of every length; the result is the same.
    fn read(stream: &str) -> Vec<ServerEvent> {
        let whole = read_in(stream, stream.len().max(1));
        for length in 1..20 {
            assert_eq!(read_in(stream, length), whole, "{length}");
        }
        whole
    }

    fn read_in(stream: &str, length: usize) -> Vec<ServerEvent> {
        let (mut reader, mut events) = (EventReader::default(), Vec::new());
        for piece in stream.as_bytes().chunks(length) {
            reader.read(piece, |event| events.push(event));
        }
        events
    }

    #[test]
    fn hints_are_read_with_each_kind_of_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let stream = format!(
                "retry: 2500{end}: comment{end}data: {}{end}{end}data:{}{end}{end}",
                text(7),
                text(8)
            );
            let retry = ServerEvent::Retry(Duration::from_millis(2500));
            assert_eq!(read(&stream), [retry, hint(7), hint(8)]);
        }
    }

    #[test]
    fn an_event_is_complete_only_with_the_empty_line() {
        assert_eq!(read(&format!("data: {}\n", text(7))), []);
        assert_eq!(read(&format!("data: {}\n\n\n\n", text(7))), [hint(7)]);
    }

    #[test]
    fn what_is_no_hint_is_ignored() {
        let ok = text(7);
        let long = format!("{}{}", " ".repeat(200), text(1));
        for (name, value) in [
            ("data", "no JSON"),
            ("data", r#"{"vault":"ab","head":1}"#),
            ("data", r#"{"head":1}"#),
            ("data", &long),
            ("data", &format!("{}\ndata: {}", text(1), text(2))),
            ("data", &format!("{}\ndata", text(1))),
            ("other", &text(1)),
            ("", &text(1)),
        ] {
            assert_eq!(read(&format!("{name}: {value}\n\ndata: {ok}\n\n")), [hint(7)], "{name}: {value}");
        }
    }

    #[test]
    fn the_time_to_wait_is_bounded_and_a_number() {
        for (value, seconds) in [("0", 1), ("60000", 60), ("18446744073709551615", 900)] {
            let expected = ServerEvent::Retry(Duration::from_secs(seconds));
            assert_eq!(read(&format!("retry: {value}\n")), [expected]);
        }
        for value in ["", "-1", "+1", "1s", "18446744073709551616", "9".repeat(200).as_str()] {
            assert_eq!(read(&format!("retry: {value}\n")), []);
        }
    }

    #[test]
    fn an_endless_line_needs_no_memory() {
        let mut reader = EventReader::default();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..8 {
            reader.read(&piece, |event| panic!("{event:?}"));
            assert!(reader.line.capacity() <= 2 * LINE);
        }
    }
}
