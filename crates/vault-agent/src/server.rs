//! The listening end of the socket: who is answered, how long, and how many at once.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use vault_api::ErrorCode;

use crate::answers::answer;
use crate::claim::Claim;
use crate::documents;
use crate::frame::{self, FrameError, LONGEST, LONGEST_HELLO};
use crate::host::{Host, Permission};
use crate::peer;
use crate::protocol::{Answer, Hello, Request, VERSION, Welcome};
use crate::timed::read;

/// The most connections at once.
const CONNECTIONS: usize = 32;
/// The time for the greeting.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// The time until the next request has arrived.
const NEXT_WITHIN: Duration = Duration::from_mins(1);
/// The time for taking an answer.
const TAKE_WITHIN: Duration = Duration::from_secs(30);
/// The pause after the system refused a connection, as when all descriptors are in use.
const PAUSE: Duration = Duration::from_millis(100);

/// A socket that is listened at. Dropping it removes the socket.
pub struct Serving {
    socket: PathBuf,
    ended: Arc<AtomicBool>,
    _claim: Claim,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts connections.
        let _ = UnixStream::connect(&self.socket);
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// Listens, and answers each connection on a thread of its own.
///
/// # Errors
/// If the socket cannot be made, or no thread started.
pub fn serve(claim: Claim, host: Arc<dyn Host>, runtime: Handle) -> io::Result<Serving> {
    let socket = claim.location().socket();
    // What a program left that did not end regularly. The claim makes this one the only one.
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&socket)?;
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600))?;
    let ended = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&ended);
    std::thread::Builder::new()
        .name("coffer-socket".to_owned())
        .spawn(move || accept(&listener, &host, &runtime, &stop))?;
    Ok(Serving { socket, ended, _claim: claim })
}

fn accept(listener: &UnixListener, host: &Arc<dyn Host>, runtime: &Handle, stop: &AtomicBool) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else {
            std::thread::sleep(PAUSE);
            continue;
        };
        let place = Place::take(&open);
        if open.load(Ordering::Relaxed) > CONNECTIONS {
            continue;
        }
        let (host, runtime) = (Arc::clone(host), runtime.clone());
        // Without a thread the connection is closed.
        let _ = std::thread::Builder::new().name("coffer-program".to_owned()).spawn(move || {
            let _place = place;
            // A connection that fails concerns the program at its other end only.
            let _ = converse(stream, &*host, &runtime);
        });
    }
}

/// A place among the connections, free again when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(open))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn converse(mut stream: UnixStream, host: &dyn Host, runtime: &Handle) -> Result<(), FrameError> {
    let Ok(program) = peer::identify(&stream) else { return Ok(()) };
    stream.set_write_timeout(Some(TAKE_WITHIN))?;
    let Some(hello) = read::<Hello>(&mut stream, LONGEST_HELLO, HELLO_WITHIN)? else { return Ok(()) };
    frame::write(&mut stream, &Welcome { version: VERSION, role: host.role() })?;
    if hello.version != VERSION {
        return Ok(());
    }
    while let Some(request) = read::<Request>(&mut stream, LONGEST, NEXT_WITHIN)? {
        let free = matches!(request, Request::Status | Request::Lock | Request::End);
        let ends = matches!(request, Request::Lock | Request::End);
        let reply = match if free { Permission::Allowed } else { host.permits(&program) } {
            Permission::Allowed => {
                host.used();
                match request {
                    Request::PutDocument { place, name } => {
                        documents::put(&mut stream, host, runtime, &place, name)?;
                        continue;
                    }
                    Request::GetDocument { item, blob } => {
                        documents::get(&mut stream, host, runtime, (&item, &blob))?;
                        continue;
                    }
                    request => runtime.block_on(answer(host, request)),
                }
            }
            Permission::Refused => Answer::Denied,
            Permission::Locked => Answer::Failed(Box::new(ErrorCode::Locked.into())),
        };
        frame::write(&mut stream, &reply)?;
        if ends {
            return Ok(());
        }
    }
    Ok(())
}
