/**
 * Calls `ontick` with the seconds left, rounded up: now, whenever a second is over, and at the end with 0. In between nothing
 * runs, so that a countdown redraws the page once a second. Returns a function that stops it.
 */
export function countDown(milliseconds: number, ontick: (seconds: number) => void): () => void {
  const ends = performance.now() + milliseconds;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function tick() {
    const left = Math.max(0, ends - performance.now());
    const seconds = Math.ceil(left / 1000);
    if (seconds > 0) timer = setTimeout(tick, left - (seconds - 1) * 1000);
    ontick(seconds);
  }
  tick();
  return () => clearTimeout(timer);
}
