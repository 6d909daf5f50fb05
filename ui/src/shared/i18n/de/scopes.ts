import type { Translation } from '../message';
import type { scopes as source } from '../en/scopes';

export const scopes: Translation<typeof source> = {
  'scopes.more': 'Mehr zu „{name}“',
  'scopes.make': 'Neuer Tresor',
  'scopes.make.more': 'Neuer Tresor …',
  'scopes.make.yes': 'Tresor anlegen',
  'scopes.onlyHere': 'Nur auf diesem Computer',
  'scopes.onlyHere.hint':
    'Der Server und deine anderen Computer bekommen ihn nicht. Das lässt sich später ändern.',
  'scopes.synchronize': 'Synchronisieren',
  'scopes.synchronized': '{name} wird von nun an synchronisiert.',
  'scopes.synchronize.title': '{name} synchronisieren?',
  'scopes.synchronize.text':
    'Er wird verschlüsselt an den Server und deine anderen Computer gesendet. Was der Server einmal hat, lässt sich nicht zurückholen.',
  'scopes.name': 'Name',
  'scopes.rename': 'Umbenennen …',
  'scopes.rename.yes': 'Umbenennen',
  'scopes.renamed': 'In „{name}“ umbenannt',
  'scopes.removed': '„{name}“ wurde entfernt',
  'scopes.remove': 'Entfernen …',
  'scopes.vault.rename': 'Tresor umbenennen',
  'scopes.vault.remove': 'Tresor löschen …',
  'scopes.vault.deleted': 'Der Tresor „{name}“ wurde gelöscht',
  'scopes.vault.remove.title': 'Den Tresor „{name}“ löschen?',
  'scopes.vault.remove.empty': 'Er ist leer.',
  'scopes.folder.rename': 'Ordner umbenennen',
  'scopes.folder.remove.title': 'Den Ordner „{name}“ entfernen?',
  'scopes.folder.remove.text': 'Seine Einträge rücken einen Ordner höher.',
  'scopes.tag.rename': 'Schlagwort umbenennen',
  'scopes.tag.remove.title': 'Das Schlagwort „{name}“ entfernen?',
  'scopes.tag.remove.text': 'Es wird von seinen Einträgen entfernt; sie bleiben.',
};
