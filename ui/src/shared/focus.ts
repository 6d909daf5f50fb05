/**
 * Focuses an element as soon as the dialog around it is open. The dialog remembers first where the focus was, so that it can
 * bring it back; hence not at once.
 */
export function focusSoon(element: HTMLElement): void {
  requestAnimationFrame(() => element.focus({ preventScroll: true }));
}
