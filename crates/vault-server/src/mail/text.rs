//! The texts of mails.

use super::language::Language;
use super::queue::Notice;

/// Subject and text.
pub struct Text {
    /// The subject.
    pub subject: &'static str,
    /// The text.
    pub body: String,
}

impl Notice {
    /// The notice, from this server.
    pub fn text(self, language: Language, server: &str) -> Text {
        let (subject, body) = match (language, self) {
            (Language::En, Self::DeviceAdded) => (
                "Coffer: a device was added to your account",
                "Somebody signed in to your account with your password on a device that it did not have before. If it was not \
                 you, revoke the device and change your password.",
            ),
            (Language::En, Self::PasswordChanged) => (
                "Coffer: your password was changed",
                "The password of your account was changed, and other devices were signed out. If it was not you, use your \
                 recovery code or tell the operator of the server.",
            ),
            (Language::En, Self::ReenrolWaiting) => (
                "Coffer: somebody wants to set up your account again",
                "Somebody with your account's keys asks to replace its password without being signed in. It takes effect in \
                 seven days. If it was not you, open Coffer on a device that is signed in, and refuse it.",
            ),
            (Language::En, Self::Reenrolled) => (
                "Coffer: your account was set up again",
                "The password of your account was replaced with your account's keys, without a device that was signed in, and \
                 all devices were signed out. If it was not you, use your recovery code or tell the operator of the server.",
            ),
            (Language::En, Self::LoginChanged) => (
                "Coffer: the login of your account was changed",
                "The login of your account is another one now. If it was not you, tell the operator of the server.",
            ),
            (Language::De, Self::DeviceAdded) => (
                "Coffer: Ihrem Konto wurde ein Gerät hinzugefügt",
                "Jemand hat sich mit Ihrem Passwort auf einem Gerät angemeldet, das Ihr Konto bisher nicht hatte. Wenn Sie das \
                 nicht waren, entfernen Sie das Gerät und ändern Sie Ihr Passwort.",
            ),
            (Language::De, Self::PasswordChanged) => (
                "Coffer: Ihr Passwort wurde geändert",
                "Das Passwort Ihres Kontos wurde geändert, und andere Geräte wurden abgemeldet. Wenn Sie das nicht waren, \
                 verwenden Sie Ihren Wiederherstellungscode, oder wenden Sie sich an den Betreiber des Servers.",
            ),
            (Language::De, Self::ReenrolWaiting) => (
                "Coffer: Jemand möchte Ihr Konto neu einrichten",
                "Jemand mit den Schlüsseln Ihres Kontos möchte das Passwort ersetzen, ohne angemeldet zu sein. In sieben Tagen \
                 wird das wirksam. Wenn Sie das nicht waren, öffnen Sie Coffer auf einem angemeldeten Gerät und lehnen Sie es ab.",
            ),
            (Language::De, Self::Reenrolled) => (
                "Coffer: Ihr Konto wurde neu eingerichtet",
                "Das Passwort Ihres Kontos wurde mit den Schlüsseln Ihres Kontos ersetzt, ohne ein angemeldetes Gerät, und alle \
                 Geräte wurden abgemeldet. Wenn Sie das nicht waren, verwenden Sie Ihren Wiederherstellungscode, oder wenden Sie \
                 sich an den Betreiber des Servers.",
            ),
            (Language::De, Self::LoginChanged) => (
                "Coffer: Der Anmeldename Ihres Kontos wurde geändert",
                "Ihr Konto hat jetzt einen anderen Anmeldenamen. Wenn Sie das nicht waren, wenden Sie sich an den Betreiber des \
                 Servers.",
            ),
        };
        Text { subject, body: signed(body, server) }
    }
}

/// A code for a login.
pub fn code(language: Language, server: &str, code: &str) -> Text {
    let (subject, before, after) = match language {
        Language::En => (
            "Coffer: your code",
            "With this code you confirm that this address is yours. It is valid once, for 14 days:",
            "If you did not ask for it, ignore this mail.",
        ),
        Language::De => (
            "Coffer: Ihr Code",
            "Mit diesem Code bestätigen Sie, dass diese Adresse Ihre ist. Er gilt einmal und 14 Tage lang:",
            "Wenn Sie ihn nicht angefordert haben, beachten Sie diese Nachricht nicht.",
        ),
    };
    Text { subject, body: signed(&[before, code, after].join("\n\n"), server) }
}

/// The login is taken.
pub fn taken(language: Language, server: &str) -> Text {
    let (subject, body) = match language {
        Language::En => (
            "Coffer: you have an account already",
            "Somebody asked for a code for a new account with this address, which has an account already. If it was you, sign in \
             instead. If not, ignore this mail.",
        ),
        Language::De => (
            "Coffer: Sie haben bereits ein Konto",
            "Jemand hat einen Code für ein neues Konto mit dieser Adresse angefordert, die bereits ein Konto hat. Wenn Sie das \
             waren, melden Sie sich stattdessen an. Sonst beachten Sie diese Nachricht nicht.",
        ),
    };
    Text { subject, body: signed(body, server) }
}

fn signed(body: &str, server: &str) -> String {
    [body, "\n\n-- \n", server, "\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_has_a_text_in_each_language() {
        use Notice::{DeviceAdded, LoginChanged, PasswordChanged, ReenrolWaiting, Reenrolled};
        for notice in [DeviceAdded, PasswordChanged, ReenrolWaiting, Reenrolled, LoginChanged] {
            let [en, de] =
                [Language::En, Language::De].map(|language| notice.text(language, "https://a.test"));
            assert_ne!(en.subject, de.subject);
            assert!(en.body.ends_with("\n-- \nhttps://a.test\n") && de.body != en.body);
        }
        assert!(code(Language::De, "https://a.test", "abc").body.contains("\n\nabc\n\n"));
    }
}
