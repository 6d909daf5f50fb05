//! A document between two programs, beside a plain copy of the same file by HTTPS: `openssl s_server` and `curl`, with the bytes
//! passed on in the same way.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::counter::Counter;
use crate::result::Result;
use crate::table::Table;

/// The least of the speed of a plain copy that is wanted.
const GOAL: f64 = 0.7;
const NAME: &str = "bench-document.bin";

/// Gives a program work, and returns how long that took.
pub(super) type Ask<'a> = dyn FnMut(&str) -> Result<Duration> + 'a;

/// Sends a document from one program and saves it at the other.
pub(super) fn measure(
    count: usize,
    folder: &Path,
    (first, second): (&mut Ask<'_>, &mut Ask<'_>),
    table: &mut Table,
) -> Result {
    let size: u64 = if count < 10_000 { 16 << 20 } else { 256 << 20 };
    let path = folder.join(NAME);
    write(&path, size)?;
    let plain = Plain::start(folder)?.map(|plain| plain.copy(&path)).transpose()?;
    let sent = first(&format!("upload {}", path.display()))?;
    second("settle")?;
    second("arrive")?;
    let target = folder.join("received.bin");
    let saved = second(&format!("download {}", target.display()))?;
    if std::fs::metadata(&target)?.len() != size {
        return Err("another document arrived".into());
    }
    for (what, took) in [("sent and read back", sent), ("received and saved", saved)] {
        let beside = plain.map(|plain| {
            let ratio = plain.as_secs_f64() / took.as_secs_f64();
            ("a copy by HTTPS, of whose speed 0.70 is the goal", speed(size, plain), ratio / GOAL)
        });
        table.add(
            format!("{count} items: a document of {} MiB, {what}", size >> 20),
            speed(size, took),
            beside,
        );
    }
    if plain.is_none() {
        table.add("a copy by HTTPS", "openssl or curl is not installed, not measured".to_owned(), None);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
fn speed(size: u64, took: Duration) -> String {
    format!("{:.0} MiB/s", (size >> 20) as f64 / took.as_secs_f64())
}

/// Writes a file that does not compress.
fn write(path: &Path, size: u64) -> Result {
    let mut file = BufWriter::new(File::create(path)?);
    let mut block = vec![0; 1 << 20];
    for _ in 0..size >> 20 {
        getrandom::fill(&mut block)?;
        file.write_all(&block)?;
    }
    Ok(file.flush()?)
}

/// A server of the files in a folder.
struct Plain {
    running: Child,
    folder: PathBuf,
    counter: Counter,
}

impl Plain {
    /// Starts one; `None` if a program is not installed.
    fn start(folder: &Path) -> Result<Option<Self>> {
        let is_there = |name: &str| quiet(name).arg("--version").status().is_ok();
        if !is_there("openssl") || !is_there("curl") {
            return Ok(None);
        }
        let mut make = quiet("openssl");
        make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
        make.args(["-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=127.0.0.1"]);
        if !make.current_dir(folder).status()?.success() {
            return Err("openssl makes no certificate".into());
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut serve = quiet("openssl");
        serve.args(["s_server", "-quiet", "-WWW", "-key", "key.pem", "-cert", "certificate.pem", "-accept"]);
        let running = serve.arg(format!("127.0.0.1:{port}")).current_dir(folder).spawn()?;
        let plain = Self { running, folder: folder.to_owned(), counter: Counter::before(port)? };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Some(plain))
    }

    /// Copies a file of the folder, and returns how long it took.
    fn copy(&self, path: &Path) -> Result<Duration> {
        let target = self.folder.join("copied.bin");
        let begun = Instant::now();
        let mut copy = quiet("curl");
        copy.args(["--silent", "--insecure", "--fail", "--output"]).arg(&target);
        let done = copy.arg(format!("{}/{NAME}", self.counter.address())).status()?;
        let took = begun.elapsed();
        if done.success() && std::fs::metadata(target)?.len() == std::fs::metadata(path)?.len() {
            Ok(took)
        } else {
            Err("curl copied nothing".into())
        }
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
