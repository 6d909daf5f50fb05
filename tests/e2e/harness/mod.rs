//! The harness of the journeys: a computer of their own, the application on it, and the actions of a user.

mod app;
mod binary;
mod computer;
mod daemon;
mod line;
mod person;
mod server;
mod wait;

pub use app::App;
pub use binary::binary;
pub use computer::Computer;
pub use line::{lines, serve};
pub use person::{Item, PASSWORD, by, by_with};
pub use server::Server;
pub use wait::until;
