/** Passes one-time codes found in a picture to the form that is open. */

/** Receives the set-up of a code. */
type Taker = (setup: string) => void;

const takers: Taker[] = [];

/** Registers a receiver of found codes until the returned function is called. */
export function receiveCode(taker: Taker): () => void {
  takers.push(taker);
  return () => {
    const at = takers.indexOf(taker);
    if (at >= 0) takers.splice(at, 1);
  };
}

/** Passes a single found code to the open form; returns whether a form took it. */
export function deliverCode(found: readonly { setup: string }[]): boolean {
  const [only] = found;
  const taker = takers[0];
  if (!only || found.length > 1 || !taker) return false;
  taker(only.setup);
  return true;
}
