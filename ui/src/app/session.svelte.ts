import { call, on, type AppStatus } from '../backend';
import { chooseLocale, setLocale } from '../shared/i18n/index.svelte';
import type { SettingsView } from '../backend';
import { runShortcut } from '../shared/shortcuts';

/** The program's status: profiles, session and settings. */
class Session {
  /** Latest status; absent before the first. */
  status = $state<AppStatus>();
  /** The error, if the first status could not be loaded. */
  failure = $state<unknown>();

  /** Loads the status and applies its settings. */
  async load(): Promise<void> {
    try {
      this.accept(await call('app_status'));
    } catch (error) {
      this.failure = error;
    }
  }

  /** Accepts a status that a command returned. */
  accept(status: AppStatus): void {
    this.status = status;
    this.apply(status.settings);
  }

  /** Applies settings. */
  apply(settings: SettingsView): void {
    if (this.status) this.status.settings = settings;
    const root = document.documentElement;
    if (settings.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = settings.theme;
    root.dataset['density'] = settings.density;
    setLocale(chooseLocale(settings.language, this.status?.system_language ?? 'en'));
  }
}

/** The one session of this page. */
export const session = new Session();

/** Reloads the page when the profile locks, which drops everything on it. Listens until the returned function is called. */
export function reloadOnLock(): () => void {
  return on('session-locked', () => location.reload());
}

/** Runs what is chosen in the tray menu as a shortcut. */
export function listenToMenu(): () => void {
  return on('menu', (name) => void runShortcut(name));
}

const touchEvery = 20_000;

/** Reports user input to the program, at most every twenty seconds. */
export function reportActivity(): () => void {
  let last = -touchEvery;
  const touched = (event: Event) => {
    if (event.timeStamp - last < touchEvery) return;
    last = event.timeStamp;
    void call('session_touch').catch(() => undefined);
  };
  const kinds = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const kind of kinds) window.addEventListener(kind, touched, { passive: true, capture: true });
  return () => kinds.forEach((kind) => window.removeEventListener(kind, touched, { capture: true }));
}
