import { call, on, type AppStatus } from '../backend';
import { chooseLocale, setLocale } from '../shared/i18n/index.svelte';
import type { SettingsView } from '../backend';
import { runShortcut } from '../shared/shortcuts';

/** What the program says about itself: profiles, session and settings. */
class Session {
  /** The last answer; absent before the first. */
  status = $state<AppStatus>();
  /** Set when the program did not answer the first question. */
  failure = $state<unknown>();

  /** Asks for the status and puts its settings in force. */
  async load(): Promise<void> {
    try {
      this.accept(await call('app_status'));
    } catch (error) {
      this.failure = error;
    }
  }

  /** Takes over a status that a command answered. */
  accept(status: AppStatus): void {
    this.status = status;
    this.apply(status.settings);
  }

  /** Puts settings in force. */
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

/** Starts listening: when the profile locks, everything on the page is dropped by loading it anew. */
export function reloadOnLock(): () => void {
  return on('session-locked', () => location.reload());
}

/** Answers what is chosen from the tray as if its keys were pressed. */
export function listenToMenu(): () => void {
  return on('menu', (name) => void runShortcut(name));
}

const touchEvery = 20_000;

/** Tells the program that somebody is here, at most every twenty seconds. */
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
