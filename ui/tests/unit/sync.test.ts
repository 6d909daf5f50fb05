import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  useBackend,
  type AlarmView,
  type SyncState,
  type SyncView,
  type VaultSyncView,
} from '../../src/backend';
import { FromServer } from '../../src/features/sync/fromServer.svelte';
import { SyncStatus } from '../../src/features/sync/syncStatus.svelte';
import { alarmText, details, headline, shortState, toneOf, troubled } from '../../src/features/sync/words';
import { FactorAttempt } from '../../src/shared/factorAttempt.svelte';
import { ago, nameList, setLocale, timeOrDate } from '../../src/shared/i18n/index.svelte';

const vault = (name: string, more: Partial<VaultSyncView> = {}): VaultSyncView => ({
  id: name,
  name,
  only_here: false,
  unsent: 0,
  refused: 0,
  home: false,
  void: 0,
  ...more,
});
const view = (state: SyncState, more: Partial<SyncView> = {}): SyncView => ({
  state,
  ...(state === 'local' ? {} : { account: { login: 'mara', address: 'https://vault.example.org' } }),
  unsent: 0,
  received: 0,
  left: 0,
  unverified: false,
  documents: 0,
  vaults: [vault('')],
  ...more,
});
const fork: AlarmView = {
  kind: 'fork',
  entry: 12,
  at: 0,
  server: { entries: 12, words: [] },
  may_choose: true,
  owners: [],
};

/** Answers of the backend to pending requests, in their order. */
let answers: ((view: SyncView) => void)[];
let notify: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  useBackend({
    call: () => new Promise((resolve) => answers.push(resolve as never)),
    on: (_, handler) => {
      notify = () => handler(null as never);
      return () => undefined;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  setLocale('en');
});

/** Answers the oldest pending request. */
async function answer(with_: SyncView): Promise<void> {
  answers.shift()?.(with_);
  await vi.advanceTimersByTimeAsync(0);
}

describe('requests', () => {
  test('one is pending at most, and all changes meanwhile lead to one more', async () => {
    const sync = new SyncStatus();
    sync.follow();
    for (let change = 0; change < 5; change += 1) notify();
    expect(answers).toHaveLength(1);
    await answer(view('up_to_date'));
    expect(answers).toHaveLength(1);
    await answer(view('offline'));
    expect(answers).toHaveLength(0);
    expect(sync.view?.state).toBe('offline');
    notify();
    expect(answers).toHaveLength(1);
  });

  test('an answer is shown although further changes wait', async () => {
    const sync = new SyncStatus();
    sync.follow();
    notify();
    await answer(view('offline'));
    expect(sync.view?.state).toBe('offline');
  });

  test('an answer older than the result of a command is dropped and requested again', async () => {
    const sync = new SyncStatus();
    sync.follow();
    sync.accept(view('signed_out'));
    await answer(view('up_to_date'));
    expect(sync.view?.state).toBe('signed_out');
    await answer(view('signed_out', { unsent: 2 }));
    expect(sync.view?.unsent).toBe(2);
  });

  test('nothing is kept once it no longer listens', async () => {
    const sync = new SyncStatus();
    const stop = sync.follow();
    sync.accept(view('up_to_date'));
    stop();
    await answer(view('up_to_date'));
    expect(sync.view).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what is shown', () => {
  const following = async (first: SyncView) => {
    const sync = new SyncStatus();
    sync.follow();
    await answer(first);
    return sync;
  };

  test('a synchronization shorter than a moment never shows', async () => {
    const sync = await following(view('up_to_date', { verified_at: 1 }));
    sync.accept(view('syncing'));
    vi.advanceTimersByTime(199);
    expect(sync.view?.state).toBe('up_to_date');
    sync.accept(view('up_to_date', { verified_at: 2 }));
    vi.advanceTimersByTime(5000);
    expect(sync.view).toMatchObject({ state: 'up_to_date', verified_at: 2 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a longer one shows, counts, and stays long enough to be read', async () => {
    const sync = await following(view('up_to_date'));
    sync.accept(view('syncing', { unsent: 3 }));
    vi.advanceTimersByTime(150);
    sync.accept(view('syncing', { unsent: 2 }));
    vi.advanceTimersByTime(50);
    expect(sync.view).toMatchObject({ state: 'syncing', unsent: 2 });
    sync.accept(view('syncing', { unsent: 1 }));
    expect(sync.view?.unsent).toBe(1);
    vi.advanceTimersByTime(100);
    sync.accept(view('up_to_date'));
    vi.advanceTimersByTime(600);
    expect(sync.view?.state).toBe('syncing');
    vi.advanceTimersByTime(100);
    expect(sync.view?.state).toBe('up_to_date');
  });

  test('two synchronizations in a row do not flicker', async () => {
    const sync = await following(view('syncing'));
    sync.accept(view('up_to_date'));
    sync.accept(view('syncing', { unsent: 1 }));
    vi.advanceTimersByTime(5000);
    expect(sync.view).toMatchObject({ state: 'syncing', unsent: 1 });
  });

  test('an alarm, the end of a session and a new server show at once', async () => {
    for (const state of ['alarm', 'signed_out', 'local'] as const) {
      const sync = await following(view('syncing'));
      sync.accept(view(state));
      expect(sync.view?.state).toBe(state);
    }
    const sync = await following(view('local'));
    expect(sync.connected).toBe(false);
    sync.accept(view('syncing'));
    expect(sync.view?.state).toBe('syncing');
    expect(sync.connected).toBe(true);
  });
});

test('the vaults in alarm are known by their ids', () => {
  const sync = new SyncStatus();
  expect(sync.alarmed).toEqual([]);
  sync.accept(view('alarm', { vaults: [vault(''), vault('Family', { alarm: fork })] }));
  expect(sync.alarmed).toEqual(['Family']);
});

describe('words', () => {
  const now = Date.UTC(2026, 10, 20, 9, 30);
  const states = ['up_to_date', 'syncing', 'waiting', 'offline', 'signed_out', 'alarm'] as const;

  test('every state has its words in both languages', () => {
    for (const locale of ['en', 'de'] as const) {
      setLocale(locale);
      const said = states.flatMap((state) => [shortState(view(state)), headline(view(state))]);
      expect(said.filter((text) => text === '')).toEqual([]);
      expect(new Set(states.map((state) => shortState(view(state)))).size).toBe(states.length);
      expect([shortState(view('local')), headline(view('local')), details(view('local'), now)]).toEqual([
        '',
        '',
        '',
      ]);
    }
  });

  test('numbers and times are added where there are any', () => {
    vi.setSystemTime(now);
    const waiting = view('waiting', { unsent: 3, oldest_unsent: now - 60_000 });
    expect(shortState(waiting)).toBe('3 waiting');
    expect(headline(waiting)).toBe('3 changes are waiting');
    expect(details(waiting, now)).toBe(`Since ${timeOrDate(now - 60_000)}.`);
    expect(headline(view('waiting'))).toBe('Not everything is synchronized');
    expect(shortState(view('syncing', { unsent: 2, received: 1000 }))).toBe('Syncing 1,002');
    expect(details(view('syncing', { received: 1 }), now)).toBe('1 change received.');
    expect(details(view('up_to_date', { verified_at: now - 120_000 }), now)).toBe('Checked 2 minutes ago.');
    expect(details(view('offline', { verified_at: now - 3 * 3_600_000 }), now)).toBe(
      'Everything was sent. Last checked 3 hours ago.',
    );
    expect(details(view('signed_out', { unsent: 2 }), now)).toContain('2 changes are kept');
    expect(toneOf('offline')).toBe('calm');
    expect(toneOf('alarm')).toBe('danger');
  });

  test('documents that are not here yet are counted', () => {
    const documents = { documents: 2 };
    expect(shortState(view('syncing', documents))).toBe('Downloading 2 documents');
    expect(shortState(view('syncing', { documents: 2, received: 3 }))).toBe('Syncing 3');
    expect(details(view('syncing', { documents: 1, received: 3 }), now)).toBe(
      '3 changes received. 1 document is being downloaded.',
    );
    for (const state of ['waiting', 'offline', 'signed_out', 'alarm'] as const) {
      expect(details(view(state, documents), now)).toContain('2 documents still to be downloaded.');
      expect(details(view(state), now)).not.toContain('document');
    }
  });

  test('a vault needs attention if something is wrong with it, not while its changes are on the way', () => {
    const vaults = [
      vault('A', { unsent: 2 }),
      vault('B', { refused: 1 }),
      vault('C', { problem: { code: 'vault_missing', message: '' } }),
      vault('D', { alarm: fork }),
      vault('E'),
    ];
    const names = (state: SyncState) => troubled(view(state, { vaults })).map(({ name }) => name);
    expect(names('syncing')).toEqual(['B', 'C', 'D']);
    expect(names('offline')).toEqual(['B', 'C', 'D']);
    expect(names('waiting')).toEqual(['A', 'B', 'C', 'D']);
  });

  test('an alarm names its vaults, and the others only if there are any', () => {
    const one = view('alarm', { vaults: [vault(''), vault('Family', { alarm: fork })] });
    expect(alarmText(one)).toContain('The vault “Family” can be read');
    expect(alarmText(one)).toContain('other vaults');
    const all = view('alarm', {
      vaults: [vault('', { alarm: fork, home: true }), vault('Family', { alarm: fork })],
    });
    expect(alarmText(all)).toContain('The vaults “Personal” and “Family” can be read');
    expect(alarmText(all)).not.toContain('other vaults');
  });

  test('a time is written as one reads it', () => {
    expect(ago(now - 59_000, now)).toBe('just now');
    expect(ago(now + 10_000, now)).toBe('just now');
    expect(ago(now - 90 * 60_000, now)).toBe('1 hour ago');
    expect(ago(now - 25 * 3_600_000, now)).toBe('yesterday');
    expect(nameList(['A', 'B', 'C'])).toBe('“A”, “B”, and “C”');
    setLocale('de');
    expect(ago(now - 120_000, now)).toBe('vor 2 Minuten');
    expect(nameList(['A', 'B'])).toBe('„A“ und „B“');
    vi.setSystemTime(now);
    expect(timeOrDate(now)).not.toContain('2026');
    expect(timeOrDate(now - 3 * 86_400_000)).toContain('2026');
  });
});

describe('a change that needs a sign-in just now', () => {
  const field = () => ({ form: null, focus: vi.fn() }) as unknown as HTMLInputElement;
  /** A change of an account with a second factor. */
  const change = (sent: (string | null)[]) => (code: string | null) => {
    sent.push(code);
    if (code === null) return Promise.reject({ code: 'second_factor_needed' });
    return code === '246810' ? Promise.resolve() : Promise.reject({ code: 'sign_in_refused' });
  };
  beforeEach(() => vi.stubGlobal('requestAnimationFrame', (run: () => void) => run()));
  afterEach(() => vi.unstubAllGlobals());

  test('asks for the second factor if the account does, and sends it', async () => {
    const attempt = new FactorAttempt();
    const [password, sent] = [field(), [] as (string | null)[]];
    const send = () => attempt.send(change(sent), () => password);
    expect(attempt.ready).toBe(true);
    expect(await send()).toBe(false);
    expect([attempt.needed, attempt.ready, attempt.failure]).toEqual([true, false, undefined]);
    expect(password.focus).not.toHaveBeenCalled();
    attempt.field = field();
    attempt.code = '000000';
    expect(await send()).toBe(false);
    expect(attempt.failure).toMatchObject({ code: 'sign_in_refused' });
    expect([attempt.needed, attempt.code]).toEqual([true, '000000']);
    expect(attempt.field.focus).toHaveBeenCalledOnce();
    attempt.code = ' 246810 ';
    expect(await send()).toBe(true);
    expect(sent).toEqual([null, '000000', '246810']);
    expect([attempt.needed, attempt.code]).toEqual([false, '']);
  });

  test('without a second factor a failure leads back to the password', async () => {
    const attempt = new FactorAttempt();
    const password = field();
    const refused = () => Promise.reject({ code: 'sign_in_refused' });
    expect(await attempt.send(refused, () => password)).toBe(false);
    expect([attempt.needed, attempt.failure]).toEqual([false, { code: 'sign_in_refused' }]);
    expect(password.focus).toHaveBeenCalledOnce();
  });

  test('is not sent twice', async () => {
    const attempt = new FactorAttempt();
    let end = () => undefined as void;
    const first = attempt.send(
      () => new Promise<void>((resolve) => (end = resolve)),
      () => null,
    );
    const again = vi.fn(() => Promise.resolve());
    expect(await attempt.send(again, () => null)).toBe(false);
    expect(again).not.toHaveBeenCalled();
    end();
    expect(await first).toBe(true);
  });
});

describe('what only the server knows', () => {
  test('is loaded once the server can be reached, and once only', async () => {
    let asked = 0;
    const devices = new FromServer(() => {
      asked += 1;
      return asked === 1 ? Promise.reject({ code: 'server_unreachable' }) : Promise.resolve('devices');
    });
    await devices.loadIn('offline');
    await devices.loadIn('signed_out');
    expect(asked).toBe(0);
    await devices.loadIn('syncing');
    expect(devices.failure).toMatchObject({ code: 'server_unreachable' });
    await devices.loadIn('up_to_date');
    expect([devices.value, devices.failure]).toEqual(['devices', undefined]);
    await devices.loadIn('syncing');
    expect(asked).toBe(2);
  });
});
