/** One-time codes on their way from wherever they were found to whoever can use them. */

/** Takes the set-up of a code. */
type Taker = (setup: string) => void;

const takers: Taker[] = [];

/** Says who takes a code that is found while a form is open; the returned function ends that. */
export function receiveCode(taker: Taker): () => void {
  takers.push(taker);
  return () => {
    const at = takers.indexOf(taker);
    if (at >= 0) takers.splice(at, 1);
  };
}

/** Hands the one code that was found to the form that is open; whether there is one. */
export function deliverCode(found: readonly { setup: string }[]): boolean {
  const [only] = found;
  const taker = takers[0];
  if (!only || found.length > 1 || !taker) return false;
  taker(only.setup);
  return true;
}
