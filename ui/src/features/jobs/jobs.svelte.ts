import { call, on, type JobKind, type JobView } from '../../backend';

/** A point of progress, for the speed. */
interface Point {
  at: number;
  done: number;
}

/** The speed is measured over this many milliseconds. */
const spell = 8000;
/** Before that many milliseconds have gone by, nothing is said about the time left. */
const settling = 1500;

/** Seconds until the work is done at the speed of the last moments; `undefined` while that cannot be said. */
export function secondsLeft(points: readonly Point[], total: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < settling || last.done <= first.done) return undefined;
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return Math.max(0, (total - last.done) / perSecond);
}

const goesOn = (view: JobView) => view.state === 'running' || view.state === 'paused';

/** A job with what is known about its speed. */
export class TrackedJob {
  view = $state.raw<JobView>() as JobView;
  left = $state<number>();
  #points: Point[] = [];

  constructor(view: JobView, now: number) {
    this.take(view, now);
  }

  /** Takes over how the job stands. */
  take(view: JobView, now: number): void {
    this.view = view;
    this.#points.push({ at: now, done: view.done });
    while (this.#points.length > 2 && now - (this.#points[0]?.at ?? now) > spell) this.#points.shift();
    this.left = view.state === 'running' ? secondsLeft(this.#points, view.total) : undefined;
  }

  /** What is done, 0 to 1. */
  get part(): number {
    const { done, total, state } = this.view;
    if (state === 'done') return 1;
    return total > 0 ? Math.min(1, done / total) : 0;
  }

  /** Whether the work goes on, now or after the next unlocking. */
  get running(): boolean {
    return goesOn(this.view);
  }
}

/** Ended jobs that stay in view; older ones go. */
const endedKept = 20;

/** Kinds of work that their own dialog shows. */
const elsewhere: readonly JobKind[] = [
  'item_import',
  'health_check',
  'ssh_key',
  'profile_restore',
  'profile_examine',
  'profile_salvage',
  'backup_open',
  'backup_check',
  'item_change',
  'item_move',
  'item_delete',
];

/** The documents that are going in and out, oldest first. */
export class Jobs {
  list = $state<TrackedJob[]>([]);

  /** Jobs that go on. */
  running = $derived(this.list.filter((job) => job.running));
  /** Jobs that have ended. */
  ended = $derived(this.list.filter((job) => !job.running));
  /** What is done of everything in the tray, 0 to 1. */
  part = $derived.by(() => {
    const total = this.running.reduce((sum, job) => sum + job.view.total, 0);
    const done = this.running.reduce((sum, job) => sum + job.view.done, 0);
    return total > 0 ? done / total : 1;
  });

  /** Takes over how a job stands. Not listed is what its own dialog shows, and the automatic backup once it has ended: a
   * failure of it is told as a message. */
  take(view: JobView, now = performance.now()): void {
    if (elsewhere.includes(view.kind)) return;
    if (view.kind === 'backup_daily' && view.state !== 'running') {
      this.list = this.list.filter((job) => job.view.id !== view.id);
      return;
    }
    const known = this.list.find((job) => job.view.id === view.id);
    if (known) known.take(view, now);
    else this.list.push(new TrackedJob(view, now));
    const surplus = this.ended.slice(0, Math.max(0, this.ended.length - endedKept));
    if (surplus.length > 0) this.list = this.list.filter((job) => !surplus.includes(job));
  }

  /** Takes an ended job out of view. */
  dismiss(id: number): void {
    this.list = this.list.filter((job) => job.running || job.view.id !== id);
  }

  /** Takes all ended jobs out of view. */
  dismissEnded(): void {
    this.list = this.running;
  }

  /** Asks the program to stop a job. */
  async cancel(id: number): Promise<void> {
    await call('job_cancel', { jobId: id });
  }

  /** Follows the program until the returned function is called. */
  follow(fail: (error: unknown) => void): () => void {
    const stop = on('job', (view) => this.take(view));
    call('job_list').then((views) => views.filter(goesOn).forEach((view) => this.take(view)), fail);
    return stop;
  }
}
