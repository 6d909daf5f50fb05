import type { Translation } from '../message';
import type { errors as source } from '../en/errors';

export const errors: Translation<typeof source> = {
  'error.locked': 'Der Tresor ist gesperrt. Entsperre ihn und versuche es noch einmal.',
  'error.wrong_password':
    'Dieses Passwort öffnet den Tresor nicht. Prüfe Tastaturbelegung und Feststelltaste und versuche es noch einmal.',
  'error.retry_later': 'Zu viele falsche Passwörter. Warte einen Moment und versuche es dann noch einmal.',
  'error.secret_key_missing':
    'Dieser Computer hat den Secret Key nicht mehr. Tippe ihn von deinem Notfallblatt ab.',
  'error.secret_key_mistyped': 'Im Secret Key steckt ein Tippfehler. Vergleiche ihn mit deinem Notfallblatt.',
  'error.kit_group_wrong':
    'Das ist nicht die Gruppe auf deinem Notfallblatt. Sieh noch einmal in das gesicherte PDF.',
  'error.password_too_weak':
    'Dieses Passwort ist zu leicht zu erraten. Mach es länger oder nimm die vorgeschlagene Passphrase.',
  'error.profile_not_found':
    'Dieses Profil ist nicht mehr auf diesem Computer. Nichts wurde verändert. Wähle ein anderes.',
  'error.profile_in_use':
    'Ein anderes Fenster oder Programm hat dieses Profil geöffnet. Nichts wurde verändert. Schließe es dort zuerst.',
  'error.profile_damaged':
    'Die Schlüsseldatei dieses Profils ist beschädigt. Sie wurde nicht angerührt. Stelle sie aus einer Sicherung wieder her.',
  'error.database_damaged':
    'Die Datenbank dieses Profils ist beschädigt. Sie wurde nicht angerührt. Stelle sie aus einer Sicherung wieder her.',
  'error.profile_newer':
    'Dieses Profil stammt von einer anderen Version von Coffer: einer neueren oder einer aus der Zeit vor der ersten Veröffentlichung. Es wurde nicht angerührt. Öffne es mit der Version, die es geschrieben hat.',
  'error.profile_read_only': 'Dieses Profil ist nur zum Lesen geöffnet; nichts wurde verändert.',
  'error.disk_full':
    'Der Datenträger ist voll. Nichts wurde verändert. Schaffe Platz und versuche es noch einmal.',
  'error.disk_read_only':
    'In diesen Ordner kann nicht geschrieben werden. Nichts wurde verändert. Prüfe die Rechte und versuche es noch einmal.',
  'error.file_unreadable':
    'Die Datei konnte nicht gelesen oder geschrieben werden. Nichts wurde verändert. Prüfe, ob sie noch da ist.',
  'error.not_found': 'Das gibt es nicht mehr. Vielleicht wurde es inzwischen gelöscht oder geändert.',
  'error.invalid_input':
    'Etwas im Formular ist so nicht möglich. Nichts ging verloren. Prüfe deine Eingaben.',
  'error.code_invalid':
    'Das ist kein Schlüssel für Einmalcodes. Füge die otpauth://-Adresse oder den Schlüssel der Website ein.',
  'error.conflict':
    'Dieser Eintrag wurde inzwischen anderswo geändert. Deine Eingaben bleiben. Sieh dir die neuere Fassung an und sichere dann noch einmal.',
  'error.import_unreadable':
    'Das ist kein Export, den Coffer kennt, oder er ist fehlerhaft. Nichts wurde übernommen.',
  'error.import_too_large':
    'Diese Datei ist größer oder tiefer verschachtelt als erlaubt. Nichts wurde übernommen.',
  'error.import_encrypted':
    'Dieser Export ist für ein Konto verschlüsselt. Nichts wurde übernommen. Exportiere noch einmal als einfaches JSON oder CSV.',
  'error.document_damaged':
    'Dieses Dokument hat die Prüfung nicht bestanden und wurde nicht geschrieben. Der Tresor blieb unberührt. Stelle es aus einer Sicherung wieder her.',
  'error.cancelled': 'Abgebrochen. Nichts wurde verändert.',
  'error.clipboard_unavailable':
    'Die Zwischenablage ist nicht erreichbar; nichts wurde kopiert. Zeige den Wert stattdessen an.',
  'error.out_of_memory':
    'Der freie Speicher reicht nicht, um das Passwort zu prüfen. Nichts wurde verändert. Schließe andere Programme und versuche es noch einmal.',
  'error.internal':
    'In Coffer ist etwas schiefgegangen. Was gesichert war, ist sicher. Versuche es noch einmal oder starte Coffer neu.',
};
