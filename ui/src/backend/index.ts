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

let askPassword: (() => Promise<boolean>) | undefined;

/**
 * Says who asks for the master password when an item wants it again: it answers whether the program has taken one. The
 * returned function ends that.
 */
export function onPasswordNeeded(ask: () => Promise<boolean>): () => void {
  askPassword = ask;
  return () => {
    if (askPassword === ask) askPassword = undefined;
  };
}

/** Asks for the master password ahead of what needs it; whether the program has taken one. */
export async function askForPassword(): Promise<boolean> {
  return (await askPassword?.()) ?? false;
}

let tellDamage: (() => void) | undefined;

/** Says who is told when a command met something damaged in the open profile. The returned function ends that. */
export function onDamage(tell: () => void): () => void {
  tellDamage = tell;
  return () => {
    if (tellDamage === tell) tellDamage = undefined;
  };
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Commands that are called without a person having asked for a secret. */
const unasked = new Set<CommandName>(['item_code']);

/** Calls a command of the program; rejects with an `ErrorView`. */
export async function call<K extends CommandName>(
  name: K,
  ...args: Record<never, never> extends Arguments<K> ? [Arguments<K>?] : [Arguments<K>]
): Promise<Result<K>> {
  const given = args[0] ?? ({} as Arguments<K>);
  try {
    return await chosen().call(name, given);
  } catch (error) {
    if (codeOf(error) === 'database_damaged') tellDamage?.();
    const needed = codeOf(error) === 'password_needed';
    if (!needed || unasked.has(name) || !askPassword) throw error;
    // Whoever closes the question has cancelled what they asked for.
    if (!(await askPassword())) throw { code: 'cancelled', message: '' };
    return chosen().call(name, given);
  }
}

/** Listens for a hint of the program until the returned function is called. */
export function on<E extends EventName>(name: E, handler: (payload: Events[E]) => void): () => void {
  return chosen().on(name, handler);
}
