import { call, on, progressDelay, type JobKind, type JobView } from '../../backend';

/** A sample of progress, for the speed. */
interface Point {
  at: number;
  done: number;
}

/** Milliseconds over which the speed is measured. */
const speedWindow = 8000;
/** Milliseconds before a time left is shown. */
const minimumWindow = 1500;

/** Returns the seconds left at the recent speed; `undefined` while it is unknown. */
export function secondsLeft(points: readonly Point[], total: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < minimumWindow || last.done <= first.done) return undefined;
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return Math.max(0, (total - last.done) / perSecond);
}

const isActive = (view: JobView) => view.state === 'running' || view.state === 'paused';

/** A job and its speed. */
export class TrackedJob {
  view = $state.raw<JobView>() as JobView;
  left = $state<number>();
  #points: Point[] = [];
  #unit: JobView['unit'] | undefined;

  constructor(view: JobView, now: number) {
    this.take(view, now);
  }

  /** Accepts a new state of the job. */
  take(view: JobView, now: number): void {
    // Samples in another unit are useless.
    if (view.unit !== this.#unit) this.#points = [];
    this.#unit = view.unit;
    this.view = view;
    this.#points.push({ at: now, done: view.done });
    while (this.#points.length > 2 && now - (this.#points[0]?.at ?? now) > speedWindow) this.#points.shift();
    this.left = view.state === 'running' ? secondsLeft(this.#points, view.total) : undefined;
  }

  /** Finished share, 0 to 1; absent while the total is unknown. */
  get part(): number | undefined {
    const { done, total, state } = this.view;
    if (state === 'done') return 1;
    return total > 0 ? Math.min(1, done / total) : undefined;
  }

  /** Whether the job is running, or paused until the next unlock. */
  get running(): boolean {
    return isActive(this.view);
  }
}

/** Number of ended jobs that stay listed. */
const endedKept = 20;

/** Kinds of jobs that have a dialog of their own. */
const ownDialogKinds: readonly JobKind[] = [
  'import_read',
  'item_import',
  'item_export',
  'health_check',
  'ssh_key',
  'profile_restore',
  'profile_examine',
  'profile_salvage',
  'backup_open',
  'backup_check',
  'profile_read',
  'profile_copy',
];

/** Kinds of jobs whose result is shown elsewhere: listed only while they run, and only after `progressDelay`. */
const briefKinds: readonly JobKind[] = [
  'item_change',
  'item_move',
  'item_copy',
  'item_delete',
  'item_undo',
  'history_purge',
];

/** The jobs in the tray, oldest first. */
export class Jobs {
  list = $state<TrackedJob[]>([]);
  readonly #only: readonly JobKind[] | undefined;
  /** Brief jobs that have run for less than `progressDelay`. */
  readonly #short = new Map<number, { view: JobView; timer: ReturnType<typeof setTimeout> }>();

  constructor(only?: readonly JobKind[]) {
    this.#only = only;
  }

  /** Jobs that are running or paused. */
  running = $derived(this.list.filter((job) => job.running));
  /** Jobs that have ended. */
  ended = $derived(this.list.filter((job) => !job.running));
  /** Finished share of all running jobs, 0 to 1. */
  part = $derived.by(() => {
    const total = this.running.reduce((sum, job) => sum + job.view.total, 0);
    const done = this.running.reduce((sum, job) => sum + job.view.done, 0);
    return total > 0 ? done / total : 1;
  });

  /** Accepts a new state of a job. Jobs with a dialog of their own are not listed, nor is an automatic backup that has
   * ended: its failure is shown as a message. */
  take(view: JobView, now = performance.now()): void {
    if (ownDialogKinds.includes(view.kind) || this.#only?.includes(view.kind) === false) return;
    if (briefKinds.includes(view.kind) && this.#isShort(view)) return;
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

  /** Whether a brief job is not listed: it has run for less than `progressDelay`, or has ended. */
  #isShort(view: JobView): boolean {
    const short = this.#short.get(view.id);
    if (!isActive(view)) {
      clearTimeout(short?.timer);
      this.#short.delete(view.id);
      this.list = this.list.filter((job) => job.view.id !== view.id);
      return true;
    }
    if (this.list.some((job) => job.view.id === view.id)) return false;
    if (short) short.view = view;
    else {
      const timer = setTimeout(() => {
        const kept = this.#short.get(view.id);
        this.#short.delete(view.id);
        if (kept) this.list.push(new TrackedJob(kept.view, performance.now()));
      }, progressDelay);
      this.#short.set(view.id, { view, timer });
    }
    return true;
  }

  /** Removes an ended job from the tray. */
  dismiss(id: number): void {
    this.list = this.list.filter((job) => job.running || job.view.id !== id);
  }

  /** Removes all ended jobs from the tray. */
  dismissEnded(): void {
    this.list = this.running;
  }

  /** Asks the program to stop a job. */
  async cancel(id: number): Promise<void> {
    await call('job_cancel', { jobId: id });
  }

  /** Listens for jobs until the returned function is called. */
  follow(fail: (error: unknown) => void): () => void {
    const stop = on('job', (view) => this.take(view));
    call('job_list').then((views) => views.filter(isActive).forEach((view) => this.take(view)), fail);
    return () => {
      stop();
      for (const { timer } of this.#short.values()) clearTimeout(timer);
    };
  }
}
