//! A local server of breached passwords with the range API of Pwned Passwords, and a client for it.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// Lines of a response with its padding; the real service pads to between 800 and 1,000.
const LINES: u64 = 800;
/// The largest head of a request or response, in bytes.
const MAX_HEAD: u64 = 16 << 10;
/// Far longer than any exchange on one computer takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the server responds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Correctly.
    Honest,
    /// With this body.
    Body(Vec<u8>),
    /// With fewer bytes than `Content-Length`.
    Truncated,
    /// With a body that does not end.
    Endless,
    /// With this status code.
    Status(u16),
    /// By closing the connection.
    Disconnect,
}

/// A server that knows some breached passwords. It stops when dropped.
pub struct RangeServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    behaviour: Arc<Mutex<Behaviour>>,
    thread: Option<JoinHandle<()>>,
}

impl RangeServer {
    /// Starts the server. `breached` maps SHA-1 digests in upper-case hexadecimal to their counts.
    ///
    /// # Errors
    /// If no port or thread is available.
    pub fn start(breached: BTreeMap<String, u64>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (seen, behaviour) =
            (Arc::<Mutex<Vec<String>>>::default(), Arc::new(Mutex::new(Behaviour::Honest)));
        let (log, shared) = (Arc::clone(&seen), Arc::clone(&behaviour));
        let thread = std::thread::Builder::new().name("ranges".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                let Ok(connection) = connection else { return };
                let behaviour = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
                // A client that disconnects is no error.
                if matches!(serve(connection, &breached, &behaviour, &log), Ok(Served::Stop)) {
                    return;
                }
            }
        })?;
        Ok(Self { address, seen, behaviour, thread: Some(thread) })
    }

    /// The address that it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes how the server responds from now on.
    pub fn set_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    /// The heads of all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RangeServer {
    fn drop(&mut self) {
        // Wakes the thread, which stops on this word.
        if let Ok(mut connection) = TcpStream::connect(self.address) {
            let _ = connection.write_all(b"STOP\r\n\r\n");
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Served {
    Responded,
    Stop,
}

fn serve(
    mut connection: TcpStream,
    breached: &BTreeMap<String, u64>,
    behaviour: &Behaviour,
    log: &Mutex<Vec<String>>,
) -> io::Result<Served> {
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    let head = read_head(&mut BufReader::new(&connection))?;
    if head.starts_with("STOP") {
        return Ok(Served::Stop);
    }
    log.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
    let prefix = head.strip_prefix("GET /range/").and_then(|rest| rest.split_once(" HTTP/1.1\r\n"));
    let hex =
        |text: &str| text.len() == 5 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let body = prefix.filter(|(prefix, _)| hex(prefix)).map(|(prefix, _)| response(prefix, breached));
    let (status, body) = match (behaviour, body) {
        (Behaviour::Status(status), _) => (*status, Vec::new()),
        (_, None) => (400, Vec::new()),
        (Behaviour::Body(body), _) => (200, body.clone()),
        (_, Some(body)) => (200, body),
    };
    if *behaviour == Behaviour::Disconnect {
        return Ok(Served::Responded);
    }
    let announced = if *behaviour == Behaviour::Endless { usize::MAX >> 1 } else { body.len() };
    write!(connection, "HTTP/1.1 {status} X\r\nContent-Length: {announced}\r\nConnection: close\r\n\r\n")?;
    match behaviour {
        Behaviour::Truncated => connection.write_all(body.get(..body.len() / 2).unwrap_or_default())?,
        // Until the client disconnects.
        Behaviour::Endless => while connection.write_all(&body).is_ok() {},
        _ => connection.write_all(&body)?,
    }
    Ok(Served::Responded)
}

/// The response to one prefix: invented suffixes, the breached ones with the prefix, and padding.
fn response(prefix: &str, breached: &BTreeMap<String, u64>) -> Vec<u8> {
    let mut lines: BTreeMap<String, u64> = (0..LINES)
        .map(|number| {
            let digest = Sha256::digest(format!("{prefix} {number}"));
            let suffix: String = digest.iter().map(|byte| format!("{byte:02X}")).take(18).collect();
            // A third of the lines is padding, which has the count 0.
            (suffix.chars().take(35).collect(), if number % 3 == 0 { 0 } else { number })
        })
        .collect();
    let known = breached.iter().filter_map(|(digest, times)| Some((digest.strip_prefix(prefix)?, times)));
    lines.extend(known.map(|(suffix, times)| (suffix.to_owned(), *times)));
    let lines: Vec<String> = lines.into_iter().map(|(suffix, times)| format!("{suffix}:{times}")).collect();
    lines.join("\r\n").into_bytes()
}

fn read_head(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    let mut reader = reader.take(MAX_HEAD);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

/// Queries the server: sends the prefix and nothing else, asks for padding, and reads one complete response of at most
/// `limit` bytes. Without TLS, since both ends are on one computer.
///
/// # Errors
/// If the response is incomplete, longer than `limit` or no success.
pub fn query(address: SocketAddr, prefix: &str, limit: usize) -> io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    write!(connection, "GET /range/{prefix} HTTP/1.1\r\nHost: {address}\r\nAdd-Padding: true\r\n\r\n")?;
    let mut reader = BufReader::new(connection);
    let head = read_head(&mut reader)?;
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).ok_or_else(wrong)?;
    let length: usize = length.parse().map_err(|_| wrong())?;
    if !head.starts_with("HTTP/1.1 200 ") || length > limit {
        return Err(wrong());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> RangeServer {
        let digest = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8".to_owned();
        RangeServer::start([(digest, 7)].into()).unwrap()
    }

    #[test]
    fn a_response_has_the_breached_digest_among_others() {
        let server = server();
        let known = String::from_utf8(query(server.address(), "5BAA6", 1 << 20).unwrap()).unwrap();
        assert!(known.lines().any(|line| line == "1E4C9B93F3F0682250B6CF8331B7EE68FD8:7"));
        let other = String::from_utf8(query(server.address(), "00000", 1 << 20).unwrap()).unwrap();
        assert!(other.lines().all(|line| line.len() > 36 && line.as_bytes()[35] == b':'));
        assert!(known.lines().count().abs_diff(other.lines().count()) <= 1);
        let host = format!("Host: {}\r\n", server.address());
        assert_eq!(
            server.requests(),
            ["5BAA6", "00000"]
                .map(|prefix| format!("GET /range/{prefix} HTTP/1.1\r\n{host}Add-Padding: true\r\n\r\n"))
        );
    }

    #[test]
    fn the_client_refuses_every_faulty_response() {
        let server = server();
        for behaviour in [
            Behaviour::Truncated,
            Behaviour::Endless,
            Behaviour::Status(503),
            Behaviour::Status(302),
            Behaviour::Disconnect,
        ] {
            server.set_behaviour(behaviour.clone());
            assert!(query(server.address(), "5BAA6", 1 << 20).is_err(), "{behaviour:?}");
        }
        server.set_behaviour(Behaviour::Body(b"<html>".to_vec()));
        assert_eq!(query(server.address(), "5BAA6", 1 << 20).unwrap(), b"<html>");
        server.set_behaviour(Behaviour::Honest);
        assert!(query(server.address(), "5BAA6", 100).is_err(), "longer than the limit");
        assert!(query(server.address(), "x", 1 << 20).is_err());
    }
}
