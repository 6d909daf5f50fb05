//! A mail server that keeps what it gets.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A mail.
#[derive(Debug)]
pub struct Received {
    pub to: String,
    /// The head, and the body as it was written.
    pub head: String,
    pub body: String,
}

/// The server.
pub struct MailPeer {
    pub address: SocketAddr,
    received: UnboundedReceiver<Received>,
}

impl MailPeer {
    /// Starts one, which is busy for as many mails at first.
    pub async fn start(busy: usize) -> Self {
        Self::start_as(b"451 later\r\n", busy).await
    }

    /// Starts one, which refuses the first mail for ever.
    pub async fn start_refusing() -> Self {
        Self::start_as(b"550 never\r\n", 1).await
    }

    async fn start_as(refusal: &'static [u8], refuse: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = unbounded_channel();
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                converse(stream, &sender, Some(refusal).filter(|_| number < refuse)).await;
            }
        });
        Self { address, received }
    }

    /// The next mail.
    pub async fn next(&mut self) -> Received {
        self.received.recv().await.unwrap()
    }
}

/// Speaks as much of RFC 5321 as a sender needs.
async fn converse(stream: TcpStream, sender: &UnboundedSender<Received>, refusal: Option<&[u8]>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 peer\r\n").await.unwrap();
    let (mut to, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let command = line.trim_end().to_owned();
        line.clear();
        let answer: &[u8] = match command.split([' ', ':']).next().unwrap() {
            "EHLO" => b"250-peer\r\n250 8BITMIME\r\n",
            "MAIL" => refusal.unwrap_or(b"250 ok\r\n"),
            "RCPT" => {
                to = command.split(['<', '>']).nth(1).unwrap().to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    assert!(stream.read_line(&mut text).await.unwrap() > 0);
                }
                let (head, body) = text.split_once("\r\n\r\n").unwrap();
                let body = decode(head, body.strip_suffix(".\r\n").unwrap());
                sender.send(Received { to: to.clone(), head: head.to_owned(), body }).unwrap();
                b"250 ok\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.unwrap();
    }
}

/// The text, which may be quoted-printable (RFC 2045).
fn decode(head: &str, body: &str) -> String {
    if !head.contains("quoted-printable") {
        return body.replace("\r\n", "\n");
    }
    let joined = body.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = Vec::new();
    let mut pieces = joined.split('=');
    bytes.extend(pieces.next().unwrap().bytes());
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(piece[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}
