import type { Translation } from '../message';
import type { keys as source } from '../en/keys';

export const keys: Translation<typeof source> = {
  'error.profile_in_use.by': 'Es ist {program} (Prozess {process}) auf {host}, seit {since}.',
  'error.wrong_pin.left': {
    one: 'Noch {count} Versuch, dann wird nach dem Passwort gefragt.',
    other: 'Noch {count} Versuche, dann wird nach dem Passwort gefragt.',
  },
  'forgot.title': 'Neues Passwort setzen',
  'forgot.text': 'Der Wiederherstellungscode öffnet „{name}“ ohne Passwort. Wähle jetzt ein neues.',
  'forgot.code': 'Wiederherstellungscode',
  'forgot.code.why': 'Von dem Blatt, das du gedruckt hast. Er beginnt mit R1.',
  'forgot.code.long': 'Das ist länger als ein Wiederherstellungscode.',
  'forgot.code.letter': '„{letter}“ kommt in keinem Wiederherstellungscode vor.',
  'forgot.without':
    'Ohne Wiederherstellungscode und ohne Passwort kann niemand das Profil öffnen, und niemand kann es zurücksetzen.',
  'forgot.submit': 'Passwort setzen und öffnen',
  'recovery.text':
    'Ein Blatt mit einem Code, der das Profil öffnet, wenn du das Passwort vergessen hast, auch ohne Secret Key. Wer das Blatt und eine Kopie deiner Daten hat, kann alles öffnen. Bewahre es nur auf Papier auf.',
  'recovery.replaces':
    'Wird der Code ersetzt, bekommt das Profil neue Schlüssel; das alte Blatt öffnet dann nichts mehr, außer älteren Sicherungen.',
  'recovery.none': 'Dieses Profil hat keinen Wiederherstellungscode.',
  'recovery.active': 'Ein Wiederherstellungscode ist aktiv.',
  'recovery.make': 'Wiederherstellungscode erstellen',
  'recovery.replace': 'Code ersetzen',
  'recovery.remove': 'Code entfernen',
  'recovery.removed': 'Wiederherstellungscode entfernt. Das Blatt öffnet nur noch ältere Sicherungen.',
  'recovery.once':
    'Dieser Code wird einmal gezeigt. Speichere und drucke ihn, gib dann eine Gruppe ein; erst dann ist er aktiv.',
  'recovery.code': 'Wiederherstellungscode',
  'recovery.saved': 'Wiederherstellungscode gespeichert. Drucke das Blatt und lösche dann die Datei.',
  'recovery.confirm': 'Bestätigen',
  'recovery.done': 'Der Wiederherstellungscode ist aktiv',
  'pin.title': 'Schnell entsperren',
  'pin.text':
    'Eine PIN entsperrt das Profil, bis Coffer beendet wird. Nichts davon wird auf den Datenträger geschrieben. Nach fünf falschen Versuchen ist das Passwort nötig. Wer den Speicher dieses Computers lesen kann, kann PINs durchprobieren, und es gibt viel weniger PINs als Passwörter.',
  'pin.pin': 'PIN',
  'pin.hint': 'Mindestens sechs Zeichen.',
  'pin.set': 'PIN setzen',
  'pin.done': 'PIN gesetzt, bis Coffer beendet wird',
  'pin.active': 'Eine PIN ist gesetzt, bis Coffer beendet wird.',
  'pin.forget': 'PIN entfernen',
  'pin.forgotten': 'PIN entfernt',
  'strengthen.title': 'Schutz des Passworts',
  'strengthen.now':
    'Jeder Versuch braucht {memory} MiB Speicher, {passes} Durchgänge darüber, {lanes} parallel.',
  'strengthen.due':
    'Dieser Computer schafft mehr, und das macht Raten teurer. Dafür ist einmal dein Passwort nötig.',
  'strengthen.submit': 'Verstärken',
  'strengthen.done': 'Das Passwort zu raten ist jetzt teurer',
  'rotateKeys.title': 'Mein Passwort könnte bekannt sein',
  'rotateKeys.text':
    'Wenn jemand dein Passwort kennen oder eine Kopie deiner Schlüssel haben könnte: Alles auf diesem Computer bekommt neue Schlüssel, und die alten öffnen nichts mehr.',
  'rotateKeys.open': 'Alle Schlüssel wechseln …',
  'rotateKeys.connected':
    'Ein anderes Passwort oder ein anderer Secret Key gilt auch für dein Konto: Deine anderen Computer fragen beim Anmelden danach. Lass das neue Passwort leer, um es zu behalten.',
  'rotateKeys.secretKey':
    'Auch einen neuen Secret Key erstellen; das Notfallblatt muss dann neu gespeichert werden',
  'rotateKeys.code': 'Wiederherstellungscode',
  'rotateKeys.code.hint':
    'Gib ihn ein, um ihn zu behalten. Sonst wird er ungültig, und du kannst einen neuen erstellen.',
  'rotateKeys.backups':
    'Ältere Sicherungen öffnen sich weiter mit dem Passwort und dem Secret Key von damals. Lösche sie, wenn dich das beunruhigt. Passwörter, die bekannt sein könnten, musst du dort ändern, wo du sie benutzt.',
  'rotateKeys.submit': 'Alle Schlüssel wechseln',
  'rotateKeys.busy': 'Schlüssel werden gewechselt …',
  'rotateKeys.done': 'Alle Schlüssel gewechselt',
  'kitCheck.title': 'Ein gedrucktes Notfallblatt prüfen',
  'kitCheck.text': 'Secret Key',
  'kitCheck.hint': 'Wie gedruckt, oder wie aus dem QR-Code gescannt.',
  'kitCheck.submit': 'Prüfen',
  'kitCheck.good': 'Das ist der Secret Key dieses Profils.',
  'profileFolder.title': 'Ordner',
  'profileFolder.text':
    'Beim Verschieben wird das Profil gesperrt und kopiert, die Kopie verglichen und das Profil dann hier entfernt.',
  'profileFolder.synced':
    '{program} synchronisiert diesen Ordner, während Coffer darin schreibt. Das kann das Profil beschädigen: Verschiebe es und nimm für Kopien Sicherungen.',
  'profileFolder.network':
    'Dieser Ordner liegt auf einem anderen Computer. Zwei Computer könnten zugleich schreiben, oder die Verbindung bricht ab: Ein Datenträger dieses Computers ist sicherer.',
  'profileFolder.move': 'Verschieben …',
  'profileFolder.forget': 'Aus der Liste entfernen',
  'profileFolder.delete': 'Löschen …',
  'delete.title': '„{name}“ löschen?',
  'delete.text':
    'Alles in diesem Profil wird gelöscht, seine Schlüssel zuerst. Das lässt sich nicht rückgängig machen.',
  'delete.name': 'Gib „{name}“ ein, um fortzufahren',
  'delete.keep': 'Die automatischen Sicherungen neben dem Ordner behalten',
  'delete.keep.hint': 'Sonst werden sie nach 30 Tagen gelöscht.',
  'delete.submit': 'Endgültig löschen',
};
