import type { Translation } from '../message';
import type { health as source } from '../en/health';

export const health: Translation<typeof source> = {
  'health.title': 'Zustand',
  'health.open': 'Zustand der Passwörter',
  'health.checking': 'Einträge werden geprüft',
  'health.again': 'Noch einmal prüfen',
  'health.now': 'Jetzt prüfen',
  'health.checked': { one: '{count} Eintrag geprüft, {time}', other: '{count} Einträge geprüft, {time}' },
  'health.found': {
    one: '{count} Eintrag braucht Aufmerksamkeit',
    other: '{count} Einträge brauchen Aufmerksamkeit',
  },
  'health.good': 'Alles in Ordnung',
  'health.good.text':
    'Keine schwachen oder mehrfach benutzten Passwörter, nichts abgelaufen, nichts unvollständig.',
  'health.unreadable': {
    one: '{count} Eintrag ist beschädigt und konnte nicht geprüft werden.',
    other: '{count} Einträge sind beschädigt und konnten nicht geprüft werden.',
  },
  'health.local':
    'Alles wird auf diesem Computer geprüft. Passwörter werden nicht mit bekannten Datenlecks verglichen, es wird also nichts über sie gesendet.',
  'health.archive': 'Einträge im Archiv und im Papierkorb bleiben außen vor.',
  'health.kinds': 'Befunde',
  'health.more': 'Weitere zeigen',
  'health.old': 'Passwörter gelten als alt nach',
  'health.old.0': 'nie',
  'health.old.365': '1 Jahr',
  'health.old.1095': '3 Jahren',
  'health.old.1825': '5 Jahren',
  'health.kind.breached': 'In Datenlecks gefunden',
  'health.kind.weak': 'Schwache Passwörter',
  'health.kind.reused': 'Mehrfach benutzte Passwörter',
  'health.kind.expired': 'Abgelaufen',
  'health.kind.expires_soon': 'Läuft bald ab',
  'health.kind.old': 'Alte Passwörter',
  'health.kind.unencrypted': 'Unverschlüsselte Adressen',
  'health.kind.no_code': 'Ohne Einmalcode',
  'health.kind.duplicate': 'Doppelte',
  'health.kind.incomplete': 'Unvollständig',
  'health.fix.breached': 'Ändere diese Passwörter zuerst auf der Website: Andere könnten sie kennen.',
  'health.fix.weak': 'Leicht zu erraten. Ändere sie auf der Website und nimm ein erzeugtes Passwort.',
  'health.fix.reused':
    'Wird eine dieser Websites geknackt, stehen auch die anderen offen. Nimm für jede ein eigenes Passwort.',
  'health.fix.expired': 'Erneuere sie oder entferne das Datum, wenn es keine Rolle mehr spielt.',
  'health.fix.expires_soon': 'Sie laufen innerhalb eines Monats ab.',
  'health.fix.old':
    'Lange nicht geändert. Ein starkes eigenes Passwort muss nicht geändert werden; eines von vor Jahren kann nach heutigen Maßstäben schwach sein.',
  'health.fix.unencrypted':
    'Die Adresse beginnt mit http, also kann unterwegs gelesen werden, was du dort eingibst. Versuche dieselbe Adresse mit https.',
  'health.fix.no_code':
    'Die Website bietet Einmalcodes als zweiten Faktor. Schalte sie dort ein und füge den Schlüssel hier hinzu.',
  'health.fix.duplicate': 'Derselbe Inhalt steht in mehreren Einträgen. Behalte einen davon.',
  'health.fix.incomplete': 'Etwas, das eine Anmeldung braucht, fehlt.',
  'health.why.breached': { one: '{shown}-mal gesehen', other: '{shown}-mal gesehen' },
  'health.why.reused': {
    one: 'wie in {count} weiteren Eintrag',
    other: 'wie in {count} weiteren Einträgen',
  },
  'health.why.duplicate': { one: '{count} weiterer gleicher', other: '{count} weitere gleiche' },
  'health.why.expired': { one: 'vor {count} Tag', other: 'vor {count} Tagen' },
  'health.why.expires_soon': { one: 'in {count} Tag', other: 'in {count} Tagen' },
  'health.why.old': { one: 'seit {count} Jahr unverändert', other: 'seit {count} Jahren unverändert' },
  'health.missing.password': 'kein Passwort',
  'health.missing.username': 'kein Benutzername',
  'health.missing.address': 'keine Webadresse',
};
