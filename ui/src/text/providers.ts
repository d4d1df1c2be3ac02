/** Words about providers: how long their tokens live, and finding one among many. */
import type { ProviderView } from "../ipc/bindings";
import { lengthText } from "./durations";

export type ProviderFact = { name: string; value: string };

/** What is known of a provider's tokens, in up to three lines; what is not known has none. */
export function lifeFacts(provider: ProviderView): ProviderFact[] {
	const facts = [
		{ name: "Access token", value: accessText(provider) },
		{ name: "Refresh token", value: refreshText(provider) },
		{ name: "Revocation", value: provider.revocation_effect ?? "" },
	];
	return facts.filter((fact) => fact.value !== "");
}

function accessText(provider: ProviderView): string {
	if (provider.token_has_no_end) return "Has no end.";
	return provider.token_life_s === undefined ? "" : `Lives ${lengthText(provider.token_life_s * 1_000)}.`;
}

function refreshText(provider: ProviderView): string {
	const { refresh_life_days: life, refresh_idle_days: idle, refresh_token_hint: hint } = provider;
	const sentences = [hint ?? (provider.refresh === "never" ? "None is given." : "")];
	if (provider.refresh !== "never") sentences.push(ROTATIONS[provider.rotation]);
	if (idle !== undefined && life !== undefined) {
		sentences.push(`It ends after ${daysText(idle)} without use, and after ${daysText(life)} anyway.`);
	} else if (idle !== undefined) sentences.push(`It ends after ${daysText(idle)} without use.`);
	else if (life !== undefined) sentences.push(`It ends after ${daysText(life)}.`);
	return sentences.filter((sentence) => sentence !== "").join(" ");
}

const ROTATIONS: Record<ProviderView["rotation"], string> = {
	rotates: "A refresh gives a new one, and the old one is dead.",
	grace: "A refresh gives a new one, and the old one lives a little longer.",
	same: "A refresh keeps it.",
	unknown: "",
};

function daysText(count: number): string {
	return new Intl.NumberFormat(undefined, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
}
