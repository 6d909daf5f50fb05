//! The sentences of the codes that concern a server and the account there.

use super::text::ErrorText;

pub(super) const SERVER_ADDRESS_INVALID: ErrorText = ErrorText {
    en: [
        "This is neither the address of a server nor a connect code.",
        "Type an address like https://vault.example.com, or paste the connect code from the server's operator.",
    ],
    de: [
        "Das ist weder die Adresse eines Servers noch ein Verbindungscode.",
        "Gib eine Adresse wie https://tresor.example.com ein oder füge den Verbindungscode des Betreibers ein.",
    ],
};
pub(super) const SERVER_UNREACHABLE: ErrorText = ErrorText {
    en: [
        "The server cannot be reached.",
        "Check the network and the address. Your changes are kept and sent later.",
    ],
    de: [
        "Der Server ist nicht erreichbar.",
        "Prüfe Netz und Adresse. Deine Änderungen bleiben erhalten und werden später gesendet.",
    ],
};
pub(super) const SERVER_PROXY: ErrorText = ErrorText {
    en: [
        "A proxy answered instead of the server.",
        "It may limit the size or the time of requests. Its operator can raise those limits; nothing was lost.",
    ],
    de: [
        "Ein Proxy hat anstelle des Servers geantwortet.",
        "Vielleicht begrenzt er Größe oder Dauer von Anfragen. Sein Betreiber kann das erhöhen; nichts ging verloren.",
    ],
};
pub(super) const VAULT_SYNCHRONIZED: ErrorText = ErrorText {
    en: [
        "The server has this vault already, or may have it.",
        "Nothing was changed. Create a vault that stays on this computer, and move the items there.",
    ],
    de: [
        "Der Server hat diesen Tresor schon, oder könnte ihn haben.",
        "Nichts wurde geändert. Lege einen Tresor an, der auf diesem Computer bleibt, und verschiebe die Einträge dorthin.",
    ],
};
pub(super) const VAULT_ONLY_HERE: ErrorText = ErrorText {
    en: [
        "This vault stays on this computer, so it cannot be shared.",
        "Nothing was changed. Let it be synchronized first.",
    ],
    de: [
        "Dieser Tresor bleibt auf diesem Computer und kann darum nicht geteilt werden.",
        "Nichts wurde geändert. Lass ihn zuerst synchronisieren.",
    ],
};
pub(super) const PROXY_FAILED: ErrorText = ErrorText {
    en: [
        "The proxy makes no connection to the server.",
        "Check its address, name and password. Your changes are kept and sent later.",
    ],
    de: [
        "Der Proxy stellt keine Verbindung zum Server her.",
        "Prüfe seine Adresse, Name und Passwort. Deine Änderungen bleiben erhalten und werden später gesendet.",
    ],
};
pub(super) const SERVER_NOT_COFFER: ErrorText = ErrorText {
    en: [
        "What answers there is not a Coffer server.",
        "If this network has a sign-in page, open it in the browser first. Else check the address. Nothing was lost.",
    ],
    de: [
        "Was dort antwortet, ist kein Coffer-Server.",
        "Hat dieses Netz eine Anmeldeseite, öffne sie zuerst im Browser. Sonst prüfe die Adresse. Nichts ging verloren.",
    ],
};
pub(super) const SERVER_UNTRUSTED: ErrorText = ErrorText {
    en: [
        "The certificate of this server is not trusted.",
        "Check the address and this computer's date. Nothing was sent to the server.",
    ],
    de: [
        "Dem Zertifikat dieses Servers wird nicht vertraut.",
        "Prüfe die Adresse und das Datum dieses Computers. Nichts wurde an den Server gesendet.",
    ],
};
pub(super) const SERVER_KEY_CHANGED: ErrorText = ErrorText {
    en: [
        "This server has another key than before.",
        "It may be another server. Ask its operator before you confirm a new key; nothing was sent to it.",
    ],
    de: [
        "Dieser Server hat einen anderen Schlüssel als bisher.",
        "Vielleicht ist es ein anderer Server. Frage den Betreiber, bevor du einen neuen bestätigst; nichts wurde gesendet.",
    ],
};
pub(super) const HISTORY_NOT_CHOSEN: ErrorText = ErrorText {
    en: [
        "What the server has of this vault cannot be chosen: it contradicts itself, or lacks what another device of yours has seen.",
        "Nothing was changed and nothing was lost. Try it on that device, or ask the server's operator.",
    ],
    de: [
        "Was der Server von diesem Tresor hat, kann nicht gewählt werden: Es widerspricht sich, oder es fehlt, was ein anderes deiner Geräte gesehen hat.",
        "Nichts wurde geändert, und nichts ging verloren. Versuche es auf jenem Gerät, oder frage den Betreiber des Servers.",
    ],
};
pub(super) const SERVER_KEY_DISPUTED: ErrorText = ErrorText {
    en: [
        "Another device of yours knows this server by another key.",
        "Nothing was lost, and nothing is sent until you choose the right key in the settings under Sync.",
    ],
    de: [
        "Ein anderes deiner Geräte kennt diesen Server mit einem anderen Schlüssel.",
        "Nichts ging verloren, und nichts wird gesendet, bis du in den Einstellungen unter Sync den richtigen wählst.",
    ],
};
pub(super) const SERVER_OTHER: ErrorText = ErrorText {
    en: [
        "This is another server than before, or it offers only older versions.",
        "Nothing was sent to it. Ask the server's operator.",
    ],
    de: [
        "Das ist ein anderer Server als bisher, oder er bietet nur ältere Versionen an.",
        "Nichts wurde an ihn gesendet. Frage den Betreiber.",
    ],
};
pub(super) const SERVER_NEWER: ErrorText = ErrorText {
    en: [
        "This server needs a newer version of Coffer.",
        "Install the newest version. Your changes are kept.",
    ],
    de: [
        "Dieser Server braucht eine neuere Version von Coffer.",
        "Installiere die neueste Version. Deine Änderungen bleiben erhalten.",
    ],
};
pub(super) const SERVER_FAILED: ErrorText = ErrorText {
    en: ["The server could not answer properly.", "It is tried again later. Your changes are kept."],
    de: [
        "Der Server konnte nicht richtig antworten.",
        "Es wird später noch einmal versucht. Deine Änderungen bleiben erhalten.",
    ],
};
pub(super) const SERVER_READ_ONLY: ErrorText = ErrorText {
    en: ["The server accepts no changes at the moment.", "Your changes are kept and sent later."],
    de: [
        "Der Server nimmt gerade keine Änderungen an.",
        "Deine Änderungen bleiben erhalten und werden später gesendet.",
    ],
};
pub(super) const SERVER_FULL: ErrorText = ErrorText {
    en: [
        "The account has no room left at the server.",
        "Delete documents that you no longer need, or ask the server's operator. Your changes are kept on this computer.",
    ],
    de: [
        "Das Konto hat auf dem Server keinen Platz mehr.",
        "Lösche nicht mehr benötigte Dokumente oder frage den Betreiber. Deine Änderungen bleiben auf diesem Computer.",
    ],
};
pub(super) const SERVER_REFUSED: ErrorText = ErrorText {
    en: ["The server refuses this.", "Nothing was lost. If it happens again, ask the server's operator."],
    de: ["Der Server lehnt das ab.", "Nichts ging verloren. Wenn es wieder geschieht, frage den Betreiber."],
};
pub(super) const SERVER_BUSY: ErrorText = ErrorText {
    en: ["There were too many attempts in a short time.", "Wait a moment, then try again."],
    de: [
        "Es waren zu viele Versuche in kurzer Zeit.",
        "Warte einen Moment und versuche es dann noch einmal.",
    ],
};
pub(super) const SERVER_RESTORING: ErrorText = ErrorText {
    en: [
        "The server was restored from a backup and lacks newer changes.",
        "Nothing was lost here. This computer sends them again. Until the server has all of them, the vault can be read but not changed.",
    ],
    de: [
        "Der Server wurde aus einer Sicherung wiederhergestellt, neuere Änderungen fehlen ihm.",
        "Hier ging nichts verloren. Dieser Computer sendet sie erneut. Bis der Server alle hat, lässt sich der Tresor lesen, aber nicht ändern.",
    ],
};
pub(super) const JOIN_CODE_INVALID: ErrorText = ErrorText {
    en: [
        "This is neither the code of another device nor that of an Emergency Kit.",
        "Copy the whole code, or choose a picture that shows the whole QR code sharply. Nothing was sent.",
    ],
    de: [
        "Das ist weder der Code eines anderen Geräts noch der eines Notfallblatts.",
        "Kopiere den ganzen Code oder wähle ein Bild, das den ganzen QR-Code scharf zeigt. Nichts wurde gesendet.",
    ],
};
pub(super) const APPROVAL_ENDED: ErrorText = ErrorText {
    en: [
        "This code is no longer valid.",
        "A code lasts ten minutes and only until the next one is shown. Show a new one on the other device; nothing was handed over.",
    ],
    de: [
        "Dieser Code gilt nicht mehr.",
        "Ein Code gilt zehn Minuten und nur bis zum nächsten. Zeige auf dem anderen Gerät einen neuen; nichts wurde übergeben.",
    ],
};
pub(super) const APPROVAL_USED: ErrorText = ErrorText {
    en: [
        "Another device has already used this code.",
        "If it was not yours, somebody has seen the code: do not approve that device, and show a new code. Nothing was handed over.",
    ],
    de: [
        "Ein anderes Gerät hat diesen Code schon benutzt.",
        "War es nicht deines, hat jemand den Code gesehen: Bestätige das Gerät nicht und zeige einen neuen Code. Nichts wurde übergeben.",
    ],
};
pub(super) const APPROVAL_FORGED: ErrorText = ErrorText {
    en: [
        "What the server passed on does not come from your other device.",
        "It was not used, and nothing was handed over. Show a new code; if it happens again, ask the server's operator.",
    ],
    de: [
        "Was der Server weitergab, stammt nicht von deinem anderen Gerät.",
        "Es wurde nicht verwendet, und nichts wurde übergeben. Zeige einen neuen Code; geschieht es wieder, frage den Betreiber.",
    ],
};
pub(super) const VAULT_MISSING: ErrorText = ErrorText {
    en: [
        "The server does not show this vault.",
        "Nothing is deleted here because of that. Ask the server's operator.",
    ],
    de: ["Der Server zeigt diesen Tresor nicht.", "Deswegen wird hier nichts gelöscht. Frage den Betreiber."],
};
pub(super) const LOGIN_INVALID: ErrorText = ErrorText {
    en: ["This login name cannot be used.", "Use an e-mail address or a simple name."],
    de: ["Dieser Anmeldename ist nicht möglich.", "Nimm eine E-Mail-Adresse oder einen einfachen Namen."],
};
pub(super) const LOGIN_TAKEN: ErrorText = ErrorText {
    en: [
        "An account with this login exists already.",
        "Choose another login. If the account is yours, set up a new profile with it instead.",
    ],
    de: [
        "Ein Konto mit diesem Anmeldenamen gibt es schon.",
        "Wähle einen anderen. Gehört das Konto dir, richte stattdessen ein neues Profil damit ein.",
    ],
};
pub(super) const SIGN_UP_REFUSED: ErrorText = ErrorText {
    en: ["The sign-up code is missing, wrong or already used.", "Ask the server's operator for a new one."],
    de: [
        "Der Anmeldecode fehlt, ist falsch oder schon benutzt.",
        "Bitte den Betreiber des Servers um einen neuen.",
    ],
};
pub(super) const SIGN_IN_REFUSED: ErrorText = ErrorText {
    en: [
        "Login, password, Secret Key or code are wrong.",
        "Which of them cannot be told. Check all of them and try again.",
    ],
    de: [
        "Anmeldename, Passwort, Secret Key oder Code sind falsch.",
        "Was davon, lässt sich nicht sagen. Prüfe alles und versuche es noch einmal.",
    ],
};
pub(super) const SECOND_FACTOR_NEEDED: ErrorText = ErrorText {
    en: [
        "The account asks for a second factor.",
        "Type a one-time code of your authenticator, or a recovery code.",
    ],
    de: [
        "Das Konto verlangt einen zweiten Faktor.",
        "Gib einen Einmalcode deiner Authentifizierung oder einen Wiederherstellungscode ein.",
    ],
};
pub(super) const WRONG_PASSWORD_HERE: ErrorText = ErrorText {
    en: [
        "This password does not open the profile on this computer.",
        "Was it changed on another device? Unlock with the old one here once more; the new one is valid here after the next sign-in. Otherwise check keyboard layout and Caps Lock.",
    ],
    de: [
        "Dieses Passwort öffnet das Profil auf diesem Computer nicht.",
        "Wurde es auf einem anderen Gerät geändert? Entsperre hier noch einmal mit dem alten; das neue gilt hier nach der nächsten Anmeldung. Prüfe sonst Tastaturbelegung und Feststelltaste.",
    ],
};
pub(super) const SIGN_IN_NEEDED: ErrorText = ErrorText {
    en: ["You are signed out of the server.", "Sign in again. Your changes are kept and sent then."],
    de: [
        "Du bist vom Server abgemeldet.",
        "Melde dich wieder an. Deine Änderungen bleiben erhalten und werden dann gesendet.",
    ],
};
pub(super) const ACCOUNT_OTHER: ErrorText = ErrorText {
    en: [
        "The server does not have your account, or shows another one or an older state of it.",
        "Nothing was lost, sent or changed. If you deleted the account on another device, leave the server in the sync settings. Otherwise ask its operator.",
    ],
    de: [
        "Der Server hat dein Konto nicht, oder er zeigt ein anderes oder einen älteren Stand davon.",
        "Nichts ging verloren, wurde gesendet oder verändert. Hast du das Konto auf einem anderen Gerät gelöscht, verlasse den Server in den Einstellungen zur Synchronisierung. Frage sonst seinen Betreiber.",
    ],
};
pub(super) const ACCOUNT_CONNECTED: ErrorText = ErrorText {
    en: ["This profile already has a server.", "Sign in to it in the settings."],
    de: ["Dieses Profil hat schon einen Server.", "Melde dich in den Einstellungen bei ihm an."],
};
pub(super) const NOT_CONNECTED: ErrorText = ErrorText {
    en: ["This profile has no server.", "Connect it in the settings first."],
    de: ["Dieses Profil hat keinen Server.", "Verbinde es zuerst in den Einstellungen."],
};
pub(super) const ACCOUNT_CHANGED: ErrorText = ErrorText {
    en: [
        "The password opens this computer's profile, but the account has another password or Secret Key.",
        "If it was changed on another device, type the new password, or the Secret Key from the new Emergency Kit. Nothing was lost.",
    ],
    de: [
        "Das Passwort öffnet das Profil auf diesem Computer, aber das Konto hat ein anderes Passwort oder einen anderen Secret Key.",
        "Wurde es auf einem anderen Gerät geändert, gib das neue Passwort ein oder den Secret Key vom neuen Notfallblatt. Nichts ging verloren.",
    ],
};
pub(super) const DOCUMENT_NOT_HERE: ErrorText = ErrorText {
    en: [
        "This document is not on this computer yet.",
        "It is downloaded as soon as the server has it and can be reached.",
    ],
    de: [
        "Dieses Dokument ist noch nicht auf diesem Computer.",
        "Es wird geladen, sobald der Server es hat und erreichbar ist.",
    ],
};
pub(super) const DOCUMENT_TOO_LARGE: ErrorText = ErrorText {
    en: [
        "A document is larger than the server accepts.",
        "It stays on this computer. Ask the server's operator to raise the limit.",
    ],
    de: [
        "Ein Dokument ist größer, als der Server annimmt.",
        "Es bleibt auf diesem Computer. Bitte den Betreiber des Servers, die Grenze zu erhöhen.",
    ],
};
pub(super) const MOVE_SHARED: ErrorText = ErrorText {
    en: [
        "Vaults with other members cannot be moved to another server.",
        "Leave them, or copy their items into a vault of your own. Nothing was changed.",
    ],
    de: [
        "Tresore mit anderen Mitgliedern lassen sich nicht auf einen anderen Server umziehen.",
        "Verlasse sie oder kopiere ihre Einträge in einen eigenen Tresor. Nichts wurde verändert.",
    ],
};
pub(super) const MOVE_INCOMPLETE: ErrorText = ErrorText {
    en: [
        "Some documents or vaults are not on this computer.",
        "Wait until they are downloaded, then move the account. Nothing was changed.",
    ],
    de: [
        "Einige Dokumente oder Tresore sind nicht auf diesem Computer.",
        "Warte, bis sie geladen sind, und ziehe das Konto dann um. Nichts wurde verändert.",
    ],
};
pub(super) const MOVE_UNFINISHED: ErrorText = ErrorText {
    en: [
        "Not everything is at the new server yet.",
        "Wait until it is up to date. The account at the old server is unchanged.",
    ],
    de: [
        "Noch ist nicht alles auf dem neuen Server.",
        "Warte, bis alles aktuell ist. Das Konto auf dem alten Server ist unverändert.",
    ],
};
