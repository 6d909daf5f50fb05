import type { Translation } from '../message';
import type { documents as source } from '../en/documents';

export const documents: Translation<typeof source> = {
  'jobs.title': 'Laufende Arbeiten',
  'jobs.running': { one: '{count} Datei in Arbeit', other: '{count} Dateien in Arbeit' },
  'jobs.ended': 'Alles erledigt',
  'jobs.endedSome': 'Beendet, aber nicht alles ist gelungen',
  'jobs.import': '„{name}“ wird aufgenommen',
  'jobs.export': '„{name}“ wird gesichert',
  'jobs.amount': '{done} von {total}',
  'jobs.left': 'noch {time}',
  'jobs.done.import': 'Aufgenommen',
  'jobs.done.export': 'Gesichert',
  'jobs.cancelled': 'Abgebrochen; nichts wurde verändert',
  'jobs.cancel': '„{name}“ abbrechen',
  'jobs.dismiss': '„{name}“ ausblenden',
  'jobs.dismissAll': 'Beendetes ausblenden',
  'jobs.show': 'Zeigen',
  'jobs.showItem': 'Den Eintrag zu „{name}“ zeigen',
  'jobs.collapse': 'Weniger zeigen',
  'jobs.expand': 'Einzelheiten zeigen',
  'documents.add': 'Dokumente hinzufügen …',
};
