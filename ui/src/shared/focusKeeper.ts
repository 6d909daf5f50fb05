const controls =
  'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"]), [contenteditable="true"]';

/** Whether an element can have the focus now. */
function usable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/** Returns what has the focus in a container: what is marked for it, its heading, its first control, or itself. */
function placeIn(container: HTMLElement): HTMLElement | undefined {
  for (const wanted of ['[data-autofocus]', 'h1[tabindex], h2[tabindex]', controls]) {
    const found = [...container.querySelectorAll<HTMLElement>(wanted)].find(usable);
    if (found) return found;
  }
  return container !== document.body && container.hasAttribute('tabindex') ? container : undefined;
}

/**
 * Keeps the focus on the page when the control that has it disappears or is disabled: the nearest container that is left gets
 * it, an open dialog first; after a dialog, the control used before it. A click beside all controls still removes the focus.
 * Returns a function that stops it.
 */
export function keepFocus(): () => void {
  /** The control with the focus and its ancestors, the nearest first. */
  let chain: HTMLElement[] = [];
  /** The last control outside dialogs. */
  let before: HTMLElement | undefined;
  let waiting = 0;

  function gained(event: FocusEvent) {
    if (!(event.target instanceof HTMLElement)) return;
    chain = [];
    for (let one: HTMLElement | null = event.target; one; one = one.parentElement) chain.push(one);
    if (!event.target.closest('[role="dialog"], [role="menu"]')) before = event.target;
  }

  function left(event: FocusEvent) {
    const [lost] = chain;
    if (event.relatedTarget !== null || lost !== event.target) return;
    // A control that disappears loses the focus first, and is gone a moment later.
    queueMicrotask(() => {
      if (lost && lost === chain[0] && usable(lost) && document.hasFocus()) chain = [];
    });
  }

  function restore() {
    waiting = 0;
    const [lost, ...around] = chain;
    if (!lost || document.activeElement !== document.body) return;
    const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1);
    if (dialog && !around.includes(dialog)) around.unshift(dialog);
    const left = around.filter((one) => one.isConnected && (!dialog || dialog.contains(one)));
    const inDialog = around.some((one) => !one.isConnected && one.matches('[role="dialog"], [role="menu"]'));
    const back = !dialog && inDialog && before && usable(before) ? before : undefined;
    (back ?? left.map(placeIn).find(Boolean))?.focus();
  }

  // The interface moves the focus itself within two frames, where it has a better place.
  const look = () => {
    // A control that is disabled keeps the focus until the page is drawn, so it is lost without another change.
    const lost = document.activeElement === document.body || chain[0]?.matches(':disabled');
    if (waiting !== 0 || chain.length === 0 || !lost) return;
    waiting = requestAnimationFrame(() => {
      waiting = requestAnimationFrame(() => (waiting = requestAnimationFrame(restore)));
    });
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden', 'inert', 'style', 'class'],
  });
  document.addEventListener('focusin', gained);
  document.addEventListener('focusout', left);
  return () => {
    watching.disconnect();
    cancelAnimationFrame(waiting);
    document.removeEventListener('focusin', gained);
    document.removeEventListener('focusout', left);
  };
}
