import type { FieldOutcome, ImportNote } from '../../backend';

/** Which remarks are shown. */
export type NoteFilter = FieldOutcome | 'all';

/** What became of a field, the gravest first. */
export const outcomes: readonly FieldOutcome[] = ['not_kept', 'row_skipped', 'kept_as_custom_field'];

/** How many remarks there are of each outcome. */
export function countNotes(notes: readonly ImportNote[]): Record<FieldOutcome, number> {
  const counts = { not_kept: 0, row_skipped: 0, kept_as_custom_field: 0 };
  for (const note of notes) counts[note.outcome] += 1;
  return counts;
}

/** The remarks of a filter; with all of them the gravest come first, otherwise in the order of the file. */
export function filterNotes(notes: readonly ImportNote[], filter: NoteFilter): ImportNote[] {
  if (filter !== 'all') return notes.filter((note) => note.outcome === filter);
  return outcomes.flatMap((outcome) => notes.filter((note) => note.outcome === outcome));
}
