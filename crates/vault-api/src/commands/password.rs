//! The strength of passwords.

use vault_engine::SecretText;
use vault_engine::strength::{self, Strength, Weakness};

use crate::coffer::Coffer;
use crate::error::{ErrorView, InputProblem, Result};
use crate::views::StrengthView;

/// The variables with the name of the user's account.
const ACCOUNT: [&str; 3] = ["USER", "LOGNAME", "USERNAME"];

impl Coffer {
    /// Measures how hard a password is to guess for somebody who knows `words`, such as the name of a new profile, or title
    /// and user name of the item. The account on this computer and the name of the open profile are known anyway.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn strength_measure(&self, password: SecretText, words: Vec<String>) -> Result<StrengthView> {
        let Strength { score, bits, weakness, acceptable } = self.strength(&password, words).await?;
        let warning = weakness.map(|weakness| weakness.name().to_owned());
        Ok(StrengthView { score, bits, warning, acceptable })
    }

    /// Refuses a master password that is too easy to guess, with the reason.
    pub(super) async fn refuse_weak(&self, password: &SecretText, words: Vec<String>) -> Result<()> {
        let strength = self.strength(password, words).await?;
        if strength.acceptable {
            return Ok(());
        }
        if strength.weakness.is_none() {
            return Err(ErrorView::too_weak(InputProblem::PasswordTeam));
        }
        Err(ErrorView::too_weak(match strength.weakness.unwrap_or(Weakness::Short) {
            Weakness::Short => InputProblem::PasswordShort,
            Weakness::Common => InputProblem::PasswordCommon,
            Weakness::Dictionary => InputProblem::PasswordWord,
            Weakness::Name => InputProblem::PasswordName,
            Weakness::Own => InputProblem::PasswordOwn,
            Weakness::Repeat => InputProblem::PasswordRepeat,
            Weakness::Sequence => InputProblem::PasswordSequence,
            Weakness::Keyboard => InputProblem::PasswordKeyboard,
            Weakness::Date => InputProblem::PasswordDate,
        }))
    }

    /// A team of the open profile may ask for more than the program does.
    async fn strength(&self, password: &SecretText, mut words: Vec<String>) -> Result<Strength> {
        let open = self.actor.call(|state| {
            let Some(open) = &state.open else { return Ok((None, None)) };
            Ok((Some(open.session.profile().name.clone()), open.session.policy()?.password))
        });
        let (name, asked) = open.await?;
        let mut strength = if let Some(bits) = self.generated.of(password.expose()) {
            strength::of_generated(password.expose(), bits)
        } else {
            words.extend(name);
            words.extend(ACCOUNT.iter().filter_map(|name| std::env::var(name).ok()));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            strength::measure(password.expose(), &words)
        };
        strength.acceptable &= asked.is_none_or(|asked| strength.score >= asked);
        Ok(strength)
    }
}
