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
const unpromptedCommands = new Set<CommandName>(['item_code', 'document_thumbnail', 'document_versions']);

/** Milliseconds after which work that is still going on is shown. */
export const progressDelay = 200;

/** Commands that wait for a person at a file dialog; the work after it is told by a job, or is short. */
const fileDialogCommands = new Set<CommandName>([
  'backup_folder_pick',
  'backup_open',
  'backup_save',
  'backup_save_document',
  'code_export',
  'code_pick',
  'document_attach',
  'document_export',
  'document_import',
  'document_replace',
  'import_pick',
  'kit_save',
  'profile_move',
  'profile_take_in',
  'recovery_save',
  'restore_pick',
]);
/** Commands whose answer comes into a place that is there without it: nobody waits for them. */
const backgroundCommands = new Set<CommandName>(['document_thumbnail', 'item_code', 'session_touch']);

let slow = 0;
let reportBusy: ((working: boolean) => void) | undefined;

/** Tells whether some call has been waited for longer than a moment, until the returned function is called. */
export function onBusy(tell: (working: boolean) => void): () => void {
  reportBusy = tell;
  tell(slow > 0);
  return () => {
    if (reportBusy === tell) reportBusy = undefined;
  };
}

/** Waits for an answer; one that takes longer than a moment is told. */
async function told<T>(answer: Promise<T>): Promise<T> {
  let counted = false;
  const timer = setTimeout(() => {
    counted = true;
    slow += 1;
    reportBusy?.(true);
  }, progressDelay);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    if (counted) {
      slow -= 1;
      reportBusy?.(slow > 0);
    }
  }
}

function ask<K extends CommandName>(name: K, given: Arguments<K>): Promise<Result<K>> {
  const answer = chosen().call(name, given);
  const atFile = name === 'ssh_key_read' && 'source' in given && given.source === 'file';
  return atFile || fileDialogCommands.has(name) || backgroundCommands.has(name) ? answer : told(answer);
}

/** Calls a command of the program; rejects with an `ErrorView`. */
export async function call<K extends CommandName>(
  name: K,
  ...args: Record<never, never> extends Arguments<K> ? [Arguments<K>?] : [Arguments<K>]
): Promise<Result<K>> {
  const given = args[0] ?? ({} as Arguments<K>);
  try {
    return await ask(name, given);
  } catch (error) {
    if (codeOf(error) === 'database_damaged') tellDamage?.();
    const needed = codeOf(error) === 'password_needed';
    if (!needed || unpromptedCommands.has(name) || !askPassword) throw error;
    // Whoever closes the question has cancelled what they asked for.
    if (!(await askPassword())) throw { code: 'cancelled', message: '' };
    return ask(name, given);
  }
}

/** Listens for a hint of the program until the returned function is called. */
export function on<E extends EventName>(name: E, handler: (payload: Events[E]) => void): () => void {
  return chosen().on(name, handler);
}
