/** How far the pointer moves with its button down before something is dragged, in pixels. */
const threshold = 6;

/** Items that follow the pointer until its button is released. */
export class Drag {
  /** Ids of the items; empty while nothing is dragged. */
  ids = $state.raw<readonly string[]>([]);
  x = $state(0);
  y = $state(0);

  #end: (() => void) | undefined;

  /** Whether something is dragged. */
  get active(): boolean {
    return this.ids.length > 0;
  }

  /** Begins with a press of the button; `ids` is asked once the pointer has moved. */
  press(down: PointerEvent, ids: () => readonly string[]): void {
    this.cancel();
    if (down.button !== 0 || down.pointerType === 'touch') return;
    const moved = (event: PointerEvent) => {
      if (!this.active) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < threshold) return;
        this.ids = ids();
      }
      this.x = event.clientX;
      this.y = event.clientY;
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !this.active) return;
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    };
    // Runs after the handler of the entry that the items were dropped on.
    const released = () => {
      if (this.active) swallowClick();
      this.cancel();
    };
    const gone = () => this.cancel();
    addEventListener('pointermove', moved);
    addEventListener('pointerup', released);
    addEventListener('pointercancel', gone);
    addEventListener('blur', gone);
    addEventListener('keydown', pressed, { capture: true });
    this.#end = () => {
      removeEventListener('pointermove', moved);
      removeEventListener('pointerup', released);
      removeEventListener('pointercancel', gone);
      removeEventListener('blur', gone);
      removeEventListener('keydown', pressed, { capture: true });
    };
  }

  /** Ends without a drop. */
  cancel(): void {
    this.#end?.();
    this.#end = undefined;
    if (this.active) this.ids = [];
  }
}

/** Where a drag ends on the row where it began, the click that follows is none. */
function swallowClick(): void {
  const swallow = (event: Event) => event.stopPropagation();
  addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', swallow, { capture: true }));
}
