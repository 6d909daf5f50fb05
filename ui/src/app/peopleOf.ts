import type { VaultView } from '../backend';

/** The vault whose people are shown. */
export interface PeopleOf {
  vault: VaultView;
  name: string;
  /** Items of which former members know secrets. */
  toRotate: number;
  /** Whether those are shown at first. */
  rotating?: boolean;
}
