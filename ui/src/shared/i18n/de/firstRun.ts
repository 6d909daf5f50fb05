import type { Translation } from '../message';
import type { firstRun as source } from '../en/firstRun';

export const firstRun: Translation<typeof source> = {
  'firstRun.title': 'Willkommen bei Coffer',
  'firstRun.text':
    'Passwörter, Codes, Karten, Notizen und Dokumente jeder Größe, verschlüsselt auf diesem Computer. Niemand sonst kann sie lesen.',
  'firstRun.create': 'Neues Profil anlegen',
  'firstRun.create.text':
    'Dauert etwa eine Minute. Deine alten Passwörter kannst du gleich danach importieren.',
  'firstRun.name': 'Dein Name',
  'firstRun.name.hint': 'Erscheint beim Entsperren. Er bleibt auf diesem Computer.',
  'firstRun.name.needed': 'Gib einen Namen ein.',
  'firstRun.password.title': 'Wähle ein Masterpasswort',
  'firstRun.password.text':
    'Das eine Passwort, das du dir merken musst. Es wird nie gespeichert, und niemand kann es zurücksetzen.',
  'firstRun.password': 'Masterpasswort',
  'firstRun.repeat': 'Masterpasswort wiederholen',
  'firstRun.suggest': 'Passphrase vorschlagen',
  'firstRun.suggestion': 'Leicht zu merken, schwer zu erraten:',
  'firstRun.suggest.again': 'Anderen Vorschlag',
  'firstRun.suggest.use': 'Verwenden',
  'firstRun.suggest.used': 'Schreib sie auf oder präg sie dir ein und gib sie dann unten noch einmal ein.',
  'firstRun.submit': 'Profil anlegen',
  'firstRun.busy': 'Schlüssel werden erzeugt …',
  'kit.title': 'Speichere dein Notfallblatt',
  'kit.text':
    'Eine Seite mit deinem Secret Key. Zusammen mit dem Masterpasswort öffnet er dein Profil auf einem neuen Computer, oder hier, wenn der Schlüsselbund verloren ging.',
  'kit.paper': 'Papier',
  'kit.paper.a4': 'A4',
  'kit.paper.letter': 'Letter',
  'kit.save': 'Als PDF speichern …',
  'kit.saved':
    'Gespeichert. Drucke es, schreibe dein Masterpasswort darauf und bewahre es an einem sicheren Ort auf.',
  'kit.reveal': 'Stattdessen von Hand abschreiben',
  'kit.secretKey': 'Secret Key',
  'kit.confirm.title': 'Hast du es?',
  'kit.confirm.text': 'Sieh auf die gespeicherte Seite und tippe die Gruppe mit dieser Nummer ab.',
  'kit.confirm': 'Bestätigen',
  'kit.confirmed': 'Notfallblatt bestätigt',
  'kit.later': 'Später',
  'kit.later.text': 'Du wirst erinnert, bis es erledigt ist.',
  'finish.title': 'Dein Profil ist bereit',
  'finish.text':
    'Importiere alles aus deinem alten Passwortmanager oder Browser, oder beginne mit einem leeren Profil.',
  'finish.import': 'Importieren …',
  'finish.import.text': 'Bitwarden, Chrome, Edge, Brave, Firefox',
  'finish.start': 'Leer beginnen',
  'firstRun.step': 'Schritt {step} von {steps}',
};
