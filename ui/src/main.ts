import { mount } from "svelte";
import Root from "./App.svelte";
import { TauriIpc } from "./ipc/ipc";
import { App } from "./state/app.svelte";
import { watchPresses } from "./state/press";
import "./styles/app.css";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");

const app = new App(new TauriIpc());
app.clock.follow(document);
watchPresses(window);
mount(Root, { target, props: { app } });
void app.follow();
