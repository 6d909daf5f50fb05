import type { ShortcutName } from '../../shared/shortcuts';

/** The groups of the shortcut sheet. */
export const groups = [
  {
    title: 'shortcuts.general',
    names: ['palette', 'generator', 'import', 'settings', 'shortcuts', 'lock'],
  },
  { title: 'shortcuts.go', names: ['search', 'sidebarPane', 'listPane', 'detailPane'] },
  {
    title: 'shortcuts.items',
    names: [
      'new',
      'edit',
      'save',
      'undo',
      'duplicate',
      'copyPassword',
      'copyUsername',
      'copyCode',
      'copyUrl',
      'openUrl',
      'reveal',
    ],
  },
] as const satisfies readonly { title: string; names: readonly ShortcutName[] }[];
