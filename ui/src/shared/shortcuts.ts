import { t } from './i18n/index.svelte';

/** All keyboard shortcuts. `mod` is Ctrl, on macOS Cmd. */
export const shortcuts = {
  search: 'mod+f',
  new: 'mod+n',
  edit: 'mod+e',
  save: 'mod+s',
  copyPassword: 'mod+c',
  copyUsername: 'mod+b',
  copyCode: 'mod+t',
  copyUrl: 'mod+u',
  openUrl: 'mod+shift+u',
  reveal: 'mod+shift+c',
  generator: 'mod+g',
  duplicate: 'mod+d',
  import: 'mod+i',
  undo: 'mod+z',
  lock: 'mod+l',
  settings: 'mod+,',
  sidebarPane: 'f1',
  listPane: 'f2',
  detailPane: 'f3',
  palette: 'mod+k',
  shortcuts: 'mod+/',
} as const;

/** Name of a shortcut; the tray menu sends these as well. */
export type ShortcutName = keyof typeof shortcuts;

type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether the command key is Cmd. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a key press is a combination such as `mod+shift+u`. */
export function matches(combination: string, event: Keys, mac = isMac): boolean {
  const parts = combination.split('+');
  const key = parts.pop() ?? '';
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other || event.altKey) return false;
  if (mod !== parts.includes('mod')) return false;
  // On many layouts `/` and `,` need Shift, so it counts for letters and function keys only.
  const letter = /^[a-z]$/.test(key);
  if ((letter || key.startsWith('f')) && event.shiftKey !== parts.includes('shift')) return false;
  if (event.key.toLowerCase() === key) return true;
  return key === '/' && event.code === 'Slash';
}

/** Returns the shortcut of a key press, if any. */
export function shortcutOf(event: Keys, mac = isMac): ShortcutName | undefined {
  return (Object.keys(shortcuts) as ShortcutName[]).find((name) => matches(shortcuts[name], event, mac));
}

/** Formats a combination in the language of the interface: `Ctrl+Shift+U`, on macOS `⇧⌘U`. */
export function formatKeys(combination: string, mac = isMac): string {
  const parts = combination.split('+');
  const key = parts.pop() ?? '';
  const name = key.length === 1 || /^f\d+$/.test(key) ? key.toUpperCase() : key;
  if (mac) return `${parts.includes('shift') ? '⇧' : ''}${parts.includes('mod') ? '⌘' : ''}${name}`;
  return [parts.includes('mod') && t('key.ctrl'), parts.includes('shift') && t('key.shift'), name]
    .filter(Boolean)
    .join('+');
}

/** Handler of a shortcut; returns `false` to keep the key's default action. */
export type Handler = (event?: KeyboardEvent) => boolean | void;

const handlers = new Map<ShortcutName, Handler[]>();

/** Binds a shortcut until the returned function is called; the latest binding wins. */
export function bindShortcut(name: ShortcutName, handler: Handler): () => void {
  const stack = handlers.get(name) ?? [];
  stack.push(handler);
  handlers.set(name, stack);
  return () => {
    const index = stack.lastIndexOf(handler);
    if (index >= 0) stack.splice(index, 1);
  };
}

/** Runs a shortcut by name; returns whether a handler took it. */
export function runShortcut(name: string, event?: KeyboardEvent): boolean {
  const handler = handlers.get(name as ShortcutName)?.at(-1);
  return handler !== undefined && handler(event) !== false;
}

/** Whether a shortcut has a handler. */
export function isShortcutBound(name: ShortcutName): boolean {
  return (handlers.get(name)?.length ?? 0) > 0;
}

/** Shortcuts that work while a dialog is open; all others act on the page behind it. */
const aboveDialogs: readonly ShortcutName[] = ['lock'];

/** Handles a key press; bound to the window once. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = shortcutOf(event);
  if (name && !aboveDialogs.includes(name) && document.querySelector('[aria-modal="true"]')) return;
  if (name && runShortcut(name, event)) event.preventDefault();
}
