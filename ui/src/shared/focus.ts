/** How often the user has chosen an element, by pointer or Tab. */
let chosen = 0;

/** Counts what the user chooses, so that nothing takes the focus from it. Called once when the page starts. */
export function watchChoices(): void {
  addEventListener('pointerdown', () => (chosen += 1), { capture: true });
  addEventListener('keydown', ({ key }) => (chosen += key === 'Tab' ? 1 : 0), { capture: true });
}

/**
 * Focuses an element in the next frame. If the user chooses another one until then, that keeps the focus: a frame may be late,
 * and somebody who types a password must not go on in a field that shows it.
 */
function focusInFrame(element: HTMLElement | null, options: FocusOptions): void {
  const before = chosen;
  requestAnimationFrame(() => {
    if (chosen === before) element?.focus(options);
  });
}

/**
 * Focuses an element once the dialog around it is open. It waits a frame, because the dialog first stores the element to
 * which it returns the focus.
 */
export function focusSoon(element: HTMLElement): void {
  focusInFrame(element, { preventScroll: true });
}

/**
 * Focuses the field of a form whose submission failed, and scrolls to the error below it. It waits a frame, because the field
 * was disabled meanwhile and the error is not on the page yet.
 */
export function focusAfterError(field: HTMLInputElement | null): void {
  focusInFrame(field, {});
  requestAnimationFrame(() =>
    field?.form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' }),
  );
}

/** Whether the focus is in a field for text, where keys keep their usual meaning. */
export function isTyping(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement;
}
