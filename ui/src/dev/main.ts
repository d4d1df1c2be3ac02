/** The window over the fake: `fake.html?scene=waiting&theme=dark`. Not part of a release. */
import { mount, tick } from "svelte";
import Root from "../App.svelte";
import { FakeIpc } from "../ipc/fake";
import { marksRead } from "../parts/marks.svelte";
import ConsentPage from "../screens/ConsentPage.svelte";
import { App } from "../state/app.svelte";
import { Consent } from "../state/consent.svelte";
import "../styles/app.css";
import { SCENES, worldOf } from "./scenes";

const asked = new URLSearchParams(location.search);
for (const key of ["theme", "contrast"]) {
	const value = asked.get(key);
	if (value !== null) document.documentElement.dataset[key] = value;
}

const scene = SCENES[asked.get("scene") ?? "main"] ?? {};
const now = Date.now();
const fake = new FakeIpc(worldOf(scene, now));
const app = new App(fake);
const target = document.getElementById("app");
if (target === null) throw new Error("fake.html has no #app");

if (scene.consent === true) {
	const consent = new Consent(fake);
	consent.clock.follow(document);
	mount(ConsentPage, { target, props: { consent } });
	await consent.follow();
} else {
	app.clock.follow(document);
	mount(Root, { target, props: { app } });
	await app.follow();
}
await marksRead;
await tick();
await scene.then?.(app, fake, now);
document.documentElement.dataset["ready"] = "";
