import type { Damage } from './repair';

/** How the fake begins; read from the address of the page. */
export interface Scenario {
  state: 'first_run' | 'locked' | 'unlocked';
  /** Number of plain items instead of the sample, `hostile`, or `types` for one of every type. */
  items?: string | null;
  theme?: string | null;
  lang?: string | null;
  density?: string | null;
  readOnly?: boolean;
  crashed?: boolean;
  kit?: boolean;
  /** Names of notices, with commas between. */
  notice?: string | null;
  /** What the chosen import file is: `clean`, `hostile`, `many` remarks, `slow` to write, long in `reading`, or the code of an error. */
  import?: string | null;
  /** Code of the error with which documents fail. */
  jobs?: string | null;
  keyless?: boolean;
  draft?: boolean;
  /** A PIN opens the first profile: 123456. */
  pin?: boolean;
  /** Where the profile lies: `synced` or `network`; or that it is `moving`. */
  place?: string | null;
  /** Whether more protection of the password is due. */
  weak?: boolean;
  /** Another program has the profile open. */
  holder?: boolean;
  /** How fast documents go, in bytes per tick. */
  speed?: number;
  /** Name of a second vault, with the item “Attic” in it. */
  vault?: string | null;
  /** Why the clock is doubted. */
  clock?: string | null;
  /** What is damaged; see `repair.ts`. */
  damage?: Damage | undefined;
  /** Code of the error with which the last automatic backup failed. */
  backup?: string | null;
}
