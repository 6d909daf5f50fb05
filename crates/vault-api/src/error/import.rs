//! The sentences of errors of an import.

use super::text::ErrorText;

pub(super) const ARCHIVE_UNREADABLE: ErrorText = ErrorText {
    en: [
        "This file is not an archive of Coffer.",
        "Nothing was imported. Choose a file that was exported as an archive.",
    ],
    de: [
        "Diese Datei ist kein Archiv von Coffer.",
        "Nichts wurde übernommen. Wähle eine Datei, die als Archiv exportiert wurde.",
    ],
};

pub(super) const ARCHIVE_WRONG_PASSWORD: ErrorText = ErrorText {
    en: [
        "This password does not open the archive.",
        "Check the keyboard layout and Caps Lock, then try again. It is the password that was chosen at the export. A backup of a \
         whole profile is restored on the start screen instead.",
    ],
    de: [
        "Dieses Passwort öffnet das Archiv nicht.",
        "Prüfe Tastaturbelegung und Feststelltaste und versuche es noch einmal. Es ist das Passwort, das beim Export gewählt \
         wurde. Die Sicherung eines ganzen Profils wird stattdessen auf dem Startbildschirm wiederhergestellt.",
    ],
};

pub(super) const UNREADABLE: ErrorText = ErrorText {
    en: [
        "This is not an export that Coffer supports, or it is malformed.",
        "Nothing was imported. Export it again as plain JSON or CSV.",
    ],
    de: [
        "Das ist kein Export, den Coffer lesen kann, oder er ist fehlerhaft.",
        "Nichts wurde übernommen. Exportiere noch einmal als einfaches JSON oder CSV.",
    ],
};

pub(super) const TOO_LARGE: ErrorText = ErrorText {
    en: ["This file is larger or more deeply nested than a real export.", "Nothing was imported."],
    de: [
        "Diese Datei ist größer oder tiefer verschachtelt als jeder echte Export.",
        "Nichts wurde übernommen.",
    ],
};

pub(super) const ENCRYPTED: ErrorText = ErrorText {
    en: [
        "This export is encrypted in a way that cannot be opened here.",
        "Nothing was imported. Export again as plain JSON or CSV.",
    ],
    de: [
        "Dieser Export ist auf eine Art verschlüsselt, die sich hier nicht öffnen lässt.",
        "Nichts wurde übernommen. Exportiere noch einmal als einfaches JSON oder CSV.",
    ],
};

pub(super) const EMPTY: ErrorText = ErrorText {
    en: ["There are no items in this file.", "Nothing was imported. Check that it is the right one."],
    de: ["In dieser Datei sind keine Einträge.", "Nichts wurde übernommen. Prüfe, ob es die richtige ist."],
};

pub(super) const KEY_FILE_DAMAGED: ErrorText = ErrorText {
    en: ["This key file is damaged.", "Nothing was imported. Choose another copy of it."],
    de: ["Diese Schlüsseldatei ist beschädigt.", "Nichts wurde übernommen. Wähle eine andere Kopie."],
};
