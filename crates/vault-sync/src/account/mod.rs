//! Opening an account, signing in to it, and changing its password.

mod attempt;
mod credentials;
mod enrolment;
mod error;
mod factor;
mod opaque;
mod opened;
mod pins;
mod sign_in;

pub use credentials::Credentials;
pub use enrolment::{Enrolment, EnrolmentParts};
pub use error::{EnrolmentError, SignInError};
pub use factor::SecondFactor;
pub use opened::SignedIn;
pub use pins::AccountPins;
pub use sign_in::{SignIn, SignInStep};
pub use vault_crypto::StretchError;
