import type { Translation } from '../message';
import type { repair as source } from '../en/repair';

export const repair: Translation<typeof source> = {
  'repair.open': 'Was sich tun lässt …',
  'repair.title': '„{name}“ reparieren',
  'repair.calm':
    'Nichts wurde verändert. Was du hier auch wählst: Die beschädigten Dateien bleiben, wie sie sind.',
  'repair.found': 'Befund',
  'repair.keys': 'Schlüsseldatei',
  'repair.keysCopy': 'Kopie der Schlüsseldatei',
  'repair.database': 'Datenbank',
  'repair.state.readable': 'lesbar',
  'repair.state.damaged': 'beschädigt',
  'repair.state.missing': 'fehlt',
  'repair.state.other_format': 'von einer anderen Version',
  'repair.state.changed': 'nicht so, wie sie geschrieben wurde',
  'repair.pages': { one: '{count} beschädigte Seite', other: '{count} beschädigte Seiten' },
  'repair.entries': { one: '{count} unlesbare Änderung', other: '{count} unlesbare Änderungen' },
  'repair.whole': 'Es wurde kein Schaden gefunden. Geh zurück und entsperre das Profil wie gewohnt.',
  'repair.keysUnreadable':
    'Weder die Schlüsseldatei noch ihre Kopie ist lesbar, und ohne sie öffnet sich nichts. Eine Sicherung hat ihre eigene.',
  'repair.password': 'Masterpasswort',
  'repair.password.why': 'Bei einer älteren Sicherung: das von damals.',
  'repair.secretKey': 'Secret Key vom Notfallblatt',
  'repair.look': 'Genauer nachsehen',
  'repair.looking': 'Jede Seite und jede Änderung wird angesehen …',
  'repair.backup': 'Eine Sicherung an seine Stelle setzen',
  'repair.backup.text':
    'Alles ist dann wie damals; was später kam, fehlt. Zuerst wird die ganze Sicherung geprüft, und das beschädigte Profil bleibt daneben erhalten.',
  'repair.backup.which': 'Sicherung',
  'repair.backup.of': '{time}, {size}',
  'repair.backup.damaged': '{time}, beschädigt',
  'repair.backup.none': 'Im eigenen Ordner des Profils liegt keine Sicherung.',
  'repair.backup.other': 'Eine andere Sicherung auswählen …',
  'repair.backup.do': 'Wiederherstellen',
  'repair.backup.doing': 'Die Sicherung wird geprüft und wiederhergestellt …',
  'repair.salvage': 'Retten, was sich noch öffnet',
  'repair.salvage.text':
    'Daraus entsteht ein neues Profil mit demselben Passwort und einem eigenen Secret Key. Frühere Stände kommen nicht mit.',
  'repair.salvage.name': 'Name des neuen Profils',
  'repair.salvage.suggestion': '{name} (gerettet)',
  'repair.salvage.do': 'In ein neues Profil retten',
  'repair.salvage.doing': 'Was sich noch öffnet, wird gerettet …',
  'repair.leave': 'Alles lassen, wie es ist',
  'repair.leave.text':
    'Du kannst jederzeit wiederkommen. Gut ist es, solange den ganzen Ordner anderswohin zu kopieren:',
  'repair.items': { one: '{count} Eintrag öffnet sich', other: '{count} Einträge öffnen sich' },
  'repair.older': {
    one: '{count} davon im Stand vor seiner letzten Änderung',
    other: '{count} davon im Stand vor ihrer letzten Änderung',
  },
  'repair.lost': { one: '{count} Eintrag ist verloren', other: '{count} Einträge sind verloren' },
  'repair.saved': { one: '{count} Eintrag gerettet', other: '{count} Einträge gerettet' },
  'repair.documents': { one: '{count} Dokument gerettet', other: '{count} Dokumente gerettet' },
  'repair.documentsLost': { one: '{count} Dokument ist verloren', other: '{count} Dokumente sind verloren' },
  'repair.restored': 'Das Profil ist wieder da',
  'repair.restored.text': 'Es ist, wie es beim Sichern war. Das beschädigte ist hier erhalten:',
  'repair.salvaged': 'Ein neues Profil ist entstanden',
  'repair.salvaged.text':
    'Das beschädigte ist, wo es war. Speichere als Nächstes das Notfallblatt des neuen: Es hat einen anderen Secret Key.',
  'repair.begin': 'Profil öffnen',
  'repair.notice':
    'In diesem Profil ist etwas beschädigt. Was sich öffnet, ist so, wie es geschrieben wurde.',
  'repair.forgot': 'Das Passwort stimmt sicher? Dann ist vielleicht die Schlüsseldatei beschädigt.',
};
