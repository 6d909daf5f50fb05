/** Counts down the seconds until the clipboard is cleared. */
export class Countdown {
  /** Seconds left; 0 when nothing runs. */
  left = $state(0);
  /** Seconds at the start. */
  total = $state(0);

  #until = 0;
  #ticking: ReturnType<typeof setInterval> | undefined;

  /** Remaining share, 0 to 1. */
  get part(): number {
    return this.total > 0 ? this.left / this.total : 0;
  }

  /** Restarts; 0 stops. */
  start(seconds: number): void {
    this.stop();
    if (seconds <= 0) return;
    this.total = seconds;
    this.left = seconds;
    this.#until = Date.now() + seconds * 1000;
    this.#ticking = setInterval(() => {
      this.left = Math.max(0, Math.ceil((this.#until - Date.now()) / 1000));
      if (this.left === 0) this.stop();
    }, 250);
  }

  /** Stops the countdown. */
  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.left = 0;
  }
}
