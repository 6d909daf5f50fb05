//! The clipboard: copied secrets are excluded from clipboard histories and cleared after some time.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use vault_api::{ErrorCode, ErrorView};
use zeroize::Zeroizing;

/// The clipboard cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("the clipboard cannot be reached")]
pub struct Unavailable;

impl From<Unavailable> for ErrorView {
    fn from(_: Unavailable) -> Self {
        Self::of(ErrorCode::ClipboardUnavailable)
    }
}

/// Receives the seconds until the clipboard is cleared: at each copy, and 0 when it was cleared.
pub type Callback = Box<dyn Fn(u32) + Send>;

/// A picture from the clipboard: red, green, blue and alpha for each pixel, row by row.
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Four bytes for each pixel.
    pub pixels: Zeroizing<Vec<u8>>,
}

/// The operations of a system's clipboard.
trait ClipboardBackend: Send {
    fn put(&mut self, secret: &str) -> Result<(), Unavailable>;
    fn put_plain(&mut self, text: &str) -> Result<(), Unavailable>;
    fn text(&mut self) -> Option<Zeroizing<String>>;
    fn picture(&mut self) -> Option<Picture>;
    fn clear(&mut self) -> Result<(), Unavailable>;
}

/// A request to the clipboard thread.
enum Request {
    Put { text: Zeroizing<String>, kind: Kind, done: oneshot::Sender<Result<(), Unavailable>> },
    Clear { done: oneshot::Sender<Result<(), Unavailable>> },
    Text { done: oneshot::Sender<Result<Zeroizing<String>, Unavailable>> },
    Picture { done: oneshot::Sender<Result<Picture, Unavailable>> },
}

/// The kind of a copied text.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A secret: cleared at lock, at exit and after some time; excluded from histories.
    Secret {
        /// Seconds until it is cleared; 0 for never.
        seconds: u32,
    },
    /// A public text: it stays.
    Plain,
}

/// The clipboard, owned by a thread of its own.
#[derive(Clone)]
pub struct Clipboard {
    requests: mpsc::Sender<Request>,
}

impl Clipboard {
    /// Starts the thread. The system's clipboard is opened when it is first used.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub fn start(on_change: Callback) -> std::io::Result<Self> {
        Self::start_on(SystemClipboard { clipboard: None }, on_change)
    }

    fn start_on(backend: impl ClipboardBackend + 'static, on_change: Callback) -> std::io::Result<Self> {
        let (requests, queue) = mpsc::channel();
        let worker = Worker { backend, on_change, held: None };
        std::thread::Builder::new().name("clipboard".to_owned()).spawn(move || worker.run(&queue))?;
        Ok(Self { requests })
    }

    /// Copies `text`. A secret is cleared after its time if it is still there.
    ///
    /// # Errors
    /// If there is no clipboard, or the system refuses.
    pub async fn put(&self, text: Zeroizing<String>, kind: Kind) -> Result<(), Unavailable> {
        let (done, answer) = oneshot::channel();
        self.requests.send(Request::Put { text, kind, done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// Returns the text on the clipboard, of any program. Called only when the user requests it.
    ///
    /// # Errors
    /// If there is no clipboard, or no text on it.
    pub async fn text(&self) -> Result<Zeroizing<String>, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.requests.send(Request::Text { done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// Returns the picture on the clipboard. Called only when the user requests it. The system's library decodes half a
    /// gigabyte at most.
    ///
    /// # Errors
    /// If there is no clipboard, or no picture on it.
    pub async fn picture(&self) -> Result<Picture, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.requests.send(Request::Picture { done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// Clears the clipboard if it still contains what this program copied last.
    ///
    /// # Errors
    /// If the system refuses.
    pub async fn clear(&self) -> Result<(), Unavailable> {
        self.request_clear()?.await.unwrap_or(Err(Unavailable))
    }

    /// [`Self::clear`] for a thread that may block, such as one that ends the program.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn clear_now(&self) -> Result<(), Unavailable> {
        self.request_clear()?.blocking_recv().unwrap_or(Err(Unavailable))
    }

    fn request_clear(&self) -> Result<oneshot::Receiver<Result<(), Unavailable>>, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.requests.send(Request::Clear { done }).map_err(|_| Unavailable)?;
        Ok(answer)
    }
}

/// The hash of the last copied secret, and when it is cleared.
struct Held {
    hash: [u8; 32],
    until: Option<Instant>,
}

struct Worker<B> {
    backend: B,
    on_change: Callback,
    held: Option<Held>,
}

impl<B: ClipboardBackend> Worker<B> {
    fn run(mut self, queue: &mpsc::Receiver<Request>) {
        loop {
            let request = match self.held.as_ref().and_then(|held| held.until) {
                Some(until) => queue.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => queue.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
            };
            // The caller may have been dropped; the request is executed all the same.
            match request {
                Ok(Request::Put { text, kind, done }) => {
                    let _ = done.send(self.put(&text, kind));
                }
                Ok(Request::Clear { done }) => {
                    let _ = done.send(self.clear());
                }
                Ok(Request::Text { done }) => {
                    let _ = done.send(self.backend.text().ok_or(Unavailable));
                }
                Ok(Request::Picture { done }) => {
                    let _ = done.send(self.backend.picture().ok_or(Unavailable));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let _ = self.clear();
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn put(&mut self, text: &str, kind: Kind) -> Result<(), Unavailable> {
        let Kind::Secret { seconds } = kind else {
            self.held = None;
            (self.on_change)(0);
            return self.backend.put_plain(text);
        };
        self.backend.put(text)?;
        let until = (seconds > 0).then(|| Instant::now() + Duration::from_secs(u64::from(seconds)));
        self.held = Some(Held { hash: hash(text), until });
        (self.on_change)(seconds);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Unavailable> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let still_ours = self.backend.text().is_some_and(|text| hash(&text) == held.hash);
        (self.on_change)(0);
        if still_ours { self.backend.clear() } else { Ok(()) }
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The clipboard of the system.
struct SystemClipboard {
    /// Opened when first needed; on X11 and Wayland it must stay alive to serve the copied text.
    clipboard: Option<arboard::Clipboard>,
}

impl SystemClipboard {
    fn open(&mut self) -> Result<&mut arboard::Clipboard, Unavailable> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            empty => Ok(empty.insert(arboard::Clipboard::new().map_err(|_| Unavailable)?)),
        }
    }
}

impl ClipboardBackend for SystemClipboard {
    fn put(&mut self, secret: &str) -> Result<(), Unavailable> {
        #[cfg(target_os = "macos")]
        use arboard::SetExtApple as _;
        #[cfg(target_os = "linux")]
        use arboard::SetExtLinux as _;
        #[cfg(target_os = "windows")]
        use arboard::SetExtWindows as _;
        let set = self.open()?.set().exclude_from_history();
        #[cfg(target_os = "windows")]
        let set = set.exclude_from_cloud().exclude_from_monitoring();
        set.text(secret).map_err(|_| Unavailable)
    }

    fn put_plain(&mut self, text: &str) -> Result<(), Unavailable> {
        self.open()?.set_text(text).map_err(|_| Unavailable)
    }

    fn text(&mut self) -> Option<Zeroizing<String>> {
        self.open().ok()?.get_text().ok().map(Zeroizing::new)
    }

    fn picture(&mut self) -> Option<Picture> {
        let arboard::ImageData { width, height, bytes } = self.open().ok()?.get_image().ok()?;
        Some(Picture { width, height, pixels: Zeroizing::new(bytes.into_owned()) })
    }

    fn clear(&mut self) -> Result<(), Unavailable> {
        let clipboard = self.open()?;
        // Overwrites the copy in the library's memory; `clear` alone would only stop serving it.
        clipboard.set_text("").map_err(|_| Unavailable)?;
        clipboard.clear().map_err(|_| Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Option<String>>>);

    impl ClipboardBackend for Memory {
        fn put(&mut self, secret: &str) -> Result<(), Unavailable> {
            *self.0.lock().unwrap() = Some(secret.to_owned());
            Ok(())
        }
        fn put_plain(&mut self, text: &str) -> Result<(), Unavailable> {
            self.put(text)
        }
        fn text(&mut self) -> Option<Zeroizing<String>> {
            self.0.lock().unwrap().clone().map(Zeroizing::new)
        }
        fn picture(&mut self) -> Option<Picture> {
            let shown = self.0.lock().unwrap().as_deref() == Some("a picture");
            shown.then(|| Picture { width: 1, height: 1, pixels: Zeroizing::new(vec![255; 4]) })
        }
        fn clear(&mut self) -> Result<(), Unavailable> {
            *self.0.lock().unwrap() = None;
            Ok(())
        }
    }

    fn secret() -> Zeroizing<String> {
        Zeroizing::new("hunter2".to_owned())
    }

    fn started() -> (Clipboard, Memory, mpsc::Receiver<u32>) {
        let memory = Memory::default();
        let (sender, changes) = mpsc::channel();
        let clipboard =
            Clipboard::start_on(memory.clone(), Box::new(move |left| sender.send(left).unwrap())).unwrap();
        (clipboard, memory, changes)
    }

    #[tokio::test]
    async fn a_secret_is_cleared_after_its_time() {
        let (clipboard, memory, changes) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 1 }).await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("hunter2"));
        assert_eq!(changes.recv().unwrap(), 1);
        assert_eq!(changes.recv().unwrap(), 0);
        clipboard.clear().await.unwrap();
        assert_eq!(*memory.0.lock().unwrap(), None);
    }

    #[tokio::test]
    async fn a_text_of_another_program_is_not_cleared() {
        let (clipboard, memory, changes) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 0 }).await.unwrap();
        *memory.0.lock().unwrap() = Some("a sentence from elsewhere".to_owned());
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("a sentence from elsewhere"));
        assert_eq!([changes.recv().unwrap(), changes.recv().unwrap()], [0, 0]);
    }

    #[tokio::test]
    async fn reading_the_clipboard_leaves_it_unchanged() {
        let (clipboard, memory, _changes) = started();
        assert!(clipboard.text().await.is_err());
        *memory.0.lock().unwrap() = Some("a key".to_owned());
        assert_eq!(clipboard.text().await.unwrap().as_str(), "a key");
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("a key"));
    }

    /// A system without a clipboard.
    struct NoClipboard;

    impl ClipboardBackend for NoClipboard {
        fn put(&mut self, _: &str) -> Result<(), Unavailable> {
            Err(Unavailable)
        }
        fn put_plain(&mut self, _: &str) -> Result<(), Unavailable> {
            Err(Unavailable)
        }
        fn text(&mut self) -> Option<Zeroizing<String>> {
            None
        }
        fn picture(&mut self) -> Option<Picture> {
            None
        }
        fn clear(&mut self) -> Result<(), Unavailable> {
            Err(Unavailable)
        }
    }

    #[tokio::test]
    async fn a_system_without_a_clipboard_gives_the_code() {
        let clipboard = Clipboard::start_on(NoClipboard, Box::new(|_| {})).unwrap();
        let refused = clipboard.put(secret(), Kind::Secret { seconds: 1 }).await.unwrap_err();
        assert_eq!(ErrorView::from(refused).code, ErrorCode::ClipboardUnavailable);
        assert_eq!(
            ErrorView::from(clipboard.text().await.unwrap_err()).code,
            ErrorCode::ClipboardUnavailable
        );
    }

    #[tokio::test]
    async fn a_picture_is_read_if_there_is_one() {
        let (clipboard, memory, _changes) = started();
        *memory.0.lock().unwrap() = Some("a text".to_owned());
        assert!(clipboard.picture().await.is_err());
        *memory.0.lock().unwrap() = Some("a picture".to_owned());
        assert_eq!(clipboard.picture().await.unwrap().pixels.len(), 4);
        assert!(memory.0.lock().unwrap().is_some());
    }

    #[tokio::test]
    async fn a_public_text_stays() {
        let (clipboard, memory, _changes) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 600 }).await.unwrap();
        clipboard.put(Zeroizing::new("versions".to_owned()), Kind::Plain).await.unwrap();
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("versions"));
    }

    #[tokio::test]
    async fn clearing_without_an_own_copy_changes_nothing() {
        let (clipboard, memory, _changes) = started();
        *memory.0.lock().unwrap() = Some("not ours".to_owned());
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("not ours"));
    }
}
