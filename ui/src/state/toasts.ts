import { toast } from "svelte-sonner";
import CopiedToast from "../parts/CopiedToast.svelte";
import SaidToast from "../parts/SaidToast.svelte";
import type { Clock } from "./clock.svelte";

/** One toast at a time: it only confirms what the person did. */
const ONE = "one";
const LASTS_MS = 6_000;

/** "Token of Google studio copied · clears in 28 s [Clear now]". */
export function tellCopied(what: string, name: string, clears_in_ms: number, clock: Clock, onclear: () => void): void {
	clock.tick();
	const clears_at_ms = clock.now + clears_in_ms;
	const clear = () => {
		toast.dismiss(ONE);
		onclear();
	};
	toast.custom(CopiedToast, {
		id: ONE,
		duration: LASTS_MS,
		componentProps: { what, name, clears_at_ms, clock, onclear: clear },
	});
}

/** "Podio work deleted". */
export function tell(name: string, rest: string): void {
	toast.custom(SaidToast, { id: ONE, duration: LASTS_MS, componentProps: { name, rest } });
}
