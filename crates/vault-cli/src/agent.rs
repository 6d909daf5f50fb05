//! The agent: the program that has the profile open while there is no desktop. It ends when the profile is locked.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use vault_agent::protocol::{Role, Secret};
use vault_agent::suspend::{self, SuspendEvent};
use vault_agent::{ClaimError, Host, Others, Permission, Program, Serving, serve};
use vault_api::views::UnlockRequest;
use vault_api::{Coffer, ErrorView, EventSink};
use zeroize::Zeroizing;

use crate::connection::{Context, close_to_debuggers};
use crate::failure::{Exit, Failure};
use crate::generating;

/// The longest input.
const LONGEST: u64 = 256 << 10;
/// How often the time without a request is checked.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// The longest time for which a transfer delays locking.
const MAX_DELAY: Duration = Duration::from_mins(60);

/// What opens a profile.
#[derive(Serialize, Deserialize)]
pub struct Opening {
    /// The profile.
    pub profile_id: String,
    /// Its password.
    pub password: Secret,
    /// The Secret Key, if the keychain does not have it.
    pub secret_key: Option<Secret>,
}

/// What became of it.
#[derive(Serialize, Deserialize)]
pub enum Opened {
    /// The profile is open, and the agent listens.
    Open,
    /// Another program listens already.
    Held,
    /// The profile was not opened.
    Failed(Box<ErrorView>),
    /// The socket cannot be made.
    Place(String),
}

struct Agent {
    coffer: Coffer,
    own: Program,
    ends: Notify,
    /// The last request, in milliseconds on the clock.
    used: AtomicU64,
}

impl Host for Agent {
    fn role(&self) -> Role {
        Role::Agent
    }

    fn coffer(&self) -> &Coffer {
        &self.coffer
    }

    fn permits(&self, program: &Program) -> Permission {
        if program.is(&self.own) { Permission::Allowed } else { Permission::Refused }
    }

    fn used(&self) {
        self.used.store(since_boot(), Ordering::Relaxed);
    }

    fn end(&self) -> bool {
        self.ends.notify_one();
        true
    }
}

/// Opens the profile that the standard input names, reports on the standard output, and serves it.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    // Fails if it leads a session already, which is as good.
    let _ = rustix::process::setsid();
    let failed = |error: std::io::Error| Failure::new(Exit::General, error.to_string());
    let own = Program::own().map_err(failed)?;
    close_to_debuggers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let opening = read_opening()?;
    let coffer = generating::start(context, EventSink::new(|_| {}))?;
    let agent = Arc::new(Agent { coffer, own, ends: Notify::new(), used: AtomicU64::new(since_boot()) });
    watch_suspend(&agent, runtime.handle());
    runtime.block_on(async {
        let opened = open(context, &agent, opening).await;
        let (report, serving) = match opened {
            Ok(serving) => (Opened::Open, Some(serving)),
            Err(report) => (report, None),
        };
        let text = serde_json::to_string(&report).unwrap_or_default();
        let mut output = std::io::stdout();
        output.write_all(text.as_bytes()).and_then(|()| output.write_all(b"\n")).map_err(failed)?;
        output.flush().map_err(failed)?;
        let exit = if serving.is_some() { Exit::Done } else { Exit::General };
        if serving.is_some() {
            wait_for_end(&agent).await;
        }
        // The profile is closed before another program may listen.
        let ended = agent.coffer.session_end().await;
        drop(serving);
        ended?;
        Ok(exit)
    })
}

/// Locks before the computer sleeps, and when its screen is locked, unless the settings say otherwise.
fn watch_suspend(agent: &Arc<Agent>, runtime: &Handle) {
    let (agent, runtime) = (Arc::clone(agent), runtime.clone());
    let lock = move |_: SuspendEvent| {
        runtime.block_on(async {
            let wanted = agent.coffer.settings_get().await.is_ok_and(|settings| settings.lock_on_sleep);
            if wanted && agent.coffer.is_unlocked().await {
                // Ending locks, too, should this fail.
                let _ = agent.coffer.session_lock().await;
                agent.ends.notify_one();
            }
        });
    };
    // Without it, the idle lock remains.
    let _ = suspend::watch(&(Arc::new(lock) as suspend::Callback));
}

fn read_opening() -> Result<Opening, Failure> {
    let failed = || Failure::new(Exit::Usage, "this command is started by `coffer unlock`");
    let mut text = Zeroizing::new(Vec::new());
    std::io::stdin().take(LONGEST).read_to_end(&mut text).map_err(|_| failed())?;
    serde_json::from_slice(&text).map_err(|_| failed())
}

async fn open(context: &Context, agent: &Arc<Agent>, opening: Opening) -> Result<Serving, Opened> {
    let place = |error: std::io::Error| Opened::Place(error.to_string());
    let claim = context.location.claim(Others::Respected).map_err(|error| match error {
        ClaimError::Held => Opened::Held,
        ClaimError::Place(error) => place(error),
    })?;
    let Opening { profile_id, password, secret_key } = opening;
    let request = UnlockRequest {
        profile_id,
        password: password.expose().to_owned(),
        secret_key: secret_key.map(|key| key.expose().to_owned()),
    };
    agent.coffer.session_unlock(request).await.map_err(|error| Opened::Failed(Box::new(error)))?;
    let host: Arc<dyn Host> = Arc::<Agent>::clone(agent);
    serve(claim, host, Handle::current()).map_err(place)
}

/// Waits until the agent is to end, the profile is locked, or nothing was asked for the time of its settings.
async fn wait_for_end(agent: &Agent) {
    while tokio::time::timeout(CHECK_EVERY, agent.ends.notified()).await.is_err() {
        if !agent.coffer.is_unlocked().await {
            return;
        }
        let Ok(settings) = agent.coffer.settings_get().await else { return };
        let limit = Duration::from_secs(u64::from(settings.lock_after_minutes) * 60);
        let limit = if agent.coffer.is_working() { limit.max(MAX_DELAY) } else { limit };
        let idle = Duration::from_millis(since_boot().saturating_sub(agent.used.load(Ordering::Relaxed)));
        if !limit.is_zero() && idle >= limit {
            return;
        }
    }
}

/// Milliseconds on a clock that also runs while the computer sleeps. In debug builds a test can speed it up.
fn since_boot() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let time = Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0));
    u64::try_from(time.saturating_mul(speed()).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(debug_assertions)]
fn speed() -> u32 {
    std::env::var("COFFER_TEST_CLOCK_SPEED").ok().and_then(|speed| speed.parse().ok()).unwrap_or(1)
}

#[cfg(not(debug_assertions))]
const fn speed() -> u32 {
    1
}
