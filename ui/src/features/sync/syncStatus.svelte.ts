import { call, on, progressDelay, type SyncView } from '../../backend';

/** Milliseconds for which a synchronization stays visible once it is shown. */
const leastShown = 800;

/** The state of synchronization of the open profile. */
export class SyncStatus {
  /**
   * The state as it is shown: a synchronization only once it takes longer than a moment, and then long enough to be read.
   * Absent before the first answer.
   */
  view = $state.raw<SyncView>();
  /** Whether the profile was connected just now, so that its Emergency Kit lacks the server. */
  kitDue = $state(false);
  #latest: SyncView | undefined;
  #asking = false;
  #askAgain = false;
  /** Whether a command has returned a newer state than the pending request will. */
  #outdated = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shownAt = 0;

  /** Whether the profile has a server. */
  connected = $derived(this.view?.account !== undefined);
  /** Ids of the vaults about which the server contradicted itself; they cannot be changed. */
  alarmed = $derived(this.view?.vaults.filter(({ alarm }) => alarm).map(({ id }) => id) ?? []);

  /** Listens until the returned function is called, which also forgets the state. */
  follow(): () => void {
    const stop = on('sync-changed', () => void this.request());
    void this.request();
    return () => {
      stop();
      this.#outdated = true;
      this.#settle(undefined);
    };
  }

  /** Requests the state; at most one request is pending, and changes meanwhile lead to one more. */
  async request(): Promise<void> {
    this.#askAgain = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#askAgain) {
      this.#askAgain = this.#outdated = false;
      // A profile that was locked meanwhile has no state; the page reloads then.
      const view = await call('sync_status').catch(() => undefined);
      if (view && !this.#outdated) this.#take(view);
    }
    this.#asking = false;
  }

  /** Accepts a state that a command returned. */
  accept(view: SyncView): void {
    if (this.#asking) this.#outdated = this.#askAgain = true;
    this.#take(view);
  }

  #take(view: SyncView): void {
    this.#latest = view;
    const shown = this.view;
    const begins = view.state === 'syncing' && shown?.state !== 'syncing';
    const ends = view.state !== 'syncing' && shown?.state === 'syncing';
    const atOnce = !shown?.account || !view.account || view.state === 'alarm' || view.state === 'signed_out';
    if (atOnce || (!begins && !ends)) {
      this.#settle(view);
      return;
    }
    const left = begins ? progressDelay : this.#shownAt + leastShown - performance.now();
    if (left <= 0) this.#settle(view);
    else this.#timer ??= setTimeout(() => this.#settle(this.#latest), left);
  }

  #settle(view: SyncView | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (view?.state === 'syncing' && this.view?.state !== 'syncing') this.#shownAt = performance.now();
    this.view = view;
  }
}
