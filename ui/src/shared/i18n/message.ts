import type { en } from './en';

/** A message that depends on `{count}`. */
export type Plural = { readonly one: string; readonly other: string };
/** A message: text with `{names}` to fill in, or one text per plural form. */
export type Message = string | Plural;

/** A key of the catalogue. */
export type Key = keyof typeof en;
/** A whole catalogue in another language: every key, of the same shape. A missing key is a compile error. */
export type Catalogue = { readonly [K in Key]: (typeof en)[K] extends string ? string : Plural };
/** Part of a catalogue in another language. */
export type Translation<Source> = {
  readonly [K in keyof Source]: Source[K] extends string ? string : Plural;
};

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends string ? Names<M> : M extends Plural ? 'count' | Names<M['other']> : never;

/** Parameters of a key: none, or a value for every name in its message. */
export type Parameters<K extends Key> = [NamesOf<(typeof en)[K]>] extends [never]
  ? []
  : [{ readonly [N in NamesOf<(typeof en)[K]>]: N extends 'count' ? number : string | number }];

/** Returns the plural form of a message for a count. */
export function pick(message: Message, values: Record<string, string | number>, locale: string): string {
  if (typeof message === 'string') return message;
  const form = new Intl.PluralRules(locale).select(Number(values['count'] ?? 0));
  return form === 'one' ? message.one : message.other;
}

/**
 * Characters that turn the direction of what follows (UAX #9, explicit formatting). An unclosed one in a name would turn the
 * rest of a sentence, even out of a `bdi` element.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Fills in the `{names}` of a text; numbers are formatted for the language, and texts lose characters that turn the direction.
 */
export function fill(text: string, values: Record<string, string | number>, locale: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number'
      ? new Intl.NumberFormat(locale).format(value)
      : value.replace(turning, '');
  });
}
