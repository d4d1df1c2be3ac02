import { mount } from "svelte";
import { TauriConsentIpc } from "./ipc/consent_ipc";
import ConsentPage from "./screens/ConsentPage.svelte";
import { Consent } from "./state/consent.svelte";
import "./styles/app.css";

const target = document.getElementById("app");
if (target === null) throw new Error("consent.html has no #app");

const consent = new Consent(new TauriConsentIpc());
consent.clock.follow(document);
mount(ConsentPage, { target, props: { consent } });
void consent.follow();
