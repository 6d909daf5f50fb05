import type { Translation } from '../message';
import type { exporting as source } from '../en/exporting';

export const exporting: Translation<typeof source> = {
  'export.palette': 'Einträge exportieren…',
  'export.title': 'Einträge exportieren',
  'export.format': 'Format',
  'export.format.archive': 'Coffer-Archiv',
  'export.format.archive.text':
    'Verschlüsselt, mit allem: Dateien, früheren Fassungen, Tresoren. Coffer öffnet es auf jedem Computer.',
  'export.format.kdbx': 'KeePass-Datenbank (KDBX)',
  'export.format.kdbx.text':
    'Verschlüsselt, mit Dateien und früheren Fassungen. KeePassXC und KeePass öffnen sie.',
  'export.format.bitwarden_encrypted': 'Bitwarden, verschlüsselt',
  'export.format.bitwarden_encrypted.text':
    'Verschlüsselt, ohne Dateien. Bitwarden und Vaultwarden lesen sie.',
  'export.format.bitwarden_json': 'Bitwarden, nicht verschlüsselt',
  'export.format.bitwarden_json.text': 'Für alle lesbar. Viele Programme importieren sie.',
  'export.format.cxf': 'Credential Exchange (CXF), nicht verschlüsselt',
  'export.format.cxf.text':
    'Für alle lesbar. Das gemeinsame Format der Passwortmanager, mit Passkeys; ohne Dateien und frühere Fassungen.',
  'export.format.csv': 'Tabelle (CSV), nicht verschlüsselt',
  'export.format.csv.text':
    'Für alle lesbar. Browser und Tabellenprogramme lesen sie; ohne Dateien und frühere Fassungen.',
  'export.format.files': 'Dateien, in einem Ordner',
  'export.format.files.text': 'Für alle lesbar. Nur die Dateien der Einträge, in Ordnern wie hier.',
  'export.vault': 'Tresor',
  'export.folder': 'Ordner',
  'export.tag': 'Schlagwort',
  'export.all': 'Alle',
  'export.trash': 'Auch Einträge im Papierkorb',
  'export.password.text':
    'Die Datei hat ein eigenes Passwort. Wer die Datei hat, kann beliebig lange Passwörter probieren; wähle also ein langes.',
  'export.password': 'Passwort der Datei',
  'export.password.repeat': 'Dasselbe Passwort noch einmal',
  'export.readable':
    'Alle, die an diese Datei kommen, können alle Passwörter darin lesen: andere Programme, Sicherungen, Dienste, die deine Ordner kopieren. Lösche sie, sobald das andere Programm sie gelesen hat.',
  'export.save': 'Exportieren…',
  'export.save.readable': 'Unverschlüsselt exportieren…',
  'export.writing': 'Einträge werden geschrieben…',
  'export.done': { one: '{count} Eintrag exportiert', other: '{count} Einträge exportiert' },
  'export.done.documents': { one: 'mit {count} Datei', other: 'mit {count} Dateien' },
  'export.done.delete':
    'Die Datei enthält deine Passwörter unverschlüsselt. Lösche sie, sobald sie gelesen wurde.',
  'export.forbidden': 'Ein Team erlaubt diesen Export nicht. Ausgelassen: {names}.',
  'export.notes': 'Was nicht so in der Datei ist wie hier',
  'export.notes.none': 'Alles ist in der Datei.',
  'export.again': 'Noch etwas exportieren',
};
