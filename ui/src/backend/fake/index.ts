import type { Arguments, Backend, CommandName, Commands, EventName, Events, Result } from '../commands';
import type {
  AppStatus,
  ClockWarning,
  ErrorCode,
  ItemDraft,
  ProfileSummary,
  SessionState,
  SettingsView,
} from '../types';
import { availableWhileLocked } from './availableWhileLocked';
import { backups } from './backups';
import { codes } from './codes';
import { documents } from './documents';
import { hostileItems, manyItems, now, sampleItems } from './data';
import { itemsOfEveryType } from './everyType';
import { FakeHealth } from './health';
import { emptyDraft, hex, hidden, homeVault, templates, view, type FakeField, type FakeItem } from './model';
import { itemHandlers } from './items';
import { FakeJobs } from './jobs';
import { exporting } from './exporting';
import {
  importLocked,
  importPreview,
  importRead,
  importReport,
  importTable,
  importUnlocked,
} from './importing';
import { keys } from './keys';
import { changesOf, contentOf, newItem } from './content';
import { profileCopy } from './profileCopy';
import { damageAtUnlock, repair } from './repair';
import type { Scenario } from './scenario';
import { FakeNetwork } from './network';
import { FakeServer } from './server';
import { ofSecondVault } from './serverState';
import { Pages, sidebar } from './search';
import { FakeActivity } from './activity';
import { FakeRotation } from './rotation';
import { FakeSharing } from './sharing';
import { FakeSshKeys } from './sshKeys';
import { FakeGuardians } from './guardians';
import { FakeTeams } from './teams';
import { FakeVaults } from './vaults';
import { generate, strength } from './generator';
import { looksLikeCode } from './oneTimeCodes';

export type { Scenario } from './scenario';

type Handlers = { [K in CommandName]: (args: Arguments<K>) => Result<K> | Promise<Result<K>> };

/** The item of the sample that is in a shared vault. */
const vaultItems: Record<string, string> = {
  Family: 'Alarm system',
  Recipes: 'Amazon',
  'Old office': 'Nordbank',
};

/** The only password that opens the fake. */
export const fakePassword = 'correct horse';
/** The Secret Key of the fake; its checksum is valid. */
export const fakeSecretKey = 'C1-0410-6105-0R3G-G28A-1C60-T3GF-23PT';

function fail(code: ErrorCode, more: object = {}): never {
  throw { code, message: code, ...more };
}

/** Copies a value as JSON, as the real program's IPC does. */
function jsonCopy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** Returns a backend in the page's memory: every command works, nothing is stored and nothing is secret. */
export function makeFake(scenario: Scenario): Backend {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const emit = <E extends EventName>(name: E, payload: Events[E]) =>
    listeners.get(name)?.forEach((handler) => handler(payload as never));
  const pages = new Pages();
  const health = new FakeHealth();
  const arrived = () => {
    pages.forget();
    emit('items-changed', null);
  };
  const changed = () => {
    arrived();
    server.wrote();
  };

  const profiles: ProfileSummary[] =
    scenario.state === 'first_run'
      ? []
      : [
          { id: hex(32), name: 'Mara', hue: 168, pin: scenario.pin ?? false },
          { id: hex(32), name: 'Studio Lindqvist', hue: 28, pin: false },
        ];
  let settings: SettingsView = {
    theme: scenario.theme === 'dark' || scenario.theme === 'light' ? scenario.theme : 'system',
    language: scenario.lang === 'de' || scenario.lang === 'en' ? scenario.lang : 'system',
    density: scenario.density === 'compact' ? 'compact' : 'comfortable',
    lock_after_minutes: 10,
    clear_clipboard_seconds: 30,
    lock_on_sleep: true,
  };
  const kit = {
    groups: 7,
    ask_group: 3,
    saved: false,
    confirmed: !scenario.kit && scenario.state !== 'first_run',
  };
  const notices = scenario.notice ? scenario.notice.split(',') : [];
  let readOnly: ErrorCode | undefined = scenario.readOnly
    ? notices.includes('rolled_back')
      ? 'profile_rolled_back'
      : 'profile_damaged'
    : undefined;
  const unlockedAs = (profile: ProfileSummary): SessionState => ({
    state: 'unlocked',
    profile,
    kit_confirmed: kit.confirmed,
    ...(readOnly === undefined ? {} : { read_only: { code: readOnly, message: '' } }),
    notices: notices.filter((name) => name !== 'rolled_back' || readOnly !== undefined),
  });
  const [firstProfile] = profiles;
  let session: SessionState =
    scenario.state === 'unlocked' && firstProfile
      ? unlockedAs(firstProfile)
      : { state: scenario.state === 'first_run' ? 'first_run' : 'locked' };
  let crashed = scenario.crashed ?? false;
  let wrong = 0;
  const password = { now: fakePassword };

  const items: FakeItem[] =
    scenario.state === 'first_run'
      ? []
      : scenario.items === 'hostile'
        ? hostileItems()
        : scenario.items === 'types'
          ? itemsOfEveryType()
          : scenario.items
            ? manyItems(Number(scenario.items))
            : sampleItems();
  const drafts = new Map<string, { draft: ItemDraft; at: number }>();
  const sshKeys = new FakeSshKeys(drafts, (code) => fail(code));
  if (scenario.draft) {
    const draft: ItemDraft = {
      ...emptyDraft('login', 'Tram tickets'),
      fields: [{ role: 'username', label: '', kind: 'text', value: 'mara' }],
      urls: ['https://tram.example'],
      tags: ['travel'],
    };
    drafts.set(hex(32), { draft, at: now - 3_600_000 });
  }
  const made: { password: string; at: number }[] = [];
  const jobs = new FakeJobs({
    emit: (view) => emit('job', view),
    fail,
    ...(scenario.speed === undefined ? {} : { speed: scenario.speed }),
    ...(scenario.jobs ? { failure: scenario.jobs as ErrorCode } : {}),
  });
  const job = jobs.start;
  const worked = jobs.run;
  let clearing: ReturnType<typeof setTimeout> | undefined;

  /** The settings in force: a team may ask to lock earlier than the user chose. */
  const inForce = () => ({ ...settings, lock_after_minutes: teams.lockAfter(settings.lock_after_minutes) });
  const status = (): AppStatus => ({
    version: '0.1.0',
    profiles,
    session,
    settings: inForce(),
    system_language: navigator.language.slice(0, 2),
    ...(crashed ? { crashed: 'E-PANIC' } : {}),
    invitation: scenario.invitation ?? false,
  });
  const get = (id: string) => items.find((item) => item.id === id) ?? fail('not_found');
  const field = (id: string, fieldId: string): FakeField =>
    get(id).fields.find((one) => one.id === fieldId) ?? fail('not_found');
  const writable = () => {
    if (readOnly !== undefined) fail('profile_read_only');
  };
  /** Refuses the secrets of an item that asks for the password again. */
  let confirmed = false;
  const guard = (id: string) => {
    if (get(id).reprompt && !confirmed) fail('password_needed');
  };
  const guarded = (id: string, fieldId: string): FakeField => {
    const of = field(id, fieldId);
    if (hidden(of.kind)) guard(id);
    return of;
  };
  const copied = () => {
    clearTimeout(clearing);
    const seconds = settings.clear_clipboard_seconds;
    emit('clipboard', { clears_in_seconds: seconds });
    if (seconds) clearing = setTimeout(() => emit('clipboard', { clears_in_seconds: 0 }), seconds * 1000);
    return { clears_in_seconds: seconds };
  };
  const revise = (item: FakeItem, changes: string[]) => {
    const { past: _past, ...rest } = item;
    item.past.push({ item: { ...structuredClone(rest), past: [] }, changes: item.changes });
    item.revision = hex(64);
    item.changes = changes;
    item.modified_at = now;
  };
  const vaults: FakeVaults = new FakeVaults({
    items,
    get,
    revise,
    writable,
    changed,
    fail,
    sharing: () => sharing,
    teams: () => teams,
    alarmed: (id) => server.alarmed(id),
    synchronizes: () => server.synchronizes,
  });
  const sharing: FakeSharing = new FakeSharing({
    fail,
    copied,
    writable,
    changed,
    arrived,
    password,
    connected: () => server.connected,
    reachable: () => server.reachable,
    wait: scenario.wait ?? 250,
    vaults: () => vaults.list(),
    addVault: (name) => vaults.add(name, vaultItems[name]),
    dropVault: (id) => vaults.drop(id),
  });
  const teams: FakeTeams = new FakeTeams({ fail, writable, changed, sharing, vaults: () => vaults.list() });
  const second =
    scenario.vault ?? (scenario.sync && ofSecondVault.includes(scenario.sync) ? 'Family' : undefined);
  const secondVault = second
    ? vaults.add(second, scenario.items === 'types' ? 'Attic' : 'Alarm system')
    : undefined;
  /** Items of the account that have not arrived yet. */
  const elsewhere: FakeItem[] = [];
  /** Makes the profile of an account that exists. */
  const openAccount = (name: string) => {
    const profile = { id: hex(32), name, hue: 300, pin: false };
    profiles.unshift(profile);
    items.length = 0;
    elsewhere.push(...sampleItems());
    kit.confirmed = true;
    session = unlockedAs(profile);
  };
  const server: FakeServer = new FakeServer({
    state: scenario.sync,
    factor: scenario.factor ?? false,
    wait: scenario.wait ?? 250,
    fail,
    writable,
    changed: () => emit('sync-changed', null),
    password,
    secretKey: fakeSecretKey,
    vaults: () => vaults.list(),
    owned: () => sharing.soleOwned(),
    second: () => secondVault,
    sent: () => {
      sharing.send();
      teams.send();
    },
    items: () => items.length,
    open: openAccount,
    receive: (count) => {
      const next = elsewhere.splice(0, count);
      items.push(...next);
      arrived();
      return next.length;
    },
  });
  const network = new FakeNetwork({
    fail,
    writable,
    connected: () => server.connected,
    vaults: () => vaults.list(),
  });
  if (scenario.sharing) sharing.begin(scenario.sharing);
  if (scenario.team) teams.begin(scenario.team);
  const guardians = new FakeGuardians({
    fail,
    writable,
    changed,
    copied,
    password: (typed) => void (typed === password.now || fail('wrong_password')),
    team: (id) => teams.find(id),
    join: openAccount,
    now: () => now,
  });
  if (scenario.recovery) guardians.begin(scenario.recovery, teams.first());
  const rotation = new FakeRotation({ items, vaults: () => vaults.list(), writable, changed, fail });
  rotation.begin();
  const activity = new FakeActivity({
    items,
    vaults: () => vaults.list(),
    events: () => vaults.events(),
    fail,
  });
  const saved = ({ draft, draftId, vaultId }: Arguments<'item_save'>) => {
    writable();
    const place = (draft.id ? get(draft.id).vault : vaultId) ?? homeVault;
    server.checkWritable(place);
    sharing.checkWritable(place);
    teams.checkItems(place);
    const old = draft.id ? get(draft.id) : undefined;
    if (old && draft.base_revision !== old.revision) fail('conflict');
    if (old && !draft.reprompt) guard(old.id);
    for (const one of draft.fields) {
      if (one.kind === 'code' && one.value && !looksLikeCode(one.value)) fail('code_invalid');
    }
    const typed = contentOf(draft, old);
    const shared = { ...typed, fields: sshKeys.fields(draftId, typed.fields) };
    if (draftId) drafts.delete(draftId);
    if (old) {
      revise(old, changesOf(old, shared));
      Object.assign(old, shared);
      changed();
      return view(old);
    }
    const item = newItem(draft.item_type, shared);
    if (vaultId) item.vault = vaultId;
    items.push(item);
    changed();
    return view(item);
  };

  const lock = () => {
    session = { state: profiles.length > 0 ? 'locked' : 'first_run' };
    health.forget();
    emit('session-locked', null);
  };

  // A lock reloads the page while the real program keeps running.
  if (scenario.place === 'moving') job('profile_move', profiles[0]?.name ?? '', 4_000_000, () => undefined);

  const handlers: Handlers = {
    ...keys({
      fail,
      writable,
      status,
      profiles,
      password,
      secretKey: fakeSecretKey,
      kit,
      unlock: (profile) => {
        session = unlockedAs(profile);
        return status();
      },
      lock,
      worked,
      connected: () => server.connected,
      justSignedIn: (typed, code) => server.justSignedIn(typed, code),
      found: () => {
        if (session.state === 'first_run') session = { state: 'locked' };
      },
      ...(scenario.place ? { place: scenario.place } : {}),
      ...(scenario.weak ? { weak: true } : {}),
    }),
    app_status: () => status(),
    app_diagnostics: () => 'Coffer 0.1.0\nSystem: test\nCodes: none',
    app_copy_diagnostics: () => (copied(), null),
    app_quit: () => null,
    profile_create: ({ name, password }) => {
      if (!strength(password).acceptable) fail('password_too_weak');
      const profile = { id: hex(32), name, hue: 210, pin: false };
      profiles.unshift(profile);
      kit.confirmed = false;
      kit.saved = false;
      session = unlockedAs(profile);
      return status();
    },
    profile_rename: ({ profileId, name }) => {
      const profile = profiles.find((one) => one.id === profileId) ?? fail('profile_not_found');
      profile.name = name;
      return status();
    },
    session_unlock: async ({ request }) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const profile = profiles.find((one) => one.id === request.profile_id) ?? fail('profile_not_found');
      if (scenario.holder) {
        const since = now - 3_600_000;
        fail('profile_in_use', { holder: { process: 4711, since, program: 'coffer-desktop', host: 'desk' } });
      }
      if (scenario.keyless && !request.secret_key) fail('secret_key_missing');
      if (
        request.secret_key &&
        request.secret_key.replace(/[\s-]/g, '').toUpperCase() !== fakeSecretKey.replace(/-/g, '')
      ) {
        fail('secret_key_mistyped');
      }
      if (request.password !== password.now) {
        wrong += 1;
        if (wrong > 2) fail('retry_later', { wait_seconds: 5 });
        fail('wrong_password');
      }
      const damaged = scenario.damage && damageAtUnlock(scenario.damage);
      if (damaged) fail(damaged);
      session = unlockedAs(profile);
      return status();
    },
    session_lock: () => {
      lock();
      return null;
    },
    session_accept_rollback: () => {
      if (session.state !== 'unlocked') return fail('locked');
      readOnly = undefined;
      session = unlockedAs(session.profile);
      return status();
    },
    session_touch: () => null,
    session_change_password: ({ current, new: next, code }) => {
      if (!strength(next).acceptable) fail('password_too_weak');
      if (server.connected) return server.changePassword(current, next, code);
      if (current !== password.now) fail('wrong_password');
      password.now = next;
      return null;
    },
    session_confirm: ({ password }) => {
      if (password !== fakePassword) fail('wrong_password');
      confirmed = true;
      return null;
    },
    kit_status: () => ({ ...kit }),
    kit_save: () => {
      if (kit.confirmed && !confirmed) fail('password_needed');
      kit.saved = true;
      return true;
    },
    kit_reveal: () => {
      if (kit.confirmed && !confirmed) fail('password_needed');
      return fakeSecretKey;
    },
    kit_confirm: ({ group, text }) => {
      if (fakeSecretKey.split('-')[group + 1] !== text.trim().toUpperCase()) fail('kit_group_wrong');
      kit.confirmed = true;
      if (session.state === 'unlocked') session = { ...session, kit_confirmed: true };
      return { ...kit };
    },
    settings_get: () => inForce(),
    settings_set: (args) => {
      settings = { ...args.settings };
      return inForce();
    },
    sidebar_get: () => sidebar(items, drafts.size),
    item_templates: () =>
      (Object.keys(templates) as (keyof typeof templates)[]).map((item_type) => ({
        item_type,
        fields: templates[item_type].map(([role, kind]) => ({ role, kind })),
      })),
    item_list: ({ query }) => pages.get(items, query),
    ...vaults.handlers(),
    ...sharing.handlers(),
    ...teams.handlers(),
    ...guardians.handlers(),
    ...rotation.handlers(),
    ...activity.handlers(),
    ...server.handlers(),
    ...network.handlers(),
    server_find: (args) => {
      if (args.choice.network) network.check(args.choice.network);
      return server.handlers().server_find(args);
    },
    ...itemHandlers({
      items,
      vaults,
      get,
      field,
      guarded,
      writable,
      changed,
      copied,
      revise,
      saved,
      fail,
      ...(scenario.damage === 'item' ? { damaged: true } : {}),
      ...(scenario.clock ? { clock: scenario.clock as ClockWarning } : {}),
    }),
    draft_save: ({ draftId, draft }) => {
      const id = draftId ?? hex(32);
      drafts.set(id, { draft: structuredClone(draft), at: now });
      return id;
    },
    draft_list: () =>
      [...drafts].map(([id, { draft, at }]) => ({
        id,
        ...(draft.id ? { item_id: draft.id } : {}),
        item_type: draft.item_type,
        title: draft.title,
        saved_at: at,
      })),
    draft_get: ({ draftId }) => drafts.get(draftId)?.draft ?? fail('not_found'),
    draft_discard: ({ draftId }) => (drafts.delete(draftId), changed(), null),
    ...documents({ hostile: scenario.items === 'hostile', get, saved, revise, changed, job, fail }),
    ...jobs.handlers,
    import_pick: async () => {
      if (scenario.import === 'reading') await worked('import_read', 'export.json', 12_000);
      return importRead(scenario.import ?? '');
    },
    import_pick_key: () => ({ ...importLocked, key_file: 'keepass.keyx' }),
    import_unlock: ({ request }) => importUnlocked(request),
    import_table: ({ request }) => importTable(request),
    import_commit: async ({ choice }) => {
      writable();
      const preview = importPreview(scenario.import ?? '');
      if (scenario.import === 'slow') await worked('item_import', 'export.json', preview.items);
      const titles = Array.from({ length: 8 }, (_, index) => `Imported ${index + 1}`);
      const tags = choice.tag ? [choice.tag] : [];
      const folder = choice.folder ? { folder: choice.folder } : {};
      const made = titles.map((title) =>
        saved({ draft: { ...emptyDraft('login', title), tags, ...folder } }),
      );
      return importReport(preview, choice, vaults.made(made.map(({ id }) => get(id))).undo);
    },
    import_report_save: () => true,
    import_discard: () => null,
    ...exporting({ fail, confirmed: () => confirmed, items: () => items.length, worked }),
    ...profileCopy({
      what: scenario.copy ?? '',
      connected: () => server.connected,
      profiles,
      password,
      secretKey: scenario.keyless ? fakeSecretKey : undefined,
      fail,
      writable,
      worked,
      save: (draft) => saved({ draft }).id,
      remember: (ids) => vaults.made(ids.map(get)).undo,
    }),
    ...sshKeys.handlers,
    health_check: () => job('health_check', '', items.length, () => health.check(items)),
    health_report: () => health.report(),
    health_list: ({ kind, offset, limit }) => health.list(kind, offset, limit) ?? fail('not_found'),
    ...backups({ failed: scenario.backup, items, fail, writable, changed, job }),
    ...repair({
      damage: scenario.damage ?? 'whole',
      now,
      fail,
      profiles,
      password,
      secretKey: fakeSecretKey,
      unlock: (profile, kitConfirmed) => {
        kit.confirmed = kitConfirmed;
        delete scenario.damage;
        session = unlockedAs(profile);
        return status();
      },
      job,
      jobs: jobs.all,
    }),
    generator_make: ({ recipe }) => generate(recipe),
    generator_copy: ({ password }) => (made.unshift({ password, at: now + made.length }), copied()),
    generator_keep: ({ password }) => (made.unshift({ password, at: now + made.length }), null),
    generator_history: () => made.map((one, index) => ({ index, at: one.at, length: one.password.length })),
    generator_history_reveal: ({ index }) => made[index]?.password ?? fail('not_found'),
    generator_history_copy: () => copied(),
    generator_history_clear: () => ((made.length = 0), null),
    ...codes({
      items,
      get,
      guarded,
      confirmed: () => confirmed,
      writable,
      job,
      fail,
      made: (added) => vaults.made(added),
      pickedText: scenario.codesInText ?? false,
      dropped: (count) => emit('codes-dropped', count),
    }),
    strength_measure: ({ password }) => strength(password),
    clipboard_clear: () => {
      clearTimeout(clearing);
      emit('clipboard', { clears_in_seconds: 0 });
      return null;
    },
  };

  return {
    async call<K extends CommandName>(name: K, args: Arguments<K>): Promise<Result<K>> {
      if (session.state !== 'unlocked' && !availableWhileLocked.includes(name)) fail('locked');
      const result = await handlers[name](jsonCopy(args) as never);
      if (name === 'app_status') crashed = false;
      return jsonCopy(result) as Commands[K][1];
    },
    on(name, handler) {
      const set = listeners.get(name) ?? new Set();
      set.add(handler as (payload: never) => void);
      listeners.set(name, set);
      return () => set.delete(handler as (payload: never) => void);
    },
  };
}
