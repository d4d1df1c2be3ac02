import { mount } from "svelte";
import Root from "./App.svelte";
import { TauriIpc } from "./ipc/ipc";
import { App } from "./state/app.svelte";
import "./styles/app.css";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");

const app = new App(new TauriIpc());
app.clock.follow(document);
mount(Root, { target, props: { app } });
void app.follow();
