import { expect, it, vi } from "vitest";
import { pressEnded, watchPresses } from "../src/state/press";

it("lets a press end before anything moves under it", async () => {
	watchPresses(window);
	const moved = vi.fn();

	await pressEnded();
	window.dispatchEvent(new Event("pointerdown"));
	const waited = pressEnded().then(moved);
	await Promise.resolve();
	expect(moved).not.toHaveBeenCalled();
	const clicked = vi.fn(() => expect(moved).not.toHaveBeenCalled());
	window.dispatchEvent(new Event("pointerup"));
	clicked();
	await waited;

	expect(moved).toHaveBeenCalledOnce();
	expect(clicked).toHaveBeenCalledOnce();
});
