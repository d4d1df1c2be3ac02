/** Gives the focus to the first button in an element once that comes on screen: what was asked for is there. */
export function focusFirst(element: HTMLElement): void {
	element.querySelector("button")?.focus();
}
