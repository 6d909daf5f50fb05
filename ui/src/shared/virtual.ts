/** The rows that a scrolled list draws. */
export interface Range {
  first: number;
  /** After the last. */
  end: number;
}

/** Returns the rows in view and a few around them. */
export function visibleRange(
  scrollTop: number,
  height: number,
  rowHeight: number,
  total: number,
  around = 6,
): Range {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - around);
  const end = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + around);
  return { first: Math.min(first, Math.max(0, total)), end: Math.max(0, end) };
}

/** Returns the scroll position at which a row is wholly in view; the same one if it is already. */
export function scrollFor(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return Math.max(0, top + rowHeight - height);
  return scrollTop;
}

/** Returns the index to which a key moves in a list; `undefined` if the key does not move. */
export function nextIndex(key: string, index: number, total: number, page: number): number | undefined {
  if (total === 0) return undefined;
  const last = total - 1;
  const clamp = (value: number) => Math.min(last, Math.max(0, value));
  switch (key) {
    case 'ArrowDown':
      return clamp(index + 1);
    case 'ArrowUp':
      return index < 0 ? last : clamp(index - 1);
    case 'PageDown':
      return clamp(Math.max(0, index) + page);
    case 'PageUp':
      return clamp(Math.max(0, index) - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** Letters typed shortly after each other, as one prefix. */
export class TypeAhead {
  #typed = '';
  #at = 0;

  /** Adds a key; returns the prefix so far, or `undefined` if the key is not a letter. */
  add(key: string, now: number): string | undefined {
    if ([...key].length !== 1) return undefined;
    const fresh = now - this.#at > 900;
    if (key === ' ' && (fresh || this.#typed === '')) return undefined;
    this.#typed = (fresh ? '' : this.#typed) + key;
    this.#at = now;
    return this.#typed;
  }
}

/** How a row is chosen: alone, added or removed, or with all rows up to it. */
export type SelectHow = 'only' | 'toggle' | 'range';
