import { errorText } from './errors';

/** A short message that disappears by itself. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'error';
  /** Button in the message, such as “Undo”. */
  readonly action?: { label: string; run: () => void };
}

const shown = $state<Toast[]>([]);
let last = 0;

/** Returns the messages on screen, oldest first. */
export function toasts(): readonly Toast[] {
  return shown;
}

/** Removes a message. */
export function dismiss(id: number): void {
  const index = shown.findIndex((toast) => toast.id === id);
  if (index >= 0) shown.splice(index, 1);
}

/** Shows a message; errors stay longer, and at most three show at once. */
export function toast(text: string, tone: Toast['tone'] = 'plain', action?: Toast['action']): void {
  const id = ++last;
  const same = shown.find((other) => other.text === text);
  if (same) dismiss(same.id);
  shown.push(action ? { id, text, tone, action } : { id, text, tone });
  while (shown.length > 3) shown.shift();
  setTimeout(() => dismiss(id), tone === 'error' || action ? 9000 : 3500);
}

/** Shows the text of an error. */
export function toastError(error: unknown): void {
  toast(errorText(error), 'error');
}

/** Runs an action and shows its error; returns whether it succeeded. */
export async function withToast(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}
