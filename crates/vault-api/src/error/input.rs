//! The sentences of `invalid_input`: which part is not acceptable, and what is expected.

use super::problem::InputProblem;
use super::text::ErrorText;

/// What to do about a weak master password, in English and German.
const STRONGER: [&str; 2] = [
    "Nothing was changed. Add more words that have nothing to do with each other.",
    "Nichts wurde verändert. Nimm weitere Wörter dazu, die nichts miteinander zu tun haben.",
];

/// Returns the texts of a problem. `{n}` stands for its number, `{bytes}` for the number as an amount of data.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one table in one place")]
pub const fn input_text(problem: InputProblem) -> ErrorText {
    match problem {
        InputProblem::ProfileName => ErrorText {
            en: [
                "A profile needs a name of at most 100 characters, on one line.",
                "Nothing was changed. Type another name.",
            ],
            de: [
                "Ein Profil braucht einen Namen mit höchstens 100 Zeichen in einer Zeile.",
                "Nichts wurde verändert. Gib einen anderen Namen ein.",
            ],
        },
        InputProblem::PasswordLong => ErrorText {
            en: ["This password is too long.", "Choose one of at most {n} characters."],
            de: ["Dieses Passwort ist zu lang.", "Wähle eines mit höchstens {n} Zeichen."],
        },
        InputProblem::PasswordShort => ErrorText {
            en: ["This password is too short to be hard to guess.", STRONGER[0]],
            de: ["Dieses Passwort ist zu kurz, um schwer zu erraten zu sein.", STRONGER[1]],
        },
        InputProblem::PasswordCommon => ErrorText {
            en: ["This password is made of words that attackers try first.", STRONGER[0]],
            de: ["Dieses Passwort besteht aus Wörtern, die Angreifer als Erstes probieren.", STRONGER[1]],
        },
        InputProblem::PasswordWord => ErrorText {
            en: ["This password is little more than a common word.", STRONGER[0]],
            de: ["Dieses Passwort ist wenig mehr als ein gewöhnliches Wort.", STRONGER[1]],
        },
        InputProblem::PasswordName => ErrorText {
            en: ["This password is little more than a name.", STRONGER[0]],
            de: ["Dieses Passwort ist wenig mehr als ein Name.", STRONGER[1]],
        },
        InputProblem::PasswordOwn => ErrorText {
            en: ["This password contains your name or the name of the profile.", STRONGER[0]],
            de: ["Dieses Passwort enthält deinen Namen oder den des Profils.", STRONGER[1]],
        },
        InputProblem::PasswordRepeat => ErrorText {
            en: ["This password repeats itself.", STRONGER[0]],
            de: ["Dieses Passwort wiederholt sich.", STRONGER[1]],
        },
        InputProblem::PasswordSequence => ErrorText {
            en: ["This password is a simple sequence of characters.", STRONGER[0]],
            de: ["Dieses Passwort ist eine einfache Folge von Zeichen.", STRONGER[1]],
        },
        InputProblem::PasswordKeyboard => ErrorText {
            en: ["This password is a pattern on the keyboard.", STRONGER[0]],
            de: ["Dieses Passwort ist ein Muster auf der Tastatur.", STRONGER[1]],
        },
        InputProblem::PasswordDate => ErrorText {
            en: ["This password is little more than a date or a year.", STRONGER[0]],
            de: ["Dieses Passwort ist wenig mehr als ein Datum oder ein Jahr.", STRONGER[1]],
        },
        InputProblem::TitleMissing => ErrorText {
            en: ["An item needs a title.", "Type one in the first field of the form."],
            de: ["Ein Eintrag braucht einen Titel.", "Gib ihn im ersten Feld des Formulars ein."],
        },
        InputProblem::TitleLong => ErrorText {
            en: ["The title is too long.", "There is room for about {n} letters."],
            de: ["Der Titel ist zu lang.", "Platz ist für etwa {n} Buchstaben."],
        },
        InputProblem::LabelLong => ErrorText {
            en: [
                "The name of a field or the heading of a section is too long.",
                "There is room for about {n} letters.",
            ],
            de: [
                "Der Name eines Feldes oder die Überschrift eines Abschnitts ist zu lang.",
                "Platz ist für etwa {n} Buchstaben.",
            ],
        },
        InputProblem::ValueLong => ErrorText {
            en: [
                "The value of a field is too long.",
                "There is room for {bytes}. Longer texts can be attached as files.",
            ],
            de: [
                "Der Wert eines Feldes ist zu lang.",
                "Platz ist für {bytes}. Längere Texte lassen sich als Datei anhängen.",
            ],
        },
        InputProblem::NotesLong => ErrorText {
            en: [
                "The notes are too long.",
                "There is room for {bytes}. Longer texts can be attached as files.",
            ],
            de: [
                "Die Notizen sind zu lang.",
                "Platz ist für {bytes}. Längere Texte lassen sich als Datei anhängen.",
            ],
        },
        InputProblem::AddressLong => ErrorText {
            en: ["A web address is too long.", "There is room for about {n} characters."],
            de: ["Eine Webadresse ist zu lang.", "Platz ist für etwa {n} Zeichen."],
        },
        InputProblem::TooMany => ErrorText {
            en: [
                "An item has room for {n} fields, addresses, tags or files of each kind.",
                "Nothing was changed. Spread them over several items.",
            ],
            de: [
                "Ein Eintrag fasst je {n} Felder, Adressen, Schlagwörter oder Dateien.",
                "Nichts wurde verändert. Verteile sie auf mehrere Einträge.",
            ],
        },
        InputProblem::PastValuesTooMany => ErrorText {
            en: ["A field has too many earlier values.", "Nothing was changed. There is room for {n}."],
            de: ["Ein Feld hat zu viele frühere Werte.", "Nichts wurde verändert. Platz ist für {n}."],
        },
        InputProblem::SupersededTooMany => ErrorText {
            en: [
                "The item was edited in two places too often.",
                "There is room for {n} replaced values. Open the item and dismiss them.",
            ],
            de: [
                "Der Eintrag wurde zu oft an zwei Orten bearbeitet.",
                "Platz ist für {n} ersetzte Werte. Öffne den Eintrag und verwirf sie.",
            ],
        },
        InputProblem::FileNameLong => ErrorText {
            en: [
                "The name or the type of a file is too long.",
                "There is room for about {n} letters. Rename the file and add it again.",
            ],
            de: [
                "Der Name oder der Typ einer Datei ist zu lang.",
                "Platz ist für etwa {n} Buchstaben. Benenne die Datei um und füge sie noch einmal hinzu.",
            ],
        },
        InputProblem::PasskeysTooMany => ErrorText {
            en: [
                "An item has room for {n} passkeys.",
                "Nothing was changed. Spread them over several items.",
            ],
            de: [
                "Ein Eintrag fasst {n} Passkeys.",
                "Nichts wurde verändert. Verteile sie auf mehrere Einträge.",
            ],
        },
        InputProblem::PasskeyLong => ErrorText {
            en: [
                "The key, the id, the site or the user of a passkey is too long.",
                "There is room for {n} bytes. Create a new passkey at the website.",
            ],
            de: [
                "Der Schlüssel, die Kennung, die Website oder der Benutzer eines Passkeys ist zu lang.",
                "Platz ist für {n} Byte. Lege auf der Website einen neuen Passkey an.",
            ],
        },
        InputProblem::DeviceNameLong => ErrorText {
            en: [
                "The name of this computer is too long.",
                "There is room for about {n} letters. Shorten it in the system settings.",
            ],
            de: [
                "Der Name dieses Computers ist zu lang.",
                "Platz ist für etwa {n} Buchstaben. Kürze ihn in den Systemeinstellungen.",
            ],
        },
        InputProblem::NewerDataLarge => ErrorText {
            en: [
                "This item contains too much data of a newer version of Coffer.",
                "Nothing was changed. Edit it with the newest version.",
            ],
            de: [
                "Dieser Eintrag enthält zu viele Daten einer neueren Version von Coffer.",
                "Nichts wurde verändert. Bearbeite ihn mit der neuesten Version.",
            ],
        },
        InputProblem::ItemLarge => ErrorText {
            en: [
                "The item is too large as a whole.",
                "There is room for {bytes}. Longer texts can be attached as files.",
            ],
            de: [
                "Alles zusammen ist zu groß für einen Eintrag.",
                "Platz ist für {bytes}. Längere Texte lassen sich als Datei anhängen.",
            ],
        },
        InputProblem::ExpiryNoDay => ErrorText {
            en: ["The expiry is not a day.", "Write it as year, month and day: 2027-03-31."],
            de: ["Das Ablaufdatum ist kein Tag.", "Schreibe Jahr, Monat und Tag: 2027-03-31."],
        },
        InputProblem::FormMismatch => ErrorText {
            en: [
                "This form does not match its item.",
                "Nothing was changed. Close the form and open the item again.",
            ],
            de: [
                "Dieses Formular passt nicht zu seinem Eintrag.",
                "Nichts wurde verändert. Schließe das Formular und öffne den Eintrag noch einmal.",
            ],
        },
        InputProblem::DocumentNeedsFile => ErrorText {
            en: ["A document cannot be without its file.", "Move the whole document to the trash instead."],
            de: [
                "Ein Dokument kann nicht ohne seine Datei sein.",
                "Lege stattdessen das ganze Dokument in den Papierkorb.",
            ],
        },
        InputProblem::TemplateName => ErrorText {
            en: ["A template needs a name.", "Type one that says what is made from it."],
            de: ["Eine Vorlage braucht einen Namen.", "Gib einen ein, der sagt, was daraus entsteht."],
        },
        InputProblem::TemplateOfDocument => ErrorText {
            en: [
                "A document cannot be a template, because it is a file.",
                "Make a template of an item of another type.",
            ],
            de: [
                "Ein Dokument kann keine Vorlage sein, denn es ist eine Datei.",
                "Mach eine Vorlage aus einem Eintrag von anderer Art.",
            ],
        },
        InputProblem::FolderName => ErrorText {
            en: ["A folder needs a name.", "Type one, with a slash between the levels: Home/Taxes."],
            de: [
                "Ein Ordner braucht einen Namen.",
                "Gib einen ein, mit Schrägstrich zwischen den Ebenen: Haus/Steuer.",
            ],
        },
        InputProblem::FolderLong => ErrorText {
            en: [
                "The path of a folder is too long.",
                "There is room for about {n} letters in all levels together.",
            ],
            de: [
                "Der Pfad eines Ordners ist zu lang.",
                "Platz ist für etwa {n} Buchstaben in allen Ebenen zusammen.",
            ],
        },
        InputProblem::FolderIntoItself => ErrorText {
            en: ["A folder cannot be moved into itself.", "Nothing was changed. Choose another folder."],
            de: [
                "Ein Ordner lässt sich nicht in sich selbst verschieben.",
                "Nichts wurde verändert. Wähle einen anderen Ordner.",
            ],
        },
        InputProblem::TagName => ErrorText {
            en: ["A tag needs a name, on one line.", "Nothing was changed. Type another name."],
            de: [
                "Ein Schlagwort braucht einen Namen in einer Zeile.",
                "Nichts wurde verändert. Gib einen anderen Namen ein.",
            ],
        },
        InputProblem::TagLong => ErrorText {
            en: ["A tag is too long.", "There is room for about {n} letters."],
            de: ["Ein Schlagwort ist zu lang.", "Platz ist für etwa {n} Buchstaben."],
        },
        InputProblem::VaultLook => ErrorText {
            en: [
                "A vault in the list needs a name of at most 100 characters, on one line.",
                "Choose its colour and icon from those offered.",
            ],
            de: [
                "Ein Tresor in der Liste braucht einen Namen mit höchstens 100 Zeichen in einer Zeile.",
                "Wähle Farbe und Symbol aus der Auswahl.",
            ],
        },
        InputProblem::PasswordTeam => ErrorText {
            en: ["A team of yours asks for a stronger password.", "Make it longer, or take a generated one."],
            de: [
                "Eines deiner Teams verlangt ein stärkeres Passwort.",
                "Mache es länger, oder nimm ein erzeugtes.",
            ],
        },
        InputProblem::MemberName => ErrorText {
            en: ["A name has 1 to 128 bytes.", "Type the name by which the other members know you."],
            de: [
                "Ein Name hat 1 bis 128 Bytes.",
                "Gib den Namen ein, unter dem dich die anderen Mitglieder kennen.",
            ],
        },
        InputProblem::TeamName => ErrorText {
            en: [
                "This name is empty or too long.",
                "Names have 1 to 128 bytes. Nothing was changed; shorten it.",
            ],
            de: [
                "Dieser Name ist leer oder zu lang.",
                "Namen haben 1 bis 128 Bytes. Nichts wurde geändert; kürze ihn.",
            ],
        },
        InputProblem::TeamLimits => ErrorText {
            en: [
                "A list or number is more than a team can have.",
                "Groups have at most 4,096 people, vaults 256 groups; locking has 1 to 1,440 minutes, the trash 1 to 3,650 days.",
            ],
            de: [
                "Eine Liste oder Zahl ist mehr, als ein Team haben kann.",
                "Gruppen haben höchstens 4.096 Personen, Tresore 256 Gruppen; gesperrt wird nach 1 bis 1.440 Minuten, der Papierkorb geleert nach 1 bis 3.650 Tagen.",
            ],
        },
        InputProblem::VaultsTooMany => ErrorText {
            en: [
                "A profile has no room for more vaults.",
                "Delete one that is not needed, or use folders and tags.",
            ],
            de: [
                "Mehr Tresore passen nicht in ein Profil.",
                "Lösche einen, der nicht gebraucht wird, oder nimm Ordner und Schlagwörter.",
            ],
        },
        InputProblem::VaultNotEmpty => ErrorText {
            en: [
                "There are {n} items in this vault now.",
                "Nothing was deleted. Look at them, then decide again.",
            ],
            de: [
                "In diesem Tresor sind jetzt {n} Einträge.",
                "Nichts wurde gelöscht. Sieh sie dir an und entscheide dann noch einmal.",
            ],
        },
        InputProblem::HistoryRule => ErrorText {
            en: [
                "A rule keeps 1 to 1,000 revisions, or 1 to 3,650 days.",
                "Nothing was removed. Type a number in this range.",
            ],
            de: [
                "Eine Regel behält 1 bis 1.000 Fassungen oder 1 bis 3.650 Tage.",
                "Nichts wurde entfernt. Gib eine Zahl in diesem Bereich ein.",
            ],
        },
        InputProblem::BackupDays => ErrorText {
            en: ["Backups of 1 to 90 days can be kept.", "Type a number in this range."],
            de: [
                "Behalten lassen sich Sicherungen von 1 bis 90 Tagen.",
                "Gib eine Zahl in diesem Bereich ein.",
            ],
        },
        InputProblem::FileKinds => ErrorText {
            en: [
                "This is not a valid type of file.",
                "Write video/* or application/zip, at most 100 of them.",
            ],
            de: [
                "Das ist kein gültiger Dateityp.",
                "Schreibe video/* oder application/zip, höchstens 100 davon.",
            ],
        },
        InputProblem::NobodyToAsk => ErrorText {
            en: ["This program cannot check for breached passwords.", "Check without this option."],
            de: [
                "Dieses Programm kann nicht nach gestohlenen Passwörtern suchen.",
                "Prüfe ohne diese Option.",
            ],
        },
        InputProblem::GeneratorLength => ErrorText {
            en: ["That length is out of range.", "Choose one with the slider."],
            de: ["Diese Länge gibt es nicht.", "Wähle eine mit dem Schieberegler."],
        },
        InputProblem::GeneratedLong => ErrorText {
            en: [
                "This text is too long for the history of the generator.",
                "It was not stored there. Nothing else was changed.",
            ],
            de: [
                "Dieser Text ist zu lang für den Verlauf des Generators.",
                "Er wurde dort nicht gespeichert. Sonst wurde nichts verändert.",
            ],
        },
        InputProblem::LockMinutes => ErrorText {
            en: [
                "The profile can lock after at most 1,440 minutes.",
                "Type a smaller number, or 0 for never.",
            ],
            de: [
                "Das Profil kann nach höchstens 1.440 Minuten sperren.",
                "Gib eine kleinere Zahl ein, oder 0 für nie.",
            ],
        },
        InputProblem::ClipboardSeconds => ErrorText {
            en: [
                "The clipboard can be cleared after 5 to 600 seconds.",
                "Type a number in this range, or 0 for never.",
            ],
            de: [
                "Die Zwischenablage kann nach 5 bis 600 Sekunden geleert werden.",
                "Gib eine Zahl in diesem Bereich ein, oder 0 für nie.",
            ],
        },
        InputProblem::AddressNotWeb => ErrorText {
            en: [
                "Only addresses that begin with http or https can be opened.",
                "Copy the address and open it with the program that it is for.",
            ],
            de: [
                "Öffnen lassen sich nur Adressen, die mit http oder https beginnen.",
                "Kopiere die Adresse und öffne sie mit dem Programm, für das sie ist.",
            ],
        },
        InputProblem::AddressNotOpened => ErrorText {
            en: ["Web addresses of more than {n} characters are not opened.", "Copy the address instead."],
            de: [
                "Webadressen mit mehr als {n} Zeichen werden nicht geöffnet.",
                "Kopiere die Adresse stattdessen.",
            ],
        },
        InputProblem::PictureSize => ErrorText {
            en: ["Pictures of this size are not supported.", "The file itself can be saved."],
            de: ["Bilder dieser Größe werden nicht unterstützt.", "Die Datei selbst lässt sich speichern."],
        },
        InputProblem::KeyElsewhere => ErrorText {
            en: ["Only an item of the type SSH key can store a key.", "Create a new item of that type."],
            de: [
                "Nur ein Eintrag der Art SSH-Schlüssel kann einen Schlüssel aufnehmen.",
                "Lege einen neuen Eintrag dieser Art an.",
            ],
        },
        InputProblem::KeyUnsupported => ErrorText {
            en: [
                "Coffer does not support SSH keys of this kind.",
                "Nothing was changed, and the key is not damaged. Coffer reads one Ed25519, RSA or ECDSA key.",
            ],
            de: [
                "SSH-Schlüssel dieser Art unterstützt Coffer nicht.",
                "Nichts wurde verändert, und der Schlüssel ist nicht beschädigt. Coffer liest je einen mit Ed25519, RSA oder ECDSA.",
            ],
        },
        InputProblem::KeyEncryption => ErrorText {
            en: [
                "Coffer does not support the way in which this SSH key is encrypted.",
                "Nothing was changed. Give the key a new passphrase with ssh-keygen -p, then add it again.",
            ],
            de: [
                "So, wie dieser SSH-Schlüssel verschlüsselt ist, unterstützt Coffer ihn nicht.",
                "Nichts wurde verändert. Gib ihm mit ssh-keygen -p eine neue Passphrase und füge ihn noch einmal hinzu.",
            ],
        },
        InputProblem::KeyExplicitCurve => ErrorText {
            en: [
                "This SSH key describes its elliptic curve by explicit parameters, which Coffer does not support.",
                "Nothing was changed. Convert it with openssl ec -param_enc named_curve, then add it again.",
            ],
            de: [
                "Dieser SSH-Schlüssel beschreibt seine elliptische Kurve durch eigene Parameter; das unterstützt Coffer nicht.",
                "Nichts wurde verändert. Wandle ihn mit openssl ec -param_enc named_curve um und füge ihn noch einmal hinzu.",
            ],
        },
        InputProblem::KeySeveralPrimes => ErrorText {
            en: [
                "This RSA key has more than two primes, which Coffer does not support.",
                "Nothing was changed, and the key is not damaged. OpenSSH cannot use it either; generate another key.",
            ],
            de: [
                "Dieser RSA-Schlüssel hat mehr als zwei Primzahlen; das unterstützt Coffer nicht.",
                "Nichts wurde verändert, und er ist nicht beschädigt. Auch OpenSSH kann ihn nicht nutzen; erzeuge einen anderen.",
            ],
        },
        InputProblem::FilesAtOnce => ErrorText {
            en: ["At most {n} files can be added at once.", "Nothing was added. Choose fewer and repeat."],
            de: [
                "Auf einmal lassen sich höchstens {n} Dateien hinzufügen.",
                "Nichts wurde hinzugefügt. Wähle weniger und wiederhole es.",
            ],
        },
        InputProblem::NotAFile => ErrorText {
            en: [
                "This is a folder or a device, not a file.",
                "Choose a file. A folder can be packed into one first.",
            ],
            de: [
                "Das ist ein Ordner oder ein Gerät, keine Datei.",
                "Wähle eine Datei. Einen Ordner kannst du vorher packen.",
            ],
        },
        InputProblem::FileLarge => ErrorText {
            en: ["This file is larger than a document can be.", "It was not added. Split it into parts."],
            de: [
                "Diese Datei ist größer, als ein Dokument sein kann.",
                "Sie wurde nicht hinzugefügt. Teile sie in Stücke.",
            ],
        },
        InputProblem::FileAboveLimit => ErrorText {
            en: [
                "This vault accepts files of at most {bytes}.",
                "It was not added. Add it to a vault that accepts more, or split it.",
            ],
            de: [
                "Dieser Tresor nimmt Dateien bis {bytes}.",
                "Sie wurde nicht hinzugefügt. Nimm einen Tresor, der mehr aufnimmt, oder teile sie.",
            ],
        },
        InputProblem::FileKindRefused => ErrorText {
            en: [
                "This vault does not accept files of this type.",
                "It was not added. Add it to a vault that accepts them.",
            ],
            de: [
                "Dieser Tresor nimmt Dateien dieser Art nicht.",
                "Sie wurde nicht hinzugefügt. Nimm einen Tresor, der sie aufnimmt.",
            ],
        },
        InputProblem::FileExists => ErrorText {
            en: ["A file of that name already exists.", "It was not changed. Choose another name."],
            de: [
                "Eine Datei dieses Namens gibt es schon.",
                "Sie wurde nicht verändert. Wähle einen anderen Namen.",
            ],
        },
        InputProblem::CodesToShow => ErrorText {
            en: [
                "At most {n} codes can be shown as QR codes at once.",
                "Choose fewer, or write them all into a text file.",
            ],
            de: [
                "Als QR-Codes lassen sich höchstens {n} Codes auf einmal zeigen.",
                "Wähle weniger, oder schreibe alle in eine Textdatei.",
            ],
        },
        InputProblem::CodesToWrite => ErrorText {
            en: ["At most {n} codes can be written into one file.", "Nothing was written. Choose fewer."],
            de: [
                "In eine Datei lassen sich höchstens {n} Codes schreiben.",
                "Nichts wurde geschrieben. Wähle weniger.",
            ],
        },
        InputProblem::CodesToAdd => ErrorText {
            en: ["At most {n} codes can be added at once.", "Nothing was added. Choose fewer and repeat."],
            de: [
                "Auf einmal lassen sich höchstens {n} Codes hinzufügen.",
                "Nichts wurde hinzugefügt. Wähle weniger und wiederhole es.",
            ],
        },
        InputProblem::QrLong => ErrorText {
            en: [
                "This is too long for a QR code.",
                "Give the item a shorter title, or write the code into a text file.",
            ],
            de: [
                "Das ist zu lang für einen QR-Code.",
                "Gib dem Eintrag einen kürzeren Titel, oder schreibe den Code in eine Textdatei.",
            ],
        },
        InputProblem::ProxyAddress => ErrorText {
            en: [
                "This is not the address of a proxy.",
                "Type it like http://proxy.example:3128 or socks5h://proxy.example:1080; name and password have fields of their own.",
            ],
            de: [
                "Das ist keine Adresse eines Proxys.",
                "Gib sie wie http://proxy.example:3128 oder socks5h://proxy.example:1080 ein; Name und Passwort haben eigene Felder.",
            ],
        },
        InputProblem::AuthorityFile => ErrorText {
            en: [
                "There is no certificate of an authority in this file.",
                "Choose the PEM file of the authority that issued the server's certificate.",
            ],
            de: [
                "In dieser Datei ist kein Zertifikat einer Zertifizierungsstelle.",
                "Wähle die PEM-Datei der Stelle, die das Zertifikat des Servers ausgestellt hat.",
            ],
        },
        InputProblem::TransferLimit => ErrorText {
            en: [
                "A limit can be 16 to 1,048,576 KB in a second.",
                "Type a number in this range, or none for no limit.",
            ],
            de: [
                "Ein Limit kann 16 bis 1.048.576 KB in der Sekunde sein.",
                "Gib eine Zahl in diesem Bereich ein, oder keine für kein Limit.",
            ],
        },
        InputProblem::DraftLarge => ErrorText {
            en: [
                "This form is too large for a draft.",
                "Shorten it, or save the item and attach long texts as files.",
            ],
            de: [
                "Der Inhalt dieses Formulars ist zu groß für einen Entwurf.",
                "Kürze ihn, oder speichere den Eintrag und hänge lange Texte als Dateien an.",
            ],
        },
    }
}
