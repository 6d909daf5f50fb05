import {
  call,
  type ImportChoice,
  type ImportColumns,
  type ImportLocked,
  type ImportMeaning,
  type ImportPreview,
  type ImportRead,
  type ImportReport,
  type ImportSame,
} from '../../backend';
import { JobTracker } from '../../backend/jobTracker.svelte';
import { failureOf } from '../../shared/errors';

/** Step of the import. */
export type Step = 'start' | 'reading' | 'locked' | 'columns' | 'preview' | 'writing' | 'report';

/** State of one import, from the choice of a file to the report. */
export class ImportFlow {
  step = $state<Step>('start');
  preview = $state<ImportPreview>();
  /** An encrypted file that waits for its password. */
  locked = $state<ImportLocked>();
  /** A table whose columns are asked about, and what they mean. */
  columns = $state<ImportColumns>();
  meanings = $state<ImportMeaning[]>([]);
  /** Whether escapes of HTML are replaced. */
  unescape = $state(false);
  password = $state('');
  /** Whether the file of the preview was encrypted. */
  sealed = $state(false);
  report = $state<ImportReport>();
  failure = $state<unknown>();
  /** Whether the import was cancelled; nothing was written then. */
  stopped = $state(false);
  readonly job = new JobTracker({ kinds: ['import_read', 'item_import'] });

  /** The explanation that the preview is of. */
  mapped: { header?: boolean; columns?: ImportMeaning[] } = {};

  skipIdentical = $state(true);
  /** What becomes of items that exist with another content. */
  same = $state<ImportSame>('keep');
  folder = $state('');
  tag = $state('');

  #unfollow: (() => void) | undefined;

  /** Number of items that would be imported or updated. */
  get wanted(): number {
    if (!this.preview) return 0;
    const { items, identical, updates, unchanged } = this.preview;
    const left = { keep: 0, merge: unchanged, skip: updates + unchanged }[this.same];
    return items - (this.skipIdentical ? identical : 0) - left;
  }

  /** Number of items that nothing like exists of. */
  get fresh(): number {
    if (!this.preview) return 0;
    const { items, identical, updates, unchanged } = this.preview;
    return items - identical - updates - unchanged;
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
      same: this.same,
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
      this.unescape = false;
      this.mapped = {};
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

  /** Asks about the columns of the table; whether its first row has names is guessed if it is not said. */
  async askColumns(header: boolean | undefined): Promise<void> {
    const token = this.columns?.token ?? this.preview?.token;
    if (token === undefined) return;
    const chosen = this.columns ? this.meanings : (this.mapped.columns ?? []);
    await this.#work('reading', async () => {
      const request = {
        token,
        unescape: this.unescape,
        ask_columns: true,
        ...(header === undefined ? {} : { header }),
      };
      this.#take(await call('import_table', { request }));
      // What was chosen before is not proposed away.
      if (chosen.length === this.meanings.length && chosen.some((meaning) => meaning !== 'custom')) {
        this.meanings = [...chosen];
      }
    });
  }

  /** Whether a column is chosen, so that the table gives items. */
  get explained(): boolean {
    return this.meanings.some((meaning) => meaning !== 'left_out');
  }

  /** Reads the table with the chosen meanings. */
  async map(): Promise<void> {
    const { columns } = this;
    if (!columns || !this.explained) return;
    const { token, header } = columns;
    this.mapped = { header, columns: [...this.meanings] };
    await this.#work('reading', async () => {
      const request = { token, unescape: this.unescape, ask_columns: false, ...this.mapped };
      this.#take(await call('import_table', { request }));
    });
  }

  /** Reads the table again, with or without escapes. */
  async setUnescape(unescape: boolean): Promise<void> {
    const { preview } = this;
    if (!preview) return;
    this.unescape = unescape;
    const mapped = preview.format === 'mapped_csv' ? this.mapped : {};
    await this.#work('reading', async () => {
      const request = { token: preview.token, unescape, ask_columns: false, ...mapped };
      this.#take(await call('import_table', { request }));
    });
  }

  #take(read: ImportRead): void {
    this.report = undefined;
    if (read.state === 'locked') {
      this.preview = undefined;
      this.columns = undefined;
      this.locked = read;
      this.step = 'locked';
      return;
    }
    this.locked = undefined;
    this.password = '';
    if (read.state === 'columns') {
      this.preview = undefined;
      this.columns = read;
      this.meanings = read.columns.map((column) => column.meaning);
      this.step = 'columns';
      return;
    }
    this.columns = undefined;
    this.preview = read;
    this.skipIdentical = true;
    this.same = 'keep';
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

  /** Takes the whole import back; returns whether that was done. */
  async undo(): Promise<boolean> {
    const undo = this.report?.undo;
    if (undo === undefined) return false;
    this.failure = undefined;
    try {
      await call('undo', { undo });
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    }
  }

  /** Saves the report in a file that the user chooses; returns whether one was chosen. */
  async saveReport(): Promise<boolean> {
    const token = this.report?.token;
    if (token === undefined) return false;
    this.failure = undefined;
    try {
      return await call('import_report_save', { token });
    } catch (error) {
      this.failure = error;
      return false;
    }
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
      // The program has dropped the preview, so the file has to be chosen again. An encrypted file and the columns of a table
      // are still asked about.
      this.preview = undefined;
      this.step = this.locked ? 'locked' : this.columns ? 'columns' : 'start';
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
    const pending = this.locked ?? this.columns ?? this.preview;
    if (pending && !this.report) {
      void call('import_discard', { token: pending.token }).catch(() => undefined);
    }
    this.#unfollow?.();
    this.columns = undefined;
    this.preview = undefined;
    this.locked = undefined;
    this.unescape = false;
    this.mapped = {};
    this.password = '';
    this.report = undefined;
    this.failure = undefined;
    this.stopped = false;
    this.folder = '';
    this.tag = '';
    this.step = 'start';
  }
}
