import type { SessionState } from '../../backend';

type Unlocked = Extract<SessionState, { state: 'unlocked' }>;

/** Notices that explain why the profile is read-only; shown in its banner. */
const reasons: readonly string[] = ['header_damaged', 'disk_read_only', 'rolled_back'];

/** Returns why the profile is read-only: a notice where there is one, since it says more, else an error. */
export function readOnlyReason(session: Unlocked): { notice: string } | { error: unknown } | undefined {
  if (!session.read_only) return undefined;
  const notice = session.notices.find((name) => reasons.includes(name));
  return notice ? { notice } : { error: session.read_only };
}

/** Returns the other notices, each once. */
export function remainingNotices(session: Unlocked): string[] {
  const shown = readOnlyReason(session);
  const said = shown && 'notice' in shown ? shown.notice : undefined;
  return [...new Set(session.notices)].filter((name) => name !== said);
}
