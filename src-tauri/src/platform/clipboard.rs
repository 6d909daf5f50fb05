//! Copied secrets: put there by the program itself, kept out of clipboard histories, taken away again after a while.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use vault_api::views::{ErrorCode, ErrorView};
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

/// Told how many seconds are left: at each copy, and 0 when the clipboard was cleared.
pub type Told = Box<dyn Fn(u32) + Send>;

/// A picture from the clipboard: red, green, blue and how much it covers for each pixel, row by row.
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Four bytes for each pixel.
    pub pixels: Zeroizing<Vec<u8>>,
}

/// What is needed of a system's clipboard.
trait Board: Send {
    fn put(&mut self, secret: &str) -> Result<(), Unavailable>;
    fn put_plain(&mut self, text: &str) -> Result<(), Unavailable>;
    fn text(&mut self) -> Option<Zeroizing<String>>;
    fn picture(&mut self) -> Option<Picture>;
    fn clear(&mut self) -> Result<(), Unavailable>;
}

enum Order {
    Put { text: Zeroizing<String>, kind: Kind, done: oneshot::Sender<Result<(), Unavailable>> },
    Clear { done: oneshot::Sender<Result<(), Unavailable>> },
    Text { done: oneshot::Sender<Result<Zeroizing<String>, Unavailable>> },
    Picture { done: oneshot::Sender<Result<Picture, Unavailable>> },
}

/// What is copied.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A secret: cleared at lock, at exit and after so many seconds unless that is 0; kept out of histories.
    Secret {
        /// Seconds until it is cleared.
        seconds: u32,
    },
    /// Nothing to hide: it stays.
    Plain,
}

/// The clipboard, kept by a thread of its own.
#[derive(Clone)]
pub struct Clipboard {
    orders: mpsc::Sender<Order>,
}

impl Clipboard {
    /// Starts the thread; the system's clipboard is first touched when something is copied.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(told: Told) -> std::io::Result<Self> {
        Self::start_on(SystemBoard { clipboard: None }, told)
    }

    fn start_on(board: impl Board + 'static, told: Told) -> std::io::Result<Self> {
        let (orders, queue) = mpsc::channel();
        let keeper = Keeper { board, told, held: None };
        std::thread::Builder::new().name("clipboard".to_owned()).spawn(move || keeper.run(&queue))?;
        Ok(Self { orders })
    }

    /// Copies `text`; a secret is taken away again if it is still there by then.
    ///
    /// # Errors
    /// When there is no clipboard, or the system refuses.
    pub async fn put(&self, text: Zeroizing<String>, kind: Kind) -> Result<(), Unavailable> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Put { text, kind, done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// The text that is on the clipboard, whoever put it there; only read when the person asks for it.
    ///
    /// # Errors
    /// When there is no clipboard, or no text on it.
    pub async fn text(&self) -> Result<Zeroizing<String>, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Text { done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// The picture that is on the clipboard; only read when the person asks for it. The system's library unpacks half a
    /// gigabyte at most.
    ///
    /// # Errors
    /// When there is no clipboard, or no picture on it.
    pub async fn picture(&self) -> Result<Picture, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Picture { done }).map_err(|_| Unavailable)?;
        answer.await.unwrap_or(Err(Unavailable))
    }

    /// Clears the clipboard if what this program copied last is still there.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn clear(&self) -> Result<(), Unavailable> {
        self.order_clear()?.await.unwrap_or(Err(Unavailable))
    }

    /// [`Self::clear`] for a thread that may wait, such as one that ends the program.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn clear_now(&self) -> Result<(), Unavailable> {
        self.order_clear()?.blocking_recv().unwrap_or(Err(Unavailable))
    }

    fn order_clear(&self) -> Result<oneshot::Receiver<Result<(), Unavailable>>, Unavailable> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Clear { done }).map_err(|_| Unavailable)?;
        Ok(answer)
    }
}

/// What was copied last, as far as it must be known again.
struct Held {
    hash: [u8; 32],
    until: Option<Instant>,
}

struct Keeper<B> {
    board: B,
    told: Told,
    held: Option<Held>,
}

impl<B: Board> Keeper<B> {
    fn run(mut self, queue: &mpsc::Receiver<Order>) {
        loop {
            let order = match self.held.as_ref().and_then(|held| held.until) {
                Some(until) => queue.recv_timeout(until.saturating_duration_since(Instant::now())),
                None => queue.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
            };
            // Whoever gave an order may have gone; it is carried out all the same.
            match order {
                Ok(Order::Put { text, kind, done }) => {
                    let _ = done.send(self.put(&text, kind));
                }
                Ok(Order::Clear { done }) => {
                    let _ = done.send(self.clear());
                }
                Ok(Order::Text { done }) => {
                    let _ = done.send(self.board.text().ok_or(Unavailable));
                }
                Ok(Order::Picture { done }) => {
                    let _ = done.send(self.board.picture().ok_or(Unavailable));
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
            (self.told)(0);
            return self.board.put_plain(text);
        };
        self.board.put(text)?;
        let until = (seconds > 0).then(|| Instant::now() + Duration::from_secs(u64::from(seconds)));
        self.held = Some(Held { hash: hash(text), until });
        (self.told)(seconds);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Unavailable> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let still_ours = self.board.text().is_some_and(|text| hash(&text) == held.hash);
        (self.told)(0);
        if still_ours { self.board.clear() } else { Ok(()) }
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The clipboard of the system.
struct SystemBoard {
    /// Opened when first needed; on X11 and Wayland it must live on to serve what was copied.
    clipboard: Option<arboard::Clipboard>,
}

impl SystemBoard {
    fn open(&mut self) -> Result<&mut arboard::Clipboard, Unavailable> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            empty => Ok(empty.insert(arboard::Clipboard::new().map_err(|_| Unavailable)?)),
        }
    }
}

impl Board for SystemBoard {
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
        // Overwrites the copy that the library serves from memory; clearing alone would only stop serving it.
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

    impl Board for Memory {
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
        let (tell, told) = mpsc::channel();
        let clipboard =
            Clipboard::start_on(memory.clone(), Box::new(move |left| tell.send(left).unwrap())).unwrap();
        (clipboard, memory, told)
    }

    #[tokio::test]
    async fn a_copy_is_taken_away_when_its_time_is_over() {
        let (clipboard, memory, told) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 1 }).await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("hunter2"));
        assert_eq!(told.recv().unwrap(), 1);
        assert_eq!(told.recv().unwrap(), 0);
        clipboard.clear().await.unwrap();
        assert_eq!(*memory.0.lock().unwrap(), None);
    }

    #[tokio::test]
    async fn what_somebody_else_copied_meanwhile_is_left_alone() {
        let (clipboard, memory, told) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 0 }).await.unwrap();
        *memory.0.lock().unwrap() = Some("a sentence from elsewhere".to_owned());
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("a sentence from elsewhere"));
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [0, 0]);
    }

    #[tokio::test]
    async fn what_somebody_copied_is_read_and_left_there() {
        let (clipboard, memory, _told) = started();
        assert!(clipboard.text().await.is_err());
        *memory.0.lock().unwrap() = Some("a key".to_owned());
        assert_eq!(clipboard.text().await.unwrap().as_str(), "a key");
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("a key"));
    }

    /// A system without a clipboard.
    struct Nowhere;

    impl Board for Nowhere {
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
    async fn a_system_without_a_clipboard_is_told_by_its_code() {
        let clipboard = Clipboard::start_on(Nowhere, Box::new(|_| {})).unwrap();
        let refused = clipboard.put(secret(), Kind::Secret { seconds: 1 }).await.unwrap_err();
        assert_eq!(ErrorView::from(refused).code, ErrorCode::ClipboardUnavailable);
        assert_eq!(
            ErrorView::from(clipboard.text().await.unwrap_err()).code,
            ErrorCode::ClipboardUnavailable
        );
    }

    #[tokio::test]
    async fn a_picture_is_read_where_there_is_one() {
        let (clipboard, memory, _told) = started();
        *memory.0.lock().unwrap() = Some("a text".to_owned());
        assert!(clipboard.picture().await.is_err());
        *memory.0.lock().unwrap() = Some("a picture".to_owned());
        assert_eq!(clipboard.picture().await.unwrap().pixels.len(), 4);
        assert!(memory.0.lock().unwrap().is_some());
    }

    #[tokio::test]
    async fn what_is_no_secret_stays() {
        let (clipboard, memory, _told) = started();
        clipboard.put(secret(), Kind::Secret { seconds: 600 }).await.unwrap();
        clipboard.put(Zeroizing::new("versions".to_owned()), Kind::Plain).await.unwrap();
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("versions"));
    }

    #[tokio::test]
    async fn clearing_without_a_copy_of_ours_touches_nothing() {
        let (clipboard, memory, _told) = started();
        *memory.0.lock().unwrap() = Some("not ours".to_owned());
        clipboard.clear().await.unwrap();
        assert_eq!(memory.0.lock().unwrap().as_deref(), Some("not ours"));
    }
}
