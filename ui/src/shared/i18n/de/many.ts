import type { Translation } from '../message';
import type { many as source } from '../en/many';

export const many: Translation<typeof source> = {
  'many.count': { one: '{count} Eintrag ausgewählt', other: '{count} Einträge ausgewählt' },
  'many.hint':
    'Strg und Umschalt mit einem Klick oder den Pfeiltasten wählen weitere aus. Esc beendet die Auswahl.',
  'many.hint.mac':
    '⌘ und ⇧ mit einem Klick oder den Pfeiltasten wählen weitere aus. Esc beendet die Auswahl.',
  'many.clear': 'Auswahl beenden',
  'many.actions': 'Aktionen',
  'many.tag': 'Schlagwort hinzufügen …',
  'many.tag.title': 'Schlagwort hinzufügen',
  'many.tag.yes': 'Hinzufügen',
  'many.untag': 'Schlagwort entfernen …',
  'many.untag.title': 'Schlagwort entfernen',
  'many.untag.yes': 'Entfernen',
  'many.tag.name': 'Schlagwort',
  'many.folder': 'In einen Ordner verschieben …',
  'many.folder.title': 'In einen Ordner verschieben',
  'many.folder.yes': 'Verschieben',
  'many.folder.name': 'Ordner',
  'many.folder.none': 'Leer lassen für keinen Ordner. Mit / liegt ein Ordner in einem anderen.',
  'many.known': 'Vorhanden',
  'many.vault': 'In einen Tresor verschieben',
  'many.export': 'Exportieren …',
  'many.tagged': {
    one: 'Schlagwort „{name}“ hinzugefügt',
    other: 'Schlagwort „{name}“ zu {count} Einträgen hinzugefügt',
  },
  'many.untagged': {
    one: 'Schlagwort „{name}“ entfernt',
    other: 'Schlagwort „{name}“ von {count} Einträgen entfernt',
  },
  'many.filed': {
    one: 'Nach „{name}“ verschoben',
    other: '{count} Einträge nach „{name}“ verschoben',
  },
  'many.unfiled': { one: 'Aus dem Ordner genommen', other: '{count} Einträge aus ihren Ordnern genommen' },
  'many.undone.left': {
    one: '{count} Eintrag wurde inzwischen geändert und bleibt, wie er ist',
    other: '{count} Einträge wurden inzwischen geändert und bleiben, wie sie sind',
  },
  'many.selectAll': 'Alle auswählen',
  'many.menu': 'Aktionen für „{title}“',
  'many.dragging': { one: '{count} Eintrag', other: '{count} Einträge' },
  'many.exporting': {
    one: 'Nur der ausgewählte Eintrag wird exportiert.',
    other: 'Nur die {count} ausgewählten Einträge werden exportiert.',
  },
  'shortcut.undo': 'Letzte Änderung rückgängig machen',
  'shortcuts.extend': 'Mehrere auswählen',
  'shortcuts.toggle': 'Einen weiteren auswählen',
  'shortcuts.rowMenu': 'Menü des Eintrags',
};
