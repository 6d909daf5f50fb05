//! Detects that the computer goes to sleep or its screen is locked.

use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};
use zbus::{MatchRule, Message};

/// An event at which the profile may lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspendEvent {
    /// The computer is about to sleep.
    Sleep,
    /// The screen was locked.
    ScreenLock,
}

/// Receives the events on a thread that may block; the computer sleeps only after it has returned.
pub type Callback = std::sync::Arc<dyn Fn(SuspendEvent) + Send + Sync>;

/// Starts watching, where the system has a service for it.
///
/// # Errors
/// If the system cannot start a thread.
pub fn watch(callback: &Callback) -> std::io::Result<()> {
    for (name, watch) in [
        ("login-watch", watch_login as fn(&Callback) -> zbus::Result<()>),
        ("screen-watch", watch_screen_saver),
    ] {
        let callback = Callback::clone(callback);
        // Without a bus, or after it went away, there are no events, and the idle lock remains.
        std::thread::Builder::new().name(name.to_owned()).spawn(move || watch(&callback).is_ok())?;
    }
    Ok(())
}

const LOGIN: &str = "org.freedesktop.login1";
const LOGIN_PATH: &str = "/org/freedesktop/login1";
const LOGIN_MANAGER: &str = "org.freedesktop.login1.Manager";
const LOGIN_SESSION: &str = "org.freedesktop.login1.Session";

/// Watches logind: `PrepareForSleep`, and `Lock` of the session this program runs in.
fn watch_login(callback: &Callback) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let own_session = own_session(&bus).ok();
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(LOGIN)?.build();
    let signals = MessageIterator::for_match_rule(rule, &bus, None)?;
    // While this is held, sleep is delayed (by some seconds at most) until the profile is locked.
    let mut inhibitor = inhibit_sleep(&bus).ok();
    for signal in signals {
        let signal = signal?;
        match (interface(&signal).as_str(), member(&signal).as_str()) {
            (LOGIN_MANAGER, "PrepareForSleep") if first_flag(&signal) == Some(true) => {
                callback(SuspendEvent::Sleep);
                drop(inhibitor.take());
            }
            (LOGIN_MANAGER, "PrepareForSleep") => inhibitor = inhibit_sleep(&bus).ok(),
            (LOGIN_SESSION, "Lock") if is_own(&signal, own_session.as_ref()) => {
                callback(SuspendEvent::ScreenLock);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Watches the desktop's screen saver, under any of its interface names.
fn watch_screen_saver(callback: &Callback) -> zbus::Result<()> {
    let bus = Connection::session()?;
    let rule = MatchRule::builder().msg_type(Type::Signal).member("ActiveChanged")?.build();
    for signal in MessageIterator::for_match_rule(rule, &bus, None)? {
        let signal = signal?;
        if interface(&signal).ends_with(".ScreenSaver") && first_flag(&signal) == Some(true) {
            callback(SuspendEvent::ScreenLock);
        }
    }
    Ok(())
}

fn own_session(bus: &Connection) -> zbus::Result<OwnedObjectPath> {
    let id = std::process::id();
    bus.call_method(Some(LOGIN), LOGIN_PATH, Some(LOGIN_MANAGER), "GetSessionByPID", &(id,))?
        .body()
        .deserialize()
}

fn inhibit_sleep(bus: &Connection) -> zbus::Result<OwnedFd> {
    let what = ("sleep", "Coffer", "The profile is locked first", "delay");
    bus.call_method(Some(LOGIN), LOGIN_PATH, Some(LOGIN_MANAGER), "Inhibit", &what)?.body().deserialize()
}

fn is_own(signal: &Message, own_session: Option<&OwnedObjectPath>) -> bool {
    let path = signal.header().path().map(|path| path.as_str().to_owned());
    path.as_deref() == own_session.map(|own| own.as_str()) && path.is_some()
}

fn interface(signal: &Message) -> String {
    signal.header().interface().map(|name| name.as_str().to_owned()).unwrap_or_default()
}

fn member(signal: &Message) -> String {
    signal.header().member().map(|name| name.as_str().to_owned()).unwrap_or_default()
}

fn first_flag(signal: &Message) -> Option<bool> {
    signal.body().deserialize().ok()
}
