import type { GeneratorRecipe, WordListView, WordSeparator } from '../../backend';

/** Kinds of generated values. */
export type Kind = GeneratorRecipe['kind'];

/** Classes of characters. */
export const classes = ['lower', 'upper', 'digits', 'symbols'] as const;
/** A class of characters. */
export type CharacterClass = (typeof classes)[number];

/** Separators between words. */
export const separators: readonly WordSeparator[] = ['hyphen', 'space', 'dot', 'underscore', 'digit'];

/** Length limits of each kind; the slider ends earlier, where more is of no use. */
export const bounds: Record<Kind, { min: number; max: number; slider: number }> = {
  characters: { min: 4, max: 128, slider: 64 },
  words: { min: 3, max: 20, slider: 12 },
  user_name: { min: 1, max: 4, slider: 4 },
  pin: { min: 3, max: 20, slider: 12 },
};

/** Lists of words. */
export const lists: readonly WordListView[] = ['english', 'german'];
/** Largest required number of one class. */
export const maxPerClass = 9;

/** Clamps a number to the limits of a kind; NaN becomes the minimum. */
export function clamp(kind: Kind, value: number): number {
  const { min, max } = bounds[kind];
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : min;
}

/** The chosen options; kept while the program runs, so that the next password is made the same way. */
export class Recipe {
  kind = $state<Kind>('characters');
  amount = $state<Record<Kind, number>>({ characters: 20, words: 5, user_name: 2, pin: 6 });
  use = $state<Record<CharacterClass, boolean>>({ lower: true, upper: true, digits: true, symbols: true });
  avoidAmbiguous = $state(false);
  /** Required number of each class. */
  least = $state<Record<CharacterClass, number>>({ lower: 1, upper: 1, digits: 1, symbols: 1 });
  /** The symbols that a site accepts; empty for the usual ones. */
  ownSymbols = $state('');
  list = $state<WordListView>('english');
  separator = $state<WordSeparator>('hyphen');
  /** Separator between the words of a user name. */
  nameSeparator = $state<WordSeparator | 'none'>('dot');
  nameDigits = $state(2);
  capitalize = $state(false);
  number = $state(false);

  /** Whether a class is the only one left and cannot be removed. */
  isLast(one: CharacterClass): boolean {
    return this.use[one] && classes.filter((other) => this.use[other]).length === 1;
  }

  /** Rules of a site, where they differ from the defaults. */
  #rules(): { least?: [number, number, number, number]; own_symbols?: string } {
    const { lower, upper, digits, symbols } = this.least;
    const usual = classes.every((one) => this.least[one] === 1);
    const own = this.use.symbols ? this.ownSymbols.trim() : '';
    return {
      ...(usual ? {} : { least: [lower, upper, digits, symbols] }),
      ...(own === '' ? {} : { own_symbols: own }),
    };
  }

  /** The recipe as the program takes it. */
  view(): GeneratorRecipe {
    const amount = clamp(this.kind, this.amount[this.kind]);
    switch (this.kind) {
      case 'characters':
        return {
          kind: 'characters',
          length: amount,
          ...this.use,
          avoid_ambiguous: this.avoidAmbiguous,
          ...this.#rules(),
        };
      case 'words':
        return {
          kind: 'words',
          list: this.list,
          count: amount,
          separator: this.separator,
          capitalize: this.capitalize,
          number: this.number,
        };
      case 'user_name':
        return {
          kind: 'user_name',
          list: this.list,
          words: amount,
          ...(this.nameSeparator === 'none' ? {} : { separator: this.nameSeparator }),
          digits: this.nameDigits,
        };
      case 'pin':
        return { kind: 'pin', length: amount };
    }
  }
}

/** The recipe shared by the dialog and the popovers. */
export const recipe = new Recipe();
