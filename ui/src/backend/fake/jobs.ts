import type { Arguments } from '../commands';
import type { ErrorCode, JobKind, JobView } from '../types';
import { unitOf } from './model';

interface Context {
  emit: (view: JobView) => void;
  fail: (code: ErrorCode) => never;
  /** Progress per tick; a twentieth of the total without it. */
  speed?: number;
  /** The error with which every job fails half-way. */
  failure?: ErrorCode;
}

/** The jobs of the fake: they tick on by themselves until they are done or cancelled. */
export class FakeJobs {
  readonly all = new Map<number, JobView>();
  readonly #context: Context;
  #last = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Starts a job; returns its number. `done` may fill in the outcome. */
  start = (kind: JobKind, name: string, total: number, done: (job: JobView) => void): number => {
    const { emit, speed = total / 20, failure } = this.#context;
    const view: JobView = {
      id: ++this.#last,
      kind,
      name,
      unit: unitOf(kind),
      done: 0,
      total,
      state: 'running',
    };
    this.all.set(view.id, view);
    const tick = () => {
      if (view.state !== 'running') return;
      view.done = Math.min(view.total, view.done + speed);
      if (failure && view.done > total / 2) {
        view.state = 'failed';
        view.outcome = { missing: [], error: { code: failure, message: '' } };
      } else if (view.done >= view.total) {
        view.state = 'done';
        done(view);
      }
      emit({ ...view });
      if (view.state === 'running') setTimeout(tick, 100);
    };
    setTimeout(tick, 0);
    return view.id;
  };

  /** Runs a job to its end; rejects when it is cancelled. */
  run = (kind: JobKind, name: string, total: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = this.start(kind, name, total, () => resolve());
      const watching = setInterval(() => {
        const state = this.all.get(id)?.state;
        if (state !== 'running') clearInterval(watching);
        if (state === 'cancelled') reject({ code: 'cancelled', message: '' });
      }, 50);
    });

  handlers = {
    job_list: () => [...this.all.values()],
    job_cancel: ({ jobId }: Arguments<'job_cancel'>) => {
      const one = this.all.get(jobId) ?? this.#context.fail('not_found');
      if (one.state === 'running') {
        one.state = 'cancelled';
        this.#context.emit({ ...one });
      }
      return null;
    },
  };
}
