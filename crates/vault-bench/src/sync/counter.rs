//! Counts the bytes between a program and the server.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::result::Result;

/// Passes on connections. It ends with the process.
pub struct Counter {
    port: u16,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl Counter {
    pub fn before(server: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let counter = Self { port: listener.local_addr()?.port(), up: Arc::default(), down: Arc::default() };
        let (up, down) = (counter.up.clone(), counter.down.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    let _ = pass(&client, &server, &up);
                    let _ = pass(&server, &client, &down);
                }
            }
        });
        Ok(counter)
    }

    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The bytes so far, up and down.
    pub fn bytes(&self) -> (u64, u64) {
        (self.up.load(Ordering::Relaxed), self.down.load(Ordering::Relaxed))
    }

    /// The bytes since then, for each of some equal parts.
    pub fn since(&self, (up, down): (u64, u64), parts: usize) -> (u64, u64) {
        let (up_now, down_now) = self.bytes();
        ((up_now - up) / parts as u64, (down_now - down) / parts as u64)
    }
}

fn pass(from: &TcpStream, to: &TcpStream, count: &Arc<AtomicU64>) -> Result {
    from.set_nodelay(true)?;
    let (mut from, mut to, count) = (from.try_clone()?, to.try_clone()?, count.clone());
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            count.fetch_add(read as u64, Ordering::Relaxed);
            if to.write_all(buffer.get(..read).unwrap_or_default()).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    Ok(())
}
