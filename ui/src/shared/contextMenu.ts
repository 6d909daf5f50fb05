/** The web view's own menu, which offers Back, Reload and Inspect. */

/** What the web view's menu edits: cut, copy and paste are wanted there. */
const editable = 'input, textarea, [contenteditable]';

/** Keeps the web view's menu closed, except on text that can be edited or is selected. */
export function keepWebMenuClosed(): void {
  addEventListener('contextmenu', (event) => {
    const onText = event.target instanceof Element && event.target.closest(editable) !== null;
    const selected = getSelection()?.isCollapsed === false;
    if (!onText && !selected) event.preventDefault();
  });
}
