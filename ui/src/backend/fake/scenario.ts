import type { Damage } from './repair';
import type { ServerState } from './serverState';

/** The initial state of the fake, read from the page's address. */
export interface Scenario {
  state: 'first_run' | 'locked' | 'unlocked';
  /** Number of plain items instead of the sample, `hostile`, or `types` for one of every type. */
  items?: string | null;
  theme?: string | null;
  lang?: string | null;
  density?: string | null;
  readOnly?: boolean;
  crashed?: boolean;
  /** Whether the system opened an invitation with the program. */
  invitation?: boolean;
  kit?: boolean;
  /** Names of notices, with commas between. */
  notice?: string | null;
  /** The chosen import file: `clean`, `hostile`, `many` remarks, `slow` to write, long in `reading`, or the code of an error. */
  import?: string | null;
  /** What is special about copying another profile: see `profileCopy.ts`. */
  copy?: string | null;
  /** Code of the error with which documents fail. */
  jobs?: string | null;
  keyless?: boolean;
  draft?: boolean;
  /** A PIN opens the first profile: 123456. */
  pin?: boolean;
  /** Folder of the profile: `synced` or `network`; or that it is `moving`. */
  place?: string | null;
  /** Whether stronger key derivation is due. */
  weak?: boolean;
  /** Another program has the profile open. */
  holder?: boolean;
  /** Progress of jobs per tick. */
  speed?: number;
  /** Name of a second vault, with one item in it: “Attic” of the `types`, or “Alarm system”. */
  vault?: string | null;
  /** Vaults with other members, and accepted invitations: see `people.ts`. */
  sharing?: string | null;
  /** Teams, with commas between: see `teamBeginnings.ts`. */
  team?: string | null;
  /** Guardians of the first team, or `regain-` and how far a recovery on this computer is. */
  recovery?: string | null;
  /** Whether codes are chosen in a text file with unusable entries, in place of a picture. */
  codesInText?: boolean;
  /** Why the clock seems wrong. */
  clock?: string | null;
  /** What is damaged; see `repair.ts`. */
  damage?: Damage | undefined;
  /** The state of synchronization; the profile has no server without it. */
  sync?: ServerState | undefined;
  /** Whether the account has a second factor. */
  factor?: boolean;
  /** Milliseconds that the server takes to answer; 250 without it. */
  wait?: number;
  /** Code of the error with which the last automatic backup failed. */
  backup?: string | null;
}
