import { t } from './i18n/index.svelte';
import { toast } from './toasts.svelte';

/* What can be undone until the profile is locked: by the button of its message, and by the shortcut, the last one first. */

type Step = () => unknown;

const steps: Step[] = [];
/** As many as the program keeps. */
const most = 20;

/** Shows what was done, with a button that undoes it if that is possible. */
export function toastUndo(text: string, undo: Step | undefined): void {
  if (!undo) return toast(text);
  steps.push(undo);
  if (steps.length > most) steps.shift();
  toast(text, 'plain', { label: t('item.undo'), run: () => void take(undo) });
}

/** Undoes the last step; returns whether there was one. */
export function undoLast(): boolean {
  return take(steps.at(-1));
}

/** Each step is undone once, by whichever way comes first. */
function take(step: Step | undefined): boolean {
  const at = step ? steps.lastIndexOf(step) : -1;
  if (at < 0 || !step) return false;
  steps.splice(at, 1);
  void step();
  return true;
}
