import type { Component } from 'svelte';

/** An entry of a menu, or a line between entries. */
export type MenuEntry =
  | {
      label: string;
      icon?: Component<{ size?: number | string }>;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      checked?: boolean;
      testid?: string;
      data?: Record<`data-${string}`, string>;
      run: () => void;
    }
  | {
      label: string;
      icon?: Component<{ size?: number | string }>;
      disabled?: boolean;
      testid?: string;
      /** The entries of a menu beside this one. */
      entries: MenuEntry[];
    }
  | 'line';
