import type { FieldOutcome, ImportNote } from '../../backend';

/** Which remarks are shown. */
export type NoteFilter = FieldOutcome | 'all';

/** Outcomes of a field, most severe first. */
export const outcomes: readonly FieldOutcome[] = [
  'not_kept',
  'row_skipped',
  'kept_as_custom_field',
  'not_needed',
];

/** Counts the remarks by outcome. */
export function countNotes(notes: readonly ImportNote[]): Record<FieldOutcome, number> {
  const counts = { not_kept: 0, row_skipped: 0, kept_as_custom_field: 0, not_needed: 0 };
  for (const note of notes) counts[note.outcome] += 1;
  return counts;
}

/** Returns the remarks of a filter, in file order; without a filter the most severe come first. */
export function filterNotes(notes: readonly ImportNote[], filter: NoteFilter): ImportNote[] {
  if (filter !== 'all') return notes.filter((note) => note.outcome === filter);
  return outcomes.flatMap((outcome) => notes.filter((note) => note.outcome === outcome));
}
