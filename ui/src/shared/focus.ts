/**
 * Focuses an element once the dialog around it is open. It waits a frame, because the dialog first stores the element to
 * which it returns the focus.
 */
export function focusSoon(element: HTMLElement): void {
  requestAnimationFrame(() => element.focus({ preventScroll: true }));
}

/**
 * Focuses the field of a form whose submission failed, and scrolls to the error below it. It waits a frame, because the field
 * was disabled meanwhile and the error is not on the page yet.
 */
export function focusAfterError(field: HTMLInputElement | null): void {
  requestAnimationFrame(() => {
    field?.focus();
    field?.form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
  });
}
