import { call, type AppStatus, type ProfileDiagnosis, type SalvageReport } from '../../backend';
import { JobTracker } from '../../backend/jobTracker.svelte';
import { failureOf } from '../../shared/errors';

/** Result of a repair, shown before the profile opens. */
export type RepairResult =
  | { kind: 'restored'; aside: string; status: AppStatus }
  | { kind: 'salvaged'; saved: SalvageReport; status: AppStatus };

type Work = 'examine' | 'restore' | 'salvage';

/** State of the repair screen: examine a damaged profile, restore a backup, or salvage what opens. */
export class RepairFlow {
  damage = $state.raw<ProfileDiagnosis>();
  /** What still opens, once examined. */
  found = $state.raw<SalvageReport>();
  /** Whether nothing in the database can be read. */
  nothingReadable = $state(false);
  password = $state('');
  secretKey = $state('');
  /** Whether the fields are shown; the password may be known from the unlock screen. */
  askPassword = $state(true);
  askSecretKey = $state(false);
  /** Number of the chosen backup. */
  backup = $state('0');
  /** Backups that were found damaged. */
  damagedBackups = $state<number[]>([]);
  busy = $state<Work>();
  readonly job = new JobTracker({ kinds: ['profile_examine', 'profile_restore', 'profile_salvage'] });
  failure = $state<unknown>();
  done = $state.raw<RepairResult>();

  /** Whether neither key file can be read, so that only a backup helps. */
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

  /** Checks the files, and examines the database if the password is known. */
  async begin(): Promise<void> {
    try {
      this.damage = await call('repair_inspect', { profileId: this.#id });
    } catch (error) {
      this.failure = error;
      return;
    }
    if (this.ready && !this.keysUnreadable) await this.examine();
  }

  /** Examines what still opens. */
  examine(): Promise<void> {
    return this.#work('examine', async () => {
      this.found = await call('repair_examine', this.#keys());
    });
  }

  /** Restores the chosen backup; the damaged profile is kept beside it. */
  restore(): Promise<void> {
    const backup = Number(this.backup);
    return this.#work('restore', async () => {
      try {
        const { replaced_folder, status } = await call('repair_restore', { ...this.#keys(), backup });
        this.done = { kind: 'restored', aside: replaced_folder, status };
      } catch (error) {
        if (failureOf(error).code === 'backup_damaged') this.#nextAfter(backup);
        throw error;
      }
    });
  }

  /** Salvages what opens into a new profile. */
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

  /** Marks a backup as damaged and chooses the next one. */
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
