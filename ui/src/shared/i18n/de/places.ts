import type { Translation } from '../message';
import type { places as source } from '../en/places';

export const places: Translation<typeof source> = {
  'places.more': 'Mehr zu „{name}“',
  'places.make': 'Neuer Tresor',
  'places.make.more': 'Neuer Tresor …',
  'places.make.yes': 'Tresor anlegen',
  'places.name': 'Name',
  'places.rename': 'Umbenennen …',
  'places.rename.yes': 'Umbenennen',
  'places.renamed': 'Heißt jetzt „{name}“',
  'places.removed': '„{name}“ wurde entfernt',
  'places.remove': 'Entfernen …',
  'places.vault.rename': 'Tresor umbenennen',
  'places.vault.remove': 'Tresor löschen …',
  'places.vault.deleted': 'Der Tresor „{name}“ wurde gelöscht',
  'places.vault.remove.title': 'Den Tresor „{name}“ löschen?',
  'places.vault.remove.empty': 'Er ist leer.',
  'places.vault.remove.text': {
    one: 'Der {count} Eintrag darin wird endgültig gelöscht, samt Verlauf und Dateien. Danach hat ihn nur noch eine Sicherung.',
    other:
      'Die {count} Einträge darin, auch archivierte und solche im Papierkorb, werden endgültig gelöscht, samt Verlauf und Dateien. Danach hat sie nur noch eine Sicherung.',
  },
  'places.folder.rename': 'Ordner umbenennen',
  'places.folder.remove.title': 'Den Ordner „{name}“ entfernen?',
  'places.folder.remove.text': 'Was darin ist, bleibt, einen Ordner höher.',
  'places.tag.rename': 'Schlagwort umbenennen',
  'places.tag.remove.title': 'Das Schlagwort „{name}“ entfernen?',
  'places.tag.remove.text': 'Es wird von seinen Einträgen genommen; sie bleiben.',
};
