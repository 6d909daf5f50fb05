import { call, on } from './index';
import type { JobKind, JobView } from './types';

interface Options {
  /** Kinds of jobs to follow; without them only the job given to `ended`. */
  kinds?: readonly JobKind[];
  /** Milliseconds that a job runs before it is shown. */
  delay?: number;
}

/** The job that one part of the screen has started and shows itself. */
export class JobTracker {
  readonly #kinds: readonly JobKind[] | undefined;
  readonly #delay: number;
  /** The job as it is shown, running or ended; absent before the first one and during the delay. */
  view = $state.raw<JobView>();
  /** Whether the program was asked to stop the job. */
  stopping = $state(false);
  /** The job's latest state, shown or not. */
  #latest: JobView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** States of jobs seen before their number was given to `ended`. */
  #seen = new Map<number, JobView>();
  #settle: ((view: JobView) => void) | undefined;

  constructor({ kinds, delay = 0 }: Options = {}) {
    this.#kinds = kinds;
    this.#delay = delay;
  }

  /** Whether a job is running and shown. */
  running = $derived(this.view?.state === 'running');
  /** Finished share, 0 to 1; absent while the total is unknown. */
  part = $derived(
    this.view && this.view.total > 0 ? Math.min(1, this.view.done / this.view.total) : undefined,
  );

  /** Listens until the returned function is called. */
  follow(): () => void {
    const stop = on('job', (view) => {
      if (this.#kinds?.includes(view.kind) || this.#latest?.id === view.id) this.#take(view);
      else if (!this.#kinds) this.#seen.set(view.id, view);
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
    };
  }

  /** Waits for the end of a job; rejects with the job's error. */
  async ended(id: number): Promise<JobView> {
    const end = new Promise<JobView>((resolve, reject) => {
      this.#settle = (view) =>
        view.state === 'done' ? resolve(view) : reject(view.outcome?.error ?? { code: 'cancelled' });
    });
    // Events of the job may have arrived before the answer with its number.
    const listed = this.#seen.get(id) ?? (await call('job_list')).find((one) => one.id === id);
    const newest = this.#seen.get(id) ?? listed;
    if (newest) this.#take(newest);
    return end;
  }

  /** Asks the program to stop the job. */
  async cancel(): Promise<void> {
    if (!this.#latest || this.stopping) return;
    this.stopping = true;
    // The job may have ended meanwhile.
    await call('job_cancel', { jobId: this.#latest.id }).catch(() => undefined);
  }

  /** Forgets the job. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#latest = this.view = undefined;
    this.stopping = false;
  }

  #take(view: JobView): void {
    if (view.id !== this.#latest?.id) this.stopping = false;
    if (view.state !== 'running') {
      clearTimeout(this.#timer);
      this.#timer = this.#latest = undefined;
      this.view = view;
      this.#seen.clear();
      this.#settle?.(view);
      this.#settle = undefined;
      return;
    }
    this.#latest = view;
    if (this.#delay === 0 || this.running) this.view = view;
    else this.#timer ??= setTimeout(() => (this.view = this.#latest), this.#delay);
  }
}
