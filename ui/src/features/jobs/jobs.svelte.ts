import { call, on, progressDelay, type JobKind, type JobView } from '../../backend';

/** A point of progress, for the speed. */
interface Point {
  at: number;
  done: number;
}

/** The speed is measured over this many milliseconds. */
const speedWindow = 8000;
/** Before that many milliseconds have gone by, nothing is said about the time left. */
const minimumWindow = 1500;

/** Seconds until the work is done at the speed of the last moments; `undefined` while that cannot be said. */
export function secondsLeft(points: readonly Point[], total: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < minimumWindow || last.done <= first.done) return undefined;
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return Math.max(0, (total - last.done) / perSecond);
}

const isActive = (view: JobView) => view.state === 'running' || view.state === 'paused';

/** A job with what is known about its speed. */
export class TrackedJob {
  view = $state.raw<JobView>() as JobView;
  left = $state<number>();
  #points: Point[] = [];
  #unit: JobView['unit'] | undefined;

  constructor(view: JobView, now: number) {
    this.take(view, now);
  }

  /** Takes over how the job stands. */
  take(view: JobView, now: number): void {
    // What was counted before says nothing about what is counted now.
    if (view.unit !== this.#unit) this.#points = [];
    this.#unit = view.unit;
    this.view = view;
    this.#points.push({ at: now, done: view.done });
    while (this.#points.length > 2 && now - (this.#points[0]?.at ?? now) > speedWindow) this.#points.shift();
    this.left = view.state === 'running' ? secondsLeft(this.#points, view.total) : undefined;
  }

  /** What is done, 0 to 1; nothing as long as nobody knows how much it is. */
  get part(): number | undefined {
    const { done, total, state } = this.view;
    if (state === 'done') return 1;
    return total > 0 ? Math.min(1, done / total) : undefined;
  }

  /** Whether the work goes on, now or after the next unlocking. */
  get running(): boolean {
    return isActive(this.view);
  }
}

/** Ended jobs that stay in view; older ones go. */
const endedKept = 20;

/** Kinds of work that their own dialog shows. */
const ownDialogKinds: readonly JobKind[] = [
  'import_read',
  'item_import',
  'health_check',
  'ssh_key',
  'profile_restore',
  'profile_examine',
  'profile_salvage',
  'backup_open',
  'backup_check',
];

/** Kinds of work that whoever asked for it is told the end of: they are shown only while they go on, and only if that takes
 * longer than a moment. */
const briefKinds: readonly JobKind[] = [
  'item_change',
  'item_move',
  'item_copy',
  'item_delete',
  'item_undo',
  'history_purge',
];

/** The documents that are going in and out, oldest first. */
export class Jobs {
  list = $state<TrackedJob[]>([]);
  readonly #only: readonly JobKind[] | undefined;
  /** Passing work that has not gone on for a moment yet. */
  readonly #short = new Map<number, { view: JobView; timer: ReturnType<typeof setTimeout> }>();

  constructor(only?: readonly JobKind[]) {
    this.#only = only;
  }

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

  /** Whether passing work is not to be listed: it goes on for less than a moment, or has ended. */
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
    call('job_list').then((views) => views.filter(isActive).forEach((view) => this.take(view)), fail);
    return () => {
      stop();
      for (const { timer } of this.#short.values()) clearTimeout(timer);
    };
  }
}
