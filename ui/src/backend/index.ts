import type { Arguments, Backend, CommandName, EventName, Events, Result } from './commands';

export type * from './commands';
export type * from './types';

let backend: Backend | undefined;

/** Sets the program behind `call` and `on`; called once at start. */
export function useBackend(chosen: Backend): void {
  backend = chosen;
}

function chosen(): Backend {
  if (!backend) throw new Error('no backend chosen');
  return backend;
}

let askPassword: (() => Promise<boolean>) | undefined;

/**
 * Sets the function that asks for the master password when an item requires it again; it returns whether the program
 * accepted one. Undone by the returned function.
 */
export function onPasswordNeeded(ask: () => Promise<boolean>): () => void {
  askPassword = ask;
  return () => {
    if (askPassword === ask) askPassword = undefined;
  };
}

/** Asks for the master password in advance; returns whether the program accepted one. */
export async function askForPassword(): Promise<boolean> {
  return (await askPassword?.()) ?? false;
}

let reportDamage: (() => void) | undefined;

/** Sets the function that is called when a command finds damage in the open profile. Undone by the returned function. */
export function onDamage(report: () => void): () => void {
  reportDamage = report;
  return () => {
    if (reportDamage === report) reportDamage = undefined;
  };
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Commands that run without the user having requested a secret, or that take the master password: `call` never asks for it. */
const unpromptedCommands = new Set<CommandName>([
  'item_code',
  'document_thumbnail',
  'document_versions',
  'member_change',
  'team_member_set',
  'team_factor_require',
]);

/** Milliseconds after which work that is still running is shown. */
export const progressDelay = 200;

/** Commands that open a dialog of the program, whose time does not count as busy; a job reports the work after it, or it is short. */
const dialogCommands = new Set<CommandName>([
  'activity_export',
  'answer_decide',
  'backup_folder_pick',
  'backup_open',
  'backup_save',
  'backup_save_document',
  'backup_settings_set',
  'code_export',
  'code_pick',
  'document_attach',
  'document_drop',
  'document_export',
  'document_export_all',
  'document_import',
  'document_replace',
  'history_purge',
  'history_rules_set',
  'import_pick',
  'import_report_save',
  'join_code_pick',
  'item_export',
  'item_open_url',
  'item_purge',
  'kit_save',
  'member_invite',
  'profile_move',
  'profile_add_existing',
  'profile_delete',
  'recovery_save',
  'restore_pick',
  'team_group_put',
  'team_vault_put',
  'trash_empty',
  'vault_delete',
  'vault_forget',
]);
/** Commands that nobody waits for, so that they never show as busy. */
const backgroundCommands = new Set<CommandName>([
  'approval_status',
  'device_offer_status',
  'document_thumbnail',
  'item_code',
  'rotation_counts',
  'session_touch',
  'sync_status',
]);

let slow = 0;
let reportBusy: ((working: boolean) => void) | undefined;

/** Reports whether any call takes longer than `progressDelay`, until the returned function is called. */
export function onBusy(report: (working: boolean) => void): () => void {
  reportBusy = report;
  report(slow > 0);
  return () => {
    if (reportBusy === report) reportBusy = undefined;
  };
}

/** Waits for an answer and reports it as busy once it takes longer than `progressDelay`. */
async function trackBusy<T>(answer: Promise<T>): Promise<T> {
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
  return atFile || dialogCommands.has(name) || backgroundCommands.has(name) ? answer : trackBusy(answer);
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
    if (codeOf(error) === 'database_damaged') reportDamage?.();
    const needed = codeOf(error) === 'password_needed';
    if (!needed || unpromptedCommands.has(name) || !askPassword) throw error;
    // Closing the question cancels the command.
    if (!(await askPassword())) throw { code: 'cancelled', message: '' };
    return ask(name, given);
  }
}

/** Listens for an event of the program until the returned function is called. */
export function on<E extends EventName>(name: E, handler: (payload: Events[E]) => void): () => void {
  return chosen().on(name, handler);
}
