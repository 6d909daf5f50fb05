//! A service that knows stolen passwords, on this computer only, and what a program says to it.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// Lines of an answer, those that pad it included; the real service pads to between 800 and 1,000.
const LINES: u64 = 800;
/// The longest head of a request or an answer that is read.
const HEAD: u64 = 16 << 10;
/// How long anybody waits: far longer than anything takes on one computer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Honest,
    /// With this in the body.
    Says(Vec<u8>),
    /// With fewer bytes than announced.
    CutOff,
    /// With bytes that do not end.
    Endless,
    /// With this status.
    Status(u16),
    /// By hanging up.
    HangsUp,
}

/// A service that knows some passwords as stolen. It ends when dropped.
pub struct RangeServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    manner: Arc<Mutex<Manner>>,
    thread: Option<JoinHandle<()>>,
}

impl RangeServer {
    /// Starts it. `stolen` has capital hexadecimal SHA-1 digests with their counts.
    ///
    /// # Errors
    /// If the system gives no port or thread.
    pub fn start(stolen: BTreeMap<String, u64>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (seen, manner) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(Mutex::new(Manner::Honest)));
        let (log, manners) = (Arc::clone(&seen), Arc::clone(&manner));
        let thread = std::thread::Builder::new().name("ranges".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                let Ok(connection) = connection else { return };
                let manner = manners.lock().unwrap_or_else(PoisonError::into_inner).clone();
                // A client that hangs up is none of its business.
                if matches!(serve(connection, &stolen, &manner, &log), Ok(Served::Stop)) {
                    return;
                }
            }
        })?;
        Ok(Self { address, seen, manner, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes how it answers from now on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// Every byte that it was sent, one text for each request.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RangeServer {
    fn drop(&mut self) {
        // Wakes the thread up, which ends on this word.
        if let Ok(mut connection) = TcpStream::connect(self.address) {
            let _ = connection.write_all(b"STOP\r\n\r\n");
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Served {
    Answered,
    Stop,
}

fn serve(
    mut connection: TcpStream,
    stolen: &BTreeMap<String, u64>,
    manner: &Manner,
    log: &Mutex<Vec<String>>,
) -> io::Result<Served> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut BufReader::new(&connection))?;
    if head.starts_with("STOP") {
        return Ok(Served::Stop);
    }
    log.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
    let prefix = head.strip_prefix("GET /range/").and_then(|rest| rest.split_once(" HTTP/1.1\r\n"));
    let hex =
        |text: &str| text.len() == 5 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let body = prefix.filter(|(prefix, _)| hex(prefix)).map(|(prefix, _)| answer(prefix, stolen));
    let (status, body) = match (manner, body) {
        (Manner::Status(status), _) => (*status, Vec::new()),
        (_, None) => (400, Vec::new()),
        (Manner::Says(body), _) => (200, body.clone()),
        (_, Some(body)) => (200, body),
    };
    if *manner == Manner::HangsUp {
        return Ok(Served::Answered);
    }
    let announced = if *manner == Manner::Endless { usize::MAX >> 1 } else { body.len() };
    write!(connection, "HTTP/1.1 {status} X\r\nContent-Length: {announced}\r\nConnection: close\r\n\r\n")?;
    match manner {
        Manner::CutOff => connection.write_all(body.get(..body.len() / 2).unwrap_or_default())?,
        // Until the other side has had enough.
        Manner::Endless => while connection.write_all(&body).is_ok() {},
        _ => connection.write_all(&body)?,
    }
    Ok(Served::Answered)
}

/// The answer to one prefix: endings made up from it, the stolen ones that begin so, and padding.
fn answer(prefix: &str, stolen: &BTreeMap<String, u64>) -> Vec<u8> {
    let mut lines: BTreeMap<String, u64> = (0..LINES)
        .map(|number| {
            let digest = Sha256::digest(format!("{prefix} {number}"));
            let ending: String = digest.iter().map(|byte| format!("{byte:02X}")).take(18).collect();
            // A third of the lines only makes the answer longer.
            (ending.chars().take(35).collect(), if number % 3 == 0 { 0 } else { number })
        })
        .collect();
    let known = stolen.iter().filter_map(|(digest, times)| Some((digest.strip_prefix(prefix)?, times)));
    lines.extend(known.map(|(ending, times)| (ending.to_owned(), *times)));
    let lines: Vec<String> = lines.into_iter().map(|(ending, times)| format!("{ending}:{times}")).collect();
    lines.join("\r\n").into_bytes()
}

fn read_head(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    let mut reader = reader.take(HEAD);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

/// Asks such a service as a program should: the prefix and nothing else of anybody, with padding, one whole answer of
/// bounded length. Without TLS: both ends are on this computer.
///
/// # Errors
/// If the answer is not whole, too long, or not a success.
pub fn ask(address: SocketAddr, prefix: &str, limit: usize) -> io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
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
    fn it_answers_with_what_it_knows_among_much_else() {
        let server = server();
        let known = String::from_utf8(ask(server.address(), "5BAA6", 1 << 20).unwrap()).unwrap();
        assert!(known.lines().any(|line| line == "1E4C9B93F3F0682250B6CF8331B7EE68FD8:7"));
        let other = String::from_utf8(ask(server.address(), "00000", 1 << 20).unwrap()).unwrap();
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
    fn it_misbehaves_as_asked_and_the_client_takes_none_of_it() {
        let server = server();
        for manner in
            [Manner::CutOff, Manner::Endless, Manner::Status(503), Manner::Status(302), Manner::HangsUp]
        {
            server.behave(manner.clone());
            assert!(ask(server.address(), "5BAA6", 1 << 20).is_err(), "{manner:?}");
        }
        server.behave(Manner::Says(b"<html>".to_vec()));
        assert_eq!(ask(server.address(), "5BAA6", 1 << 20).unwrap(), b"<html>");
        server.behave(Manner::Honest);
        assert!(ask(server.address(), "5BAA6", 100).is_err(), "longer than wanted");
        assert!(ask(server.address(), "x", 1 << 20).is_err());
    }
}
