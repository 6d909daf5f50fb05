import { call, on, type JobView } from '../../backend';

/** Work that one part of the screen has asked for and shows itself. */
export class OwnJob {
  view = $state.raw<JobView>();
  #seen = new Map<number, JobView>();
  #done: ((view: JobView) => void) | undefined;

  /** What is done, 0 to 1. */
  part = $derived(this.view && this.view.total > 0 ? Math.min(1, this.view.done / this.view.total) : 0);
  /** Whether work goes on. */
  running = $derived(this.view?.state === 'running');

  /** Listens until the returned function is called. */
  follow(): () => void {
    return on('job', (view) => {
      this.#seen.set(view.id, view);
      if (this.view?.id === view.id) this.#take(view);
    });
  }

  /** Waits until a job has ended; rejects with its error. It may have told of itself before its number was known. */
  async run(id: number): Promise<JobView> {
    const ended = new Promise<JobView>((resolve, reject) => {
      this.#done = (view) =>
        view.state === 'done' ? resolve(view) : reject(view.outcome?.error ?? { code: 'cancelled' });
    });
    const told = this.#seen.get(id) ?? (await call('job_list')).find((one) => one.id === id);
    const newest = this.#seen.get(id) ?? told;
    if (newest) this.#take(newest);
    return ended;
  }

  /** Asks the program to stop. */
  async cancel(): Promise<void> {
    if (this.view) await call('job_cancel', { jobId: this.view.id });
  }

  #take(view: JobView): void {
    this.view = view;
    if (view.state === 'running') return;
    this.#seen.clear();
    const done = this.#done;
    this.#done = undefined;
    done?.(view);
  }
}
