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

/** What was found: codes, and entries that cannot be used. */
interface Found {
  codes: readonly { setup: string }[];
  unread: readonly unknown[];
}

/** Returns the code that was found if there was nothing else. */
export function onlyCode({ codes, unread }: Found): { setup: string } | undefined {
  return codes.length + unread.length === 1 ? codes[0] : undefined;
}

/** Passes a single found code to the open form; returns whether a form took it. */
export function deliverCode(found: Found): boolean {
  const only = onlyCode(found);
  const taker = takers[0];
  if (!only || !taker) return false;
  taker(only.setup);
  return true;
}
