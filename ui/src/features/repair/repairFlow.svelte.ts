import { call, type AppStatus, type DamageView, type SavedView } from '../../backend';
import { JobTracker } from '../../backend/jobTracker.svelte';
import { failureOf } from '../../shared/errors';

/** What was done, to be told before the profile is shown. */
export type RepairResult =
  | { kind: 'restored'; aside: string; status: AppStatus }
  | { kind: 'salvaged'; saved: SavedView; status: AppStatus };

type Work = 'examine' | 'restore' | 'salvage';

/** A damaged profile on its way to one that opens. */
export class RepairFlow {
  damage = $state.raw<DamageView>();
  /** What still opens, once it was looked at. */
  found = $state.raw<SavedView>();
  /** Whether nothing of the database opens. */
  nothingReadable = $state(false);
  password = $state('');
  secretKey = $state('');
  /** Whether the program asks for them; a password may be at hand from the unlock screen. */
  askPassword = $state(true);
  askSecretKey = $state(false);
  /** The number of the backup that is chosen. */
  backup = $state('0');
  /** Backups that were found damaged. */
  damagedBackups = $state<number[]>([]);
  busy = $state<Work>();
  readonly job = new JobTracker({ kinds: ['profile_examine', 'profile_restore', 'profile_salvage'] });
  failure = $state<unknown>();
  done = $state.raw<RepairResult>();

  /** Neither key file can be read, so that only a backup helps. */
  keysUnreadable = $derived(
    this.damage !== undefined && this.damage.keys !== 'readable' && this.damage.keys_copy !== 'readable',
  );
  /** Whether work can begin. */
  ready = $derived(
    this.busy === undefined && this.password !== '' && (!this.askSecretKey || this.secretKey.trim() !== ''),
  );

  readonly #id: string;

  constructor(id: string, password: string, secretKey: string | undefined) {
    this.#id = id;
    this.password = password;
    this.askPassword = password === '';
    if (secretKey !== undefined) {
      this.secretKey = secretKey;
      this.askSecretKey = true;
    }
  }

  /** Looks at the files, and closer if the password is at hand. */
  async begin(): Promise<void> {
    try {
      this.damage = await call('repair_look', { profileId: this.#id });
    } catch (error) {
      this.failure = error;
      return;
    }
    if (this.ready && !this.keysUnreadable) await this.examine();
  }

  /** Looks for what still opens. */
  examine(): Promise<void> {
    return this.#work('examine', async () => {
      this.found = await call('repair_examine', this.#keys());
    });
  }

  /** Puts the chosen backup in the place of the profile. */
  restore(): Promise<void> {
    const backup = Number(this.backup);
    return this.#work('restore', async () => {
      try {
        const { set_aside, status } = await call('repair_restore', { ...this.#keys(), backup });
        this.done = { kind: 'restored', aside: set_aside, status };
      } catch (error) {
        if (failureOf(error).code === 'backup_damaged') this.#nextAfter(backup);
        throw error;
      }
    });
  }

  /** Saves what opens into a new profile. */
  salvage(name: string): Promise<void> {
    return this.#work('salvage', async () => {
      const { saved, status } = await call('repair_salvage', { ...this.#keys(), name });
      this.done = { kind: 'salvaged', saved, status };
    });
  }

  #keys() {
    const typed = this.askSecretKey ? { secretKey: this.secretKey } : {};
    return { profileId: this.#id, password: this.password, ...typed };
  }

  /** A damaged backup is marked, and the next one chosen. */
  #nextAfter(backup: number) {
    this.damagedBackups = [...this.damagedBackups, backup];
    const next = (this.damage?.backups ?? []).findIndex((_, number) => !this.damagedBackups.includes(number));
    if (next >= 0) this.backup = String(next);
  }

  async #work(work: Work, act: () => Promise<void>) {
    if (!this.ready) return;
    this.busy = work;
    this.failure = undefined;
    try {
      await act();
      this.password = this.done ? '' : this.password;
      this.secretKey = this.done ? '' : this.secretKey;
    } catch (error) {
      const { code } = failureOf(error);
      if (code === 'nothing_readable') this.nothingReadable = true;
      else if (code !== 'cancelled') this.failure = error;
      if (code === 'wrong_password') this.askPassword = true;
      if (code === 'secret_key_missing' || code === 'secret_key_mistyped') this.askSecretKey = true;
    }
    this.busy = undefined;
    this.job.clear();
  }
}
