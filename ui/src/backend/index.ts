import type { Arguments, Backend, CommandName, EventName, Events, Result } from './commands';

export type * from './commands';
export type * from './types';

let backend: Backend | undefined;

/** Chooses the program that `call` and `on` speak to; done once by the entry. */
export function useBackend(chosen: Backend): void {
  backend = chosen;
}

function chosen(): Backend {
  if (!backend) throw new Error('no backend chosen');
  return backend;
}

/** Calls a command of the program; rejects with an `ErrorView`. */
export function call<K extends CommandName>(
  name: K,
  ...args: Record<never, never> extends Arguments<K> ? [Arguments<K>?] : [Arguments<K>]
): Promise<Result<K>> {
  return chosen().call(name, args[0] ?? ({} as Arguments<K>));
}

/** Listens for a hint of the program until the returned function is called. */
export function on<E extends EventName>(name: E, handler: (payload: Events[E]) => void): () => void {
  return chosen().on(name, handler);
}
