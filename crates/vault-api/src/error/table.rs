//! The sentences of each error code in all languages. `docs/errors.md` and the texts of the interface are generated from
//! this table.

use super::code::ErrorCode;
use super::text::ErrorText;
use super::{guardians, import, members, server};

/// Returns the texts of a code. None contains a secret, a path or a term of a library.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one table in one place")]
pub const fn error_text(code: ErrorCode) -> ErrorText {
    match code {
        ErrorCode::Locked => ErrorText {
            en: ["The profile is locked.", "Unlock it and try again. Nothing was lost."],
            de: [
                "Das Profil ist gesperrt.",
                "Entsperre es und versuche es noch einmal. Nichts ging verloren.",
            ],
        },
        ErrorCode::WrongPassword => ErrorText {
            en: [
                "This password does not open the profile.",
                "Check the keyboard layout and Caps Lock, then try again.",
            ],
            de: [
                "Dieses Passwort öffnet das Profil nicht.",
                "Prüfe Tastaturbelegung und Feststelltaste und versuche es noch einmal.",
            ],
        },
        ErrorCode::WrongPasswordHere => server::WRONG_PASSWORD_HERE,
        ErrorCode::PasswordNeeded => ErrorText {
            en: ["The master password is needed again.", "Type it to see, copy or save these secrets."],
            de: [
                "Das Masterpasswort wird noch einmal gebraucht.",
                "Gib es ein, um diese Geheimnisse zu sehen, zu kopieren oder zu speichern.",
            ],
        },
        ErrorCode::RetryLater => ErrorText {
            en: ["Too many wrong passwords.", "Wait a moment, then try again."],
            de: ["Zu viele falsche Passwörter.", "Warte einen Moment und versuche es dann noch einmal."],
        },
        ErrorCode::SecretKeyMissing => ErrorText {
            en: ["The Secret Key is no longer stored on this computer.", "Type it from your Emergency Kit."],
            de: ["Dieser Computer hat den Secret Key nicht mehr.", "Tippe ihn von deinem Notfallblatt ab."],
        },
        ErrorCode::SecretKeyMistyped => ErrorText {
            en: ["The Secret Key contains a typing error.", "Compare it with your Emergency Kit."],
            de: ["Im Secret Key steckt ein Tippfehler.", "Vergleiche ihn mit deinem Notfallblatt."],
        },
        ErrorCode::KitGroupWrong => ErrorText {
            en: ["That is not the group on your Emergency Kit.", "Look again at the PDF you saved."],
            de: [
                "Das ist nicht die Gruppe auf deinem Notfallblatt.",
                "Sieh noch einmal in das gespeicherte PDF.",
            ],
        },
        ErrorCode::CodeGroupWrong => ErrorText {
            en: ["This is not that group of the recovery code.", "Look at the page that you printed."],
            de: [
                "Das ist nicht diese Gruppe des Wiederherstellungscodes.",
                "Sieh auf dem gedruckten Blatt nach.",
            ],
        },
        ErrorCode::KitOfAnother => ErrorText {
            en: [
                "This is not the Secret Key of this profile.",
                "It may belong to another profile or be outdated. Save the Emergency Kit again.",
            ],
            de: [
                "Das ist nicht der Secret Key dieses Profils.",
                "Vielleicht gehört er zu einem anderen Profil oder ist veraltet. Speichere das Notfallblatt neu.",
            ],
        },
        ErrorCode::RecoveryCodeMistyped => ErrorText {
            en: [
                "The recovery code contains a typing error.",
                "It begins with R1. Compare it with your printed page, group by group.",
            ],
            de: [
                "Im Wiederherstellungscode steckt ein Tippfehler.",
                "Er beginnt mit R1. Vergleiche ihn Gruppe für Gruppe mit deinem Blatt.",
            ],
        },
        ErrorCode::RecoveryCodeWrong => ErrorText {
            en: [
                "This recovery code does not open the profile.",
                "It may have been replaced. Nothing was changed.",
            ],
            de: [
                "Dieser Wiederherstellungscode öffnet das Profil nicht.",
                "Vielleicht wurde er ersetzt. Nichts wurde verändert.",
            ],
        },
        ErrorCode::NoRecoveryCode => ErrorText {
            en: [
                "This profile has no recovery code.",
                "Only the master password opens it. Nothing was changed.",
            ],
            de: [
                "Dieses Profil hat keinen Wiederherstellungscode.",
                "Nur das Masterpasswort öffnet es. Nichts wurde verändert.",
            ],
        },
        ErrorCode::KeysChanged => ErrorText {
            en: ["The keys were changed in the meantime.", "Nothing was changed this time. Start again."],
            de: [
                "Die Schlüssel wurden inzwischen gewechselt.",
                "Diesmal wurde nichts verändert. Beginne noch einmal.",
            ],
        },
        ErrorCode::WrongPin => ErrorText {
            en: ["This is not the PIN.", "Try again, or type the master password."],
            de: ["Das ist nicht die PIN.", "Versuche es noch einmal oder gib das Masterpasswort ein."],
        },
        ErrorCode::NoPin => ErrorText {
            en: ["There is no PIN any more.", "Type the master password."],
            de: ["Es gibt keine PIN mehr.", "Gib das Masterpasswort ein."],
        },
        ErrorCode::PinTooShort => ErrorText {
            en: ["A PIN has at least six characters.", "Choose a longer one."],
            de: ["Eine PIN hat mindestens sechs Zeichen.", "Wähle eine längere."],
        },
        ErrorCode::PlaceUnfit => ErrorText {
            en: ["This folder is not suitable for the profile.", "Nothing was changed. Choose another one."],
            de: [
                "Dieser Ordner eignet sich nicht für das Profil.",
                "Nichts wurde verändert. Wähle einen anderen.",
            ],
        },
        ErrorCode::PlaceTaken => ErrorText {
            en: [
                "A file or folder of that name already exists there, or the profile is known from another folder.",
                "Nothing was changed. Choose another folder.",
            ],
            de: [
                "Dort gibt es schon etwas mit diesem Namen, oder das Profil ist aus einem anderen Ordner bekannt.",
                "Nichts wurde verändert. Wähle einen anderen Ordner.",
            ],
        },
        ErrorCode::CopyDiffers => ErrorText {
            en: [
                "The copy differs from the original.",
                "The profile stays where it was. The disk may be failing: choose another one.",
            ],
            de: [
                "Die Kopie weicht vom Original ab.",
                "Das Profil bleibt, wo es war. Vielleicht ist der Datenträger defekt: Wähle einen anderen.",
            ],
        },
        ErrorCode::NameDiffers => ErrorText {
            en: ["This is not the name of the profile.", "Nothing was deleted. Type the full name."],
            de: ["Das ist nicht der Name des Profils.", "Nichts wurde gelöscht. Gib ihn vollständig ein."],
        },
        ErrorCode::PasswordTooWeak => ErrorText {
            en: ["This password is too easy to guess.", "Make it longer or use the suggested passphrase."],
            de: [
                "Dieses Passwort ist zu leicht zu erraten.",
                "Mach es länger oder nimm die vorgeschlagene Passphrase.",
            ],
        },
        ErrorCode::ProfileNotFound => ErrorText {
            en: ["This profile is no longer on this computer.", "Nothing was changed. Choose another one."],
            de: [
                "Dieses Profil ist nicht mehr auf diesem Computer.",
                "Nichts wurde verändert. Wähle ein anderes.",
            ],
        },
        ErrorCode::ProfileInUse => ErrorText {
            en: [
                "Another window or program has this profile open.",
                "Nothing was changed. Close it there first.",
            ],
            de: [
                "Ein anderes Fenster oder Programm hat dieses Profil geöffnet.",
                "Nichts wurde verändert. Schließe es dort zuerst.",
            ],
        },
        ErrorCode::ProfileDamaged => ErrorText {
            en: [
                "The key file of this profile is damaged.",
                "It was left untouched. Restore it from a backup.",
            ],
            de: [
                "Die Schlüsseldatei dieses Profils ist beschädigt.",
                "Sie wurde nicht angerührt. Stelle sie aus einer Sicherung wieder her.",
            ],
        },
        ErrorCode::DatabaseDamaged => ErrorText {
            en: [
                "The database of this profile is damaged.",
                "It was left untouched. Restore it from a backup.",
            ],
            de: [
                "Die Datenbank dieses Profils ist beschädigt.",
                "Sie wurde nicht angerührt. Stelle sie aus einer Sicherung wieder her.",
            ],
        },
        ErrorCode::NothingReadable => ErrorText {
            en: [
                "Nothing in the database of this profile can be read any more.",
                "It was left untouched. Its items can only be restored from a backup.",
            ],
            de: [
                "In der Datenbank dieses Profils lässt sich nichts mehr lesen.",
                "Sie wurde nicht angerührt. Nur eine Sicherung bringt die Einträge zurück.",
            ],
        },
        ErrorCode::ProfileNewer => ErrorText {
            en: [
                "This profile was written by another version of Coffer: a newer one, or one from before the first \
                 release.",
                "It was left untouched. Open it with the version that wrote it.",
            ],
            de: [
                "Dieses Profil stammt von einer anderen Version von Coffer: einer neueren oder einer aus der Zeit vor \
                 der ersten Veröffentlichung.",
                "Es wurde nicht angerührt. Öffne es mit der Version, die es geschrieben hat.",
            ],
        },
        ErrorCode::ProfileReadOnly => ErrorText {
            en: ["This profile is open read-only.", "What you see is complete; nothing was changed."],
            de: [
                "Dieses Profil ist nur zum Lesen geöffnet.",
                "Was du siehst, ist vollständig; nichts wurde verändert.",
            ],
        },
        ErrorCode::VaultKeyMissing => members::VAULT_KEY_MISSING,
        ErrorCode::VaultNewer => members::VAULT_NEWER,
        ErrorCode::VaultClosed => members::VAULT_CLOSED,
        ErrorCode::VaultNotWritable => members::VAULT_NOT_WRITABLE,
        ErrorCode::VaultIdentityWaits => members::VAULT_IDENTITY_WAITS,
        ErrorCode::VaultAlarm => members::VAULT_ALARM,
        ErrorCode::VaultShared => members::VAULT_SHARED,
        ErrorCode::TeamDirectory => members::TEAM_DIRECTORY,
        ErrorCode::OtherTeam => members::OTHER_TEAM,
        ErrorCode::PolicyForbids => members::POLICY_FORBIDS,
        ErrorCode::RecoveryTextInvalid => guardians::TEXT_INVALID,
        ErrorCode::RecoveryNotConsented => guardians::NOT_CONSENTED,
        ErrorCode::RecoveryOutdated => guardians::OUTDATED,
        ErrorCode::RecoveryWordsDiffer => guardians::WORDS_DIFFER,
        ErrorCode::RecoveryOtherAnswer => guardians::OTHER_ANSWER,
        ErrorCode::RecoveryFalseShare => guardians::FALSE_SHARE,
        ErrorCode::GuardiansLack => guardians::GUARDIANS_LACK,
        ErrorCode::RecoveryRuns => guardians::RECOVERY_RUNS,
        ErrorCode::RecoveryDamaged => guardians::RECOVERY_DAMAGED,
        ErrorCode::VaultSynchronized => server::VAULT_SYNCHRONIZED,
        ErrorCode::VaultOnlyHere => server::VAULT_ONLY_HERE,
        ErrorCode::HomeNotShared => members::HOME_NOT_SHARED,
        ErrorCode::MemberNotPermitted => members::MEMBER_NOT_PERMITTED,
        ErrorCode::MemberUnchanged => members::MEMBER_UNCHANGED,
        ErrorCode::LastOwner => members::LAST_OWNER,
        ErrorCode::TooManyMembers => members::TOO_MANY_MEMBERS,
        ErrorCode::MemberChangeRefused => members::MEMBER_CHANGE_REFUSED,
        ErrorCode::MemberChangesWait => members::MEMBER_CHANGES_WAIT,
        ErrorCode::MemberIdentityChanged => members::MEMBER_IDENTITY_CHANGED,
        ErrorCode::InvitationMalformed => members::INVITATION_MALFORMED,
        ErrorCode::InvitationNotOpen => members::INVITATION_NOT_OPEN,
        ErrorCode::InvitationExpired => members::INVITATION_EXPIRED,
        ErrorCode::InvitationOtherLog => members::INVITATION_OTHER_LOG,
        ErrorCode::AlreadyMember => members::ALREADY_MEMBER,
        ErrorCode::ProfileRolledBack => ErrorText {
            en: [
                "This profile is older than the one that was last open on this computer.",
                "Nothing was changed. Decide first whether to continue with it.",
            ],
            de: [
                "Dieses Profil ist älter als das zuletzt auf diesem Computer geöffnete.",
                "Nichts wurde verändert. Entscheide zuerst, ob du damit weiterarbeitest.",
            ],
        },
        ErrorCode::ServerAddressInvalid => server::SERVER_ADDRESS_INVALID,
        ErrorCode::ServerUnreachable => server::SERVER_UNREACHABLE,
        ErrorCode::ServerProxy => server::SERVER_PROXY,
        ErrorCode::ProxyFailed => server::PROXY_FAILED,
        ErrorCode::ServerNotCoffer => server::SERVER_NOT_COFFER,
        ErrorCode::ServerUntrusted => server::SERVER_UNTRUSTED,
        ErrorCode::ServerKeyChanged => server::SERVER_KEY_CHANGED,
        ErrorCode::HistoryNotChosen => server::HISTORY_NOT_CHOSEN,
        ErrorCode::ServerKeyDisputed => server::SERVER_KEY_DISPUTED,
        ErrorCode::ServerOther => server::SERVER_OTHER,
        ErrorCode::ServerNewer => server::SERVER_NEWER,
        ErrorCode::ServerFailed => server::SERVER_FAILED,
        ErrorCode::ServerReadOnly => server::SERVER_READ_ONLY,
        ErrorCode::ServerFull => server::SERVER_FULL,
        ErrorCode::ServerRefused => server::SERVER_REFUSED,
        ErrorCode::ServerBusy => server::SERVER_BUSY,
        ErrorCode::JoinCodeInvalid => server::JOIN_CODE_INVALID,
        ErrorCode::ApprovalEnded => server::APPROVAL_ENDED,
        ErrorCode::ApprovalUsed => server::APPROVAL_USED,
        ErrorCode::ApprovalForged => server::APPROVAL_FORGED,
        ErrorCode::ServerRestoring => server::SERVER_RESTORING,
        ErrorCode::VaultMissing => server::VAULT_MISSING,
        ErrorCode::LoginInvalid => server::LOGIN_INVALID,
        ErrorCode::LoginTaken => server::LOGIN_TAKEN,
        ErrorCode::SignUpRefused => server::SIGN_UP_REFUSED,
        ErrorCode::SignInRefused => server::SIGN_IN_REFUSED,
        ErrorCode::SecondFactorNeeded => server::SECOND_FACTOR_NEEDED,
        ErrorCode::SignInNeeded => server::SIGN_IN_NEEDED,
        ErrorCode::AccountOther => server::ACCOUNT_OTHER,
        ErrorCode::AccountConnected => server::ACCOUNT_CONNECTED,
        ErrorCode::NotConnected => server::NOT_CONNECTED,
        ErrorCode::AccountChanged => server::ACCOUNT_CHANGED,
        ErrorCode::MoveShared => server::MOVE_SHARED,
        ErrorCode::MoveIncomplete => server::MOVE_INCOMPLETE,
        ErrorCode::MoveUnfinished => server::MOVE_UNFINISHED,
        ErrorCode::DiskFull => ErrorText {
            en: ["The disk is full.", "Nothing was changed. Make room and try again."],
            de: [
                "Der Datenträger ist voll.",
                "Nichts wurde verändert. Schaffe Platz und versuche es noch einmal.",
            ],
        },
        ErrorCode::DiskReadOnly => ErrorText {
            en: [
                "This disk or folder is not writable.",
                "Nothing was changed. Check its permissions and try again.",
            ],
            de: [
                "In diesen Ordner kann nicht geschrieben werden.",
                "Nichts wurde verändert. Prüfe die Rechte und versuche es noch einmal.",
            ],
        },
        ErrorCode::FileUnreadable => ErrorText {
            en: [
                "The file could not be read or written.",
                "Nothing was changed. Check that it is still there and try again.",
            ],
            de: [
                "Die Datei konnte nicht gelesen oder geschrieben werden.",
                "Nichts wurde verändert. Prüfe, ob sie noch da ist.",
            ],
        },
        ErrorCode::NotFound => ErrorText {
            en: ["This no longer exists.", "It may have been deleted or changed in the meantime."],
            de: ["Das gibt es nicht mehr.", "Vielleicht wurde es inzwischen gelöscht oder geändert."],
        },
        ErrorCode::TooManyAddresses => ErrorText {
            en: ["Many web addresses were opened in a short time.", "Wait ten seconds, then try again."],
            de: [
                "In kurzer Zeit wurden viele Webadressen geöffnet.",
                "Warte zehn Sekunden und versuche es dann noch einmal.",
            ],
        },
        ErrorCode::InvalidInput => ErrorText {
            en: ["Part of the input is not valid.", "Nothing was lost. Check what you typed."],
            de: ["Eine Angabe ist so nicht möglich.", "Nichts ging verloren. Prüfe deine Eingaben."],
        },
        ErrorCode::CodeInvalid => ErrorText {
            en: [
                "This is not a set-up key for one-time codes.",
                "Paste the otpauth:// address or the key shown by the website.",
            ],
            de: [
                "Das ist kein Schlüssel für Einmalcodes.",
                "Füge die otpauth://-Adresse oder den Schlüssel der Website ein.",
            ],
        },
        ErrorCode::SshKeyUnreadable => ErrorText {
            en: [
                "This is not a private SSH key that Coffer supports, or it is damaged.",
                "Nothing was changed. Choose the private key, in OpenSSH, OpenSSL or PuTTY format.",
            ],
            de: [
                "Das ist kein privater SSH-Schlüssel, den Coffer lesen kann, oder er ist beschädigt.",
                "Nichts wurde verändert. Wähle den privaten Schlüssel im Format von OpenSSH, OpenSSL oder PuTTY.",
            ],
        },
        ErrorCode::PassphraseNeeded => ErrorText {
            en: ["This key is protected by a passphrase.", "Type the passphrase to open the key."],
            de: [
                "Dieser Schlüssel ist mit einer Passphrase geschützt.",
                "Gib die Passphrase ein, um ihn zu öffnen.",
            ],
        },
        ErrorCode::PassphraseWrong => ErrorText {
            en: [
                "The passphrase does not open this key.",
                "Check the keyboard layout and Caps Lock, then type it again.",
            ],
            de: [
                "Die Passphrase öffnet diesen Schlüssel nicht.",
                "Prüfe Tastaturbelegung und Feststelltaste und gib sie noch einmal ein.",
            ],
        },
        ErrorCode::Conflict => ErrorText {
            en: [
                "This item was changed elsewhere in the meantime.",
                "Your input is kept. Look at the newer version, then save again.",
            ],
            de: [
                "Dieser Eintrag wurde inzwischen anderswo geändert.",
                "Deine Eingaben bleiben. Sieh dir die neuere Fassung an und speichere dann noch einmal.",
            ],
        },
        ErrorCode::ArchiveUnreadable => import::ARCHIVE_UNREADABLE,
        ErrorCode::ArchiveWrongPassword => import::ARCHIVE_WRONG_PASSWORD,
        ErrorCode::ImportUnreadable => import::UNREADABLE,
        ErrorCode::ImportTooLarge => import::TOO_LARGE,
        ErrorCode::ImportEncrypted => import::ENCRYPTED,
        ErrorCode::ImportEmpty => import::EMPTY,
        ErrorCode::KeyFileDamaged => import::KEY_FILE_DAMAGED,
        ErrorCode::DocumentDamaged => ErrorText {
            en: [
                "This document failed its check and was not written.",
                "No partial file was left behind. Restore it from a backup.",
            ],
            de: [
                "Dieses Dokument hat die Prüfung nicht bestanden und wurde nicht geschrieben.",
                "Keine halbe Datei blieb zurück. Hole es aus einer Sicherung.",
            ],
        },
        ErrorCode::DocumentNotHere => server::DOCUMENT_NOT_HERE,
        ErrorCode::DocumentTooLarge => server::DOCUMENT_TOO_LARGE,
        ErrorCode::NoPicture => ErrorText {
            en: [
                "There is no preview of this file.",
                "Its type is not supported, it is too large, or it cannot be drawn. The file itself can be saved.",
            ],
            de: [
                "Von dieser Datei gibt es keine Vorschau.",
                "Ihr Typ wird nicht unterstützt, sie ist zu groß oder lässt sich nicht darstellen. Speichern lässt sie sich.",
            ],
        },
        ErrorCode::ProfileExists => ErrorText {
            en: [
                "The profile of this backup is already on this computer; it is never overwritten.",
                "Unlock it and restore single items from the backup under Settings, Backups.",
            ],
            de: [
                "Das Profil dieser Sicherung ist schon auf diesem Computer; es wird nie überschrieben.",
                "Entsperre es und hole unter Einstellungen, Sicherungen einzelne Einträge heraus.",
            ],
        },
        ErrorCode::BackupUnreadable => ErrorText {
            en: ["This file is not a backup of Coffer.", "Choose a file that Coffer saved as a backup."],
            de: [
                "Diese Datei ist keine Sicherung von Coffer.",
                "Wähle eine Datei, die Coffer als Sicherung gespeichert hat.",
            ],
        },
        ErrorCode::BackupNewer => ErrorText {
            en: [
                "This backup was made by another version of Coffer.",
                "Nothing was changed. Install the newest version of Coffer to use it.",
            ],
            de: [
                "Diese Sicherung stammt von einer anderen Version von Coffer.",
                "Nichts wurde verändert. Installiere die neueste Version, um sie zu verwenden.",
            ],
        },
        ErrorCode::BackupOtherProfile => ErrorText {
            en: [
                "This backup belongs to another profile, or was made before the keys of this one were changed.",
                "Nothing was changed. It can be restored as a whole, with the password and Emergency Kit of that time.",
            ],
            de: [
                "Diese Sicherung gehört zu einem anderen Profil oder ist älter als die Schlüssel dieses Profils.",
                "Nichts wurde verändert. Als Ganzes lässt sie sich mit Passwort und Notfallblatt ihres Tages \
                 wiederherstellen.",
            ],
        },
        ErrorCode::BackupDamaged => ErrorText {
            en: [
                "This backup is damaged.",
                "Nothing was restored from it. Choose another one, and make a new backup soon.",
            ],
            de: [
                "Diese Sicherung ist beschädigt.",
                "Nichts daraus wurde verwendet. Nimm eine andere und mach bald eine neue.",
            ],
        },
        ErrorCode::BackupLeftOut => ErrorText {
            en: [
                "This document was left out of the backup, and the profile no longer has it.",
                "Look for it in a backup with all documents.",
            ],
            de: [
                "Dieses Dokument fehlt in der Sicherung, und auch das Profil hat es nicht mehr.",
                "Suche es in einer Sicherung mit allen Dokumenten.",
            ],
        },
        ErrorCode::BackupFolderMissing => ErrorText {
            en: [
                "The folder for automatic backups cannot be found.",
                "Connect its disk, or choose another folder under Settings, Backups.",
            ],
            de: [
                "Der Ordner für automatische Sicherungen ist nicht zu finden.",
                "Schließe den Datenträger an oder wähle unter Einstellungen, Sicherungen einen anderen Ordner.",
            ],
        },
        ErrorCode::GeneratorTooStrict => ErrorText {
            en: [
                "These rules leave too few choices.",
                "Lower a minimum, allow more types of characters, or make it longer.",
            ],
            de: [
                "Diese Regeln lassen zu wenig Auswahl.",
                "Verlange weniger von einer Art, erlaube mehr Arten von Zeichen oder mach es länger.",
            ],
        },
        ErrorCode::PictureUnreadable => ErrorText {
            en: [
                "There is no QR code with a one-time code in this picture.",
                "Use a PNG, JPEG, WebP or GIF picture that shows the whole code sharply, or paste the key as text.",
            ],
            de: [
                "In diesem Bild ist kein QR-Code mit einem Einmalcode zu lesen.",
                "Nimm ein Bild (PNG, JPEG, WebP, GIF), das den ganzen Code scharf zeigt, oder füge den Schlüssel als Text ein.",
            ],
        },
        ErrorCode::Cancelled => ErrorText {
            en: ["Cancelled.", "Nothing was changed."],
            de: ["Abgebrochen.", "Nichts wurde verändert."],
        },
        ErrorCode::ClipboardUnavailable => ErrorText {
            en: ["The clipboard cannot be reached, so nothing was copied.", "Reveal the value instead."],
            de: [
                "Die Zwischenablage ist nicht erreichbar; nichts wurde kopiert.",
                "Zeige den Wert stattdessen an.",
            ],
        },
        ErrorCode::OutOfMemory => ErrorText {
            en: [
                "There is not enough free memory to check the password.",
                "Nothing was changed. Close other programs and try again.",
            ],
            de: [
                "Der freie Speicher reicht nicht, um das Passwort zu prüfen.",
                "Nichts wurde verändert. Schließe andere Programme und versuche es noch einmal.",
            ],
        },
        ErrorCode::NoBrowser => ErrorText {
            en: [
                "No program on this computer opens web addresses.",
                "Copy the address instead, or choose a standard browser in the settings of the system.",
            ],
            de: [
                "Kein Programm auf diesem Computer öffnet Webadressen.",
                "Kopiere die Adresse, oder wähle in den Einstellungen des Systems einen Standardbrowser.",
            ],
        },
        ErrorCode::NoFileManager => ErrorText {
            en: [
                "No program on this computer shows folders.",
                "Nothing was changed. Choose a standard file manager in the settings of the system.",
            ],
            de: [
                "Kein Programm auf diesem Computer zeigt Ordner.",
                "Nichts wurde verändert. Wähle in den Einstellungen des Systems einen Standard-Dateimanager.",
            ],
        },
        ErrorCode::ComputerBusy => ErrorText {
            en: [
                "The computer cannot start another task now.",
                "Nothing was changed. Close other programs and try again.",
            ],
            de: [
                "Der Computer kann gerade keine weitere Aufgabe beginnen.",
                "Nichts wurde verändert. Beende andere Programme und versuche es noch einmal.",
            ],
        },
        ErrorCode::Internal => ErrorText {
            en: [
                "Something went wrong inside Coffer.",
                "What was saved before is safe. Try again, or restart Coffer.",
            ],
            de: [
                "In Coffer ist etwas schiefgegangen.",
                "Was gespeichert war, ist sicher. Versuche es noch einmal oder starte Coffer neu.",
            ],
        },
    }
}
