import type { SyncState } from '../../backend';

/** Something that only the server knows, loaded once it can be reached. */
export class FromServer<T> {
  readonly #ask: () => Promise<T>;
  /** What the server answered last; absent before the first answer. */
  value = $state.raw<T>();
  /** The error of the last request. */
  failure = $state.raw<unknown>();
  #asking = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Requests it once more; what is shown stays until there is an answer. */
  async reload(): Promise<void> {
    try {
      this.value = await this.#ask();
    } catch (error) {
      this.failure = error;
    }
  }

  /** Requests it, unless it is here or the state says that the server is out of reach. */
  async loadIn(state: SyncState): Promise<void> {
    if (this.value !== undefined || this.#asking || state === 'offline' || state === 'signed_out') return;
    this.#asking = true;
    try {
      this.value = await this.#ask();
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    } finally {
      this.#asking = false;
    }
  }
}
