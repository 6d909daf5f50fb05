//! What the journeys stand on: a computer of their own, the application on it, and hands and eyes.

mod app;
mod computer;
mod daemon;
mod person;
mod wait;

pub use app::App;
pub use computer::Computer;
pub use person::{Item, PASSWORD, by, by_with};
pub use wait::until;
