import { failureOf } from './errors';

/** An action that the user starts: whether it is running, and the error it ended with. */
export class Attempt {
  busy = $state(false);
  failure = $state.raw<unknown>();

  /** Runs an action; returns whether it succeeded. A cancelled one leaves no error. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.failure = undefined;
    try {
      await action();
      return true;
    } catch (error) {
      if (failureOf(error).code !== 'cancelled') this.failure = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Runs an action unless another one is running. */
  async once(action: () => Promise<unknown>): Promise<boolean> {
    return this.busy ? false : this.run(action);
  }
}
