/**
 * Whether a pointer is pressed. What a press began on has to stay where it is until the press has ended:
 * a row that appears meanwhile would move the control away from under it, and the click would be lost.
 */
let waiting: (() => void)[] = [];
let pressed = false;

/** Watches the window's pointer from now on. */
export function watchPresses(window: Window): void {
	window.addEventListener("pointerdown", () => (pressed = true), { capture: true });
	for (const event of ["pointerup", "pointercancel", "blur"]) {
		window.addEventListener(event, release, { capture: true });
	}
}

/**
 * Resolves when no pointer is pressed and the click of the last press has been dealt with; after half a second in any
 * case, since a release outside of the window may never be told.
 */
export function pressEnded(): Promise<void> {
	if (!pressed) return Promise.resolve();
	return new Promise((resolve) => {
		waiting.push(resolve);
		setTimeout(resolve, LONGEST_PRESS_MS);
	});
}

const LONGEST_PRESS_MS = 500;

function release(event: Event): void {
	// A field's blur bubbles through the capture phase, too; only the window's own ends a press.
	if (event.type === "blur" && event.target !== event.currentTarget) return;
	pressed = false;
	const done = waiting;
	waiting = [];
	// The click follows the pointer's release in the same turn of the event loop.
	setTimeout(() => done.forEach((resolve) => resolve()));
}
