import {
  call,
  type ImportChoice,
  type ImportLocked,
  type ImportPreview,
  type ImportRead,
  type ImportReport,
} from '../../backend';
import { JobTracker } from '../../backend/jobTracker.svelte';
import { failureOf } from '../../shared/errors';

/** Step of the import. */
export type Step = 'start' | 'reading' | 'locked' | 'preview' | 'writing' | 'report';

/** State of one import, from the choice of a file to the report. */
export class ImportFlow {
  step = $state<Step>('start');
  preview = $state<ImportPreview>();
  /** An encrypted file that waits for its password. */
  locked = $state<ImportLocked>();
  password = $state('');
  /** Whether the file of the preview was encrypted. */
  sealed = $state(false);
  report = $state<ImportReport>();
  failure = $state<unknown>();
  /** Whether the import was cancelled; nothing was written then. */
  stopped = $state(false);
  readonly job = new JobTracker({ kinds: ['import_read', 'item_import'] });

  skipIdentical = $state(true);
  folder = $state('');
  tag = $state('');

  #unfollow: (() => void) | undefined;

  /** Number of items that would be imported. */
  get wanted(): number {
    if (!this.preview) return 0;
    return this.preview.items - (this.skipIdentical ? this.preview.identical : 0);
  }

  /** Whether a job is running, so that the dialog must stay open. */
  get busy(): boolean {
    return this.step === 'writing' || (this.step === 'reading' && this.job.view !== undefined);
  }

  /** The options as the program expects them. */
  get choice(): ImportChoice {
    const folder = this.folder.trim();
    const tag = this.tag.trim();
    return {
      token: this.preview?.token ?? '',
      skip_identical: this.skipIdentical,
      ...(folder ? { folder } : {}),
      ...(tag ? { tag } : {}),
    };
  }

  /** Lets the user choose a file and reads it. */
  async pick(): Promise<void> {
    const before = this.step;
    await this.#work('reading', async () => {
      const read = await call('import_pick');
      if (read === null) {
        this.step = before;
        return;
      }
      this.sealed = false;
      this.password = '';
      this.#take(read);
    });
  }

  /** Lets the user choose the key file of an encrypted file. */
  async pickKey(): Promise<void> {
    const { locked } = this;
    if (!locked) return;
    await this.#work('locked', async () => {
      this.locked = (await call('import_pick_key', { token: locked.token })) ?? locked;
    });
  }

  /** Reads the encrypted file. A cost that was shown is accepted. */
  async unlock(): Promise<void> {
    const { locked } = this;
    if (!locked) return;
    const request = {
      token: locked.token,
      password: this.password,
      accept_cost: locked.cost !== undefined,
    };
    await this.#work('reading', async () => {
      this.sealed = true;
      this.#take(await call('import_unlock', { request }));
    });
  }

  #take(read: ImportRead): void {
    this.report = undefined;
    if (read.state === 'locked') {
      this.preview = undefined;
      this.locked = read;
      this.step = 'locked';
      return;
    }
    this.locked = undefined;
    this.password = '';
    this.preview = read;
    this.skipIdentical = true;
    this.step = 'preview';
  }

  /** Writes what the preview shows, all or nothing. */
  async commit(): Promise<void> {
    if (!this.preview || this.wanted === 0) return;
    await this.#work('writing', async () => {
      this.report = await call('import_commit', { choice: this.choice });
      this.step = 'report';
    });
  }

  async #work(step: 'reading' | 'locked' | 'writing', act: () => Promise<void>): Promise<void> {
    this.failure = undefined;
    this.stopped = false;
    this.job.clear();
    this.step = step;
    this.#unfollow = this.job.follow();
    try {
      await act();
    } catch (error) {
      // The program has dropped the preview, so the file has to be chosen again. An encrypted file is still asked about.
      this.preview = undefined;
      this.step = this.locked ? 'locked' : 'start';
      if (failureOf(error).code === 'cancelled') this.stopped = true;
      else this.failure = error;
    } finally {
      this.#unfollow?.();
      this.#unfollow = undefined;
    }
  }

  /** Whether the program reads the file, as opposed to the file dialog being open. */
  get reading(): boolean {
    return this.step === 'reading' && this.job.view !== undefined;
  }

  /** Discards everything, here and in the program. */
  discard(): void {
    const pending = this.locked ?? this.preview;
    if (pending && !this.report) {
      void call('import_discard', { token: pending.token }).catch(() => undefined);
    }
    this.#unfollow?.();
    this.preview = undefined;
    this.locked = undefined;
    this.password = '';
    this.report = undefined;
    this.failure = undefined;
    this.stopped = false;
    this.folder = '';
    this.tag = '';
    this.step = 'start';
  }
}
