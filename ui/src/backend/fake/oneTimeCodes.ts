import type { CodeView } from '../types';

/** Returns a number that looks like a one-time code and changes like one. */
export function codeAt(text: string, time: number): CodeView {
  const counter = /^otpauth:\/\/hotp.*[?&]counter=(\d+)/.exec(text)?.[1];
  if (counter !== undefined) return { kind: 'counter', counter: Number(counter) };
  const period = Number(/period=(\d+)/.exec(text)?.[1] ?? 30);
  const digits = Number(/digits=(\d+)/.exec(text)?.[1] ?? 6);
  const step = Math.floor(time / 1000 / period);
  return {
    kind: 'time',
    code: numbered(text, step, digits),
    next: numbered(text, step + 1, digits),
    period,
    remaining_ms: period * 1000 - (time % (period * 1000)),
  };
}

const numbered = (text: string, n: number, digits: number) =>
  String(Math.abs(Math.imul(n ^ text.length, 2654435761)) + 10 ** digits).slice(-digits);

/** Returns the next counter-based code and the set-up to store; `undefined` for other kinds. */
export function takeCode(text: string): { code: string; counter: number; rest: string } | undefined {
  const view = codeAt(text, 0);
  if (view.kind !== 'counter') return undefined;
  const { counter } = view;
  const rest = text.replace(/([?&]counter=)\d+/, `$1${counter + 1}`);
  return { code: numbered(text.replace(/counter=\d+/, ''), counter, 6), counter, rest };
}

/** Whether a text looks like the set-up of one-time codes. */
export function looksLikeCode(text: string): boolean {
  return /^(otpauth|steam):\/\/\S+$/.test(text) || /^[A-Z2-7 ]{8,}=*$/i.test(text);
}
