import { countDown } from '../../shared/secondsLeft';

/** Counts down the seconds until the clipboard is cleared. */
export class Countdown {
  /** Seconds left; 0 when nothing runs. */
  left = $state(0);
  /** Seconds at the start. */
  total = $state(0);

  #stop = () => {};

  /** Remaining share, 0 to 1. */
  get part(): number {
    return this.total > 0 ? this.left / this.total : 0;
  }

  /** Restarts; 0 stops. */
  start(seconds: number): void {
    this.stop();
    if (seconds <= 0) return;
    this.total = seconds;
    this.#stop = countDown(seconds * 1000, (left) => (this.left = left));
  }

  /** Stops the countdown. */
  stop(): void {
    this.#stop();
    this.left = 0;
  }
}
