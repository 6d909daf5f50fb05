/**
 * Focuses an element once the dialog around it is open. It waits a frame, because the dialog first stores the element to
 * which it returns the focus.
 */
export function focusSoon(element: HTMLElement): void {
  requestAnimationFrame(() => element.focus({ preventScroll: true }));
}
