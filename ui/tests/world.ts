import { render } from "@testing-library/svelte";
import { tick } from "svelte";
import Root from "../src/App.svelte";
import { SCENES, worldOf, type Scene } from "../src/dev/scenes";
import { FakeIpc } from "../src/ipc/fake";
import ConsentPage from "../src/screens/ConsentPage.svelte";
import { App } from "../src/state/app.svelte";
import { Consent } from "../src/state/consent.svelte";

/** A window over a scene of the fake, as the person sees it. */
export async function open(name: string, scene: Scene | undefined = SCENES[name]) {
	if (scene === undefined) throw new Error(`no scene ${name}`);
	const now = Date.now();
	const fake = new FakeIpc(worldOf(scene, now));
	const app = new App(fake);
	const view = render(Root, { props: { app } });
	await app.follow();
	await settle();
	await scene.then?.(app, fake, now);
	await settle();
	return { app, fake, view, now };
}

/** The consent window over a scene of the fake. */
export async function openConsent(name: string, scene: Scene | undefined = SCENES[name]) {
	if (scene === undefined) throw new Error(`no scene ${name}`);
	const now = Date.now();
	const fake = new FakeIpc(worldOf(scene, now));
	const consent = new Consent(fake);
	const view = render(ConsentPage, { props: { consent } });
	await consent.follow();
	await settle();
	return { consent, fake, view, now };
}

/** Lets promises and the window come to rest. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 6; turn += 1) {
		await Promise.resolve();
		await tick();
	}
}

/** The element of a test id; fails where there is none. */
export function at(testid: string): HTMLElement {
	const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
	if (found === null) throw new Error(`nothing has the test id ${testid}`);
	return found;
}

export function all(testid: string): HTMLElement[] {
	return [...document.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
}

export async function press(
	key: string,
	options: KeyboardEventInit = {},
	target: Element | null = document.activeElement,
) {
	(target ?? document.body).dispatchEvent(
		new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }),
	);
	await settle();
}

export async function type(testid: string, value: string) {
	const field = at(testid) as HTMLInputElement;
	field.value = value;
	field.dispatchEvent(new Event("input", { bubbles: true }));
	await settle();
}

export async function click(testid: string) {
	at(testid).click();
	await settle();
}
