import { call, on } from './index';
import type { JobKind, JobView } from './types';

/** The work of one kind that goes on now, for the part of the screen that has asked for it. */
export class JobWatch {
  readonly #kind: JobKind;
  /** How it stands; nothing when none goes on, or when it takes no longer than a moment. */
  view = $state.raw<JobView>();
  stopping = $state(false);
  #known: JobView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kind: JobKind) {
    this.#kind = kind;
  }

  /** What is done, 0 to 1; nothing as long as nobody knows how much it is. */
  get part(): number | undefined {
    const { done, total } = this.view ?? { done: 0, total: 0 };
    return total > 0 ? Math.min(1, done / total) : undefined;
  }

  /** Listens until the returned function is called. */
  follow(): () => void {
    const stop = on('job', (view) => {
      if (view.kind === this.#kind) this.#take(view);
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
    };
  }

  /** Asks the program to stop. */
  async stop(): Promise<void> {
    if (!this.#known || this.stopping) return;
    this.stopping = true;
    // It may have ended by itself meanwhile.
    await call('job_cancel', { jobId: this.#known.id }).catch(() => undefined);
  }

  #take(view: JobView): void {
    if (view.state !== 'running') {
      clearTimeout(this.#timer);
      this.#timer = this.#known = this.view = undefined;
      this.stopping = false;
      return;
    }
    this.#known = view;
    if (this.view) this.view = view;
    else this.#timer ??= setTimeout(() => (this.view = this.#known), 200);
  }
}
