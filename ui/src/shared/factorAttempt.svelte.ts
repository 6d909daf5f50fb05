import { Attempt } from './attempt.svelte';
import { failureOf } from './errors';
import { focusAfterError } from './focus';

/**
 * A change that needs a sign-in just now. If the account asks for a second factor, `FactorField` appears, and the next attempt
 * sends its code too.
 */
export class FactorAttempt extends Attempt {
  /** Whether the account has asked for a code. */
  needed = $state(false);
  code = $state('');
  field = $state<HTMLInputElement | null>(null);
  /** Whether the code that is needed has been typed. */
  ready = $derived(!this.needed || this.code.trim() !== '');

  /**
   * Runs the change unless one is running; returns whether it succeeded. That a code is needed is no failure. After one, the
   * focus is in the field of the code if there is one, else in `other`.
   */
  async send(
    change: (code: string | null) => Promise<unknown>,
    other: () => HTMLInputElement | null,
  ): Promise<boolean> {
    if (this.busy) return false;
    const done = await this.run(() => change(this.needed ? this.code.trim() : null));
    if (done) this.#forget();
    else if (!this.needed && failureOf(this.failure).code === 'second_factor_needed') {
      this.failure = undefined;
      this.needed = true;
    } else focusAfterError(this.needed ? this.field : other());
    return done;
  }

  #forget(): void {
    this.needed = false;
    this.code = '';
  }
}
