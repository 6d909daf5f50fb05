import {
  call,
  on,
  type ImportChoice,
  type ImportPreview,
  type ImportReport,
  type JobView,
} from '../../backend';
import { failureOf } from '../../shared/errors';

/** Where the person is in the import. */
export type Step = 'start' | 'reading' | 'preview' | 'writing' | 'report';

/** One import from choosing a file to the report. */
export class ImportFlow {
  step = $state<Step>('start');
  preview = $state<ImportPreview>();
  report = $state<ImportReport>();
  failure = $state<unknown>();
  /** Whether the person stopped the import; nothing was written then. */
  stopped = $state(false);
  /** The import as the program does it. */
  job = $state<JobView>();
  stopping = $state(false);

  skipIdentical = $state(true);
  folder = $state('');
  tag = $state('');

  #silence: (() => void) | undefined;

  /** How many items the choice would import. */
  get wanted(): number {
    if (!this.preview) return 0;
    return this.preview.items - (this.skipIdentical ? this.preview.identical : 0);
  }

  /** Whether work is going on that must not be left. */
  get busy(): boolean {
    return this.step === 'writing' || (this.step === 'reading' && this.job !== undefined);
  }

  /** The choice as the program takes it. */
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

  /** Lets the person choose a file and reads it. */
  async pick(): Promise<void> {
    const before = this.step;
    this.failure = undefined;
    this.stopped = false;
    this.stopping = false;
    this.job = undefined;
    this.step = 'reading';
    this.#silence = on('job', (job) => {
      if (job.kind === 'import_read') this.job = job;
    });
    try {
      const preview = await call('import_pick');
      if (preview === null) {
        this.step = before;
        return;
      }
      this.preview = preview;
      this.report = undefined;
      this.skipIdentical = true;
      this.step = 'preview';
    } catch (error) {
      // The program has forgotten the file before as well.
      this.preview = undefined;
      this.step = 'start';
      if (failureOf(error).code === 'cancelled') this.stopped = true;
      else this.failure = error;
    } finally {
      this.#silence?.();
      this.#silence = undefined;
    }
  }

  /** Writes what the preview shows, all or nothing. */
  async commit(): Promise<void> {
    if (!this.preview || this.wanted === 0) return;
    this.failure = undefined;
    this.stopped = false;
    this.stopping = false;
    this.job = undefined;
    this.step = 'writing';
    this.#silence = on('job', (job) => {
      if (job.kind === 'item_import') this.job = job;
    });
    try {
      this.report = await call('import_commit', { choice: this.choice });
      this.step = 'report';
    } catch (error) {
      // The preview is used up, so the file has to be chosen again.
      this.preview = undefined;
      this.step = 'start';
      if (failureOf(error).code === 'cancelled') this.stopped = true;
      else this.failure = error;
    } finally {
      this.#silence?.();
      this.#silence = undefined;
    }
  }

  /** Whether the program is at work, and not the person at the file dialog. */
  get reading(): boolean {
    return this.step === 'reading' && this.job !== undefined;
  }

  /** Asks the program to stop; what was written so far is undone by it. */
  async stop(): Promise<void> {
    if (!this.job || this.stopping) return;
    this.stopping = true;
    await call('job_cancel', { jobId: this.job.id }).catch(() => undefined);
  }

  /** Forgets everything, here and in the program. */
  discard(): void {
    if (this.preview && !this.report) {
      void call('import_discard', { token: this.preview.token }).catch(() => undefined);
    }
    this.#silence?.();
    this.preview = undefined;
    this.report = undefined;
    this.failure = undefined;
    this.stopped = false;
    this.folder = '';
    this.tag = '';
    this.step = 'start';
  }
}
