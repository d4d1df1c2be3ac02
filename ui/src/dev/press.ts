/** What a scene does as a person would. */
import { tick } from "svelte";

/** Presses a button once it is there. */
export async function press(testid: string): Promise<void> {
	await tick();
	document.querySelector<HTMLElement>(`[data-testid=${testid}]`)?.click();
	await tick();
}
