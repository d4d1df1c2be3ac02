import { describe, expect, it, vi } from "vitest";
import { draftOf, sampleWorld, serviceOf } from "../src/dev/world";
import { FakeIpc, problem } from "../src/ipc/fake";
import { Drafts } from "../src/state/drafts.svelte";
import { ServiceForm } from "../src/state/form.svelte";
import { fieldOrder } from "../src/text/form";

function start(draft = draftOf("Acme CRM", "crm"), service: ConstructorParameters<typeof ServiceForm>[1] = null) {
	const fake = new FakeIpc(sampleWorld(Date.now()));
	return { fake, form: new ServiceForm(fake, service, null, draft) };
}

describe("checking", () => {
	it("waits until typing pauses, and sends no secret", async () => {
		vi.useFakeTimers();
		const { fake, form } = start();
		form.secret = "typed-secret";
		form.edited();
		form.edited();
		vi.advanceTimersByTime(199);
		expect(fake.calls).toHaveLength(0);
		await vi.advanceTimersByTimeAsync(2);
		expect(fake.calls).toHaveLength(1);
		expect(JSON.stringify(fake.calls)).not.toContain("typed-secret");
		expect(fake.calls[0]?.[3]).toBe(true);
	});

	it("shows a problem once its field was left, or saving was tried", async () => {
		const { form } = start({ ...draftOf("Acme CRM", "crm"), token_uri: "http://crm.example.com/token", client_id: "" });
		form.secret = "secret";
		await form.checkNow();
		expect(form.toMend).toBe(0);
		await form.leave("token_uri");
		expect(form.problemsOf("token_uri")[0]?.fix?.label).toBe("Change to https://");
		expect(form.toMend).toBe(1);
		expect(await form.save()).toBeNull();
		expect(form.toMend).toBe(2);
		expect(form.firstToMend(fieldOrder(null))).toBe("client_id");
	});

	it("mends a field with one click", async () => {
		const { form } = start({ ...draftOf("Acme CRM", "crm"), token_uri: "http://crm.example.com/token" });
		await form.leave("token_uri");
		await form.checkNow();
		const found = form.problemsOf("token_uri")[0];
		if (found === undefined) throw new Error("no problem");
		form.mend(found);
		await form.checkNow();
		expect(form.draft.token_uri).toBe("https://crm.example.com/token");
		expect(form.problemsOf("token_uri")).toEqual([]);
	});

	it("never replaces a newer answer with an older one", async () => {
		const { fake, form } = start();
		const answers: (() => void)[] = [];
		const check = fake.checkService.bind(fake);
		vi.spyOn(fake, "checkService").mockImplementation(async (...given) => {
			await new Promise<void>((done) => answers.push(done));
			return check(...given);
		});
		form.draft.title = "First";
		const first = form.checkNow();
		form.draft.title = "Second";
		const second = form.checkNow();
		answers[1]?.();
		await second;
		answers[0]?.();
		await first;
		expect(form.check?.name).toBe("second");
	});
});

describe("saving", () => {
	it("sets the secret that was typed", async () => {
		const { fake, form } = start();
		form.secret = "new-secret";
		expect((await form.save())?.name).toBe("acme-crm");
		expect(fake.calls.find(([name]) => name === "saveService")?.[2]).toEqual({ kind: "set", value: "new-secret" });
	});

	it.each([
		["keep", { kind: "keep" }],
		["replace", { kind: "set", value: "other" }],
	] as const)("an edited service can %s its secret", async (plan, change) => {
		const service = serviceOf("crm", "Acme CRM", []);
		const { fake, form } = start(service.definition, service);
		form.plan = plan;
		if (plan === "replace") form.secret = "other";
		await form.save();
		expect(fake.calls.find(([name]) => name === "saveService")?.[2]).toEqual(change);
	});

	it("removes a secret, and then wants another client authentication", async () => {
		const service = serviceOf("crm", "Acme CRM", []);
		const { fake, form } = start(service.definition, service);
		form.plan = "remove";
		expect(await form.save()).toBeNull();
		form.draft.client_authentication = "none";
		await form.save();
		expect(fake.calls.find(([name]) => name === "saveService")?.[2]).toEqual({ kind: "remove" });
	});

	it("shows the fields that the agent names", async () => {
		const { fake, form } = start();
		form.secret = "secret";
		fake.world.failing["saveService"] = {
			...problem("invalid_input", "Not saved", ""),
			fields: [{ field: "title", message: "There is a service of that name.", warning: false }],
		};
		expect(await form.save()).toBeNull();
		expect(form.problemsOf("title")[0]?.message).toContain("of that name");
		expect(form.problem).toBeNull();
	});

	it("keeps another problem above the form", async () => {
		const { fake, form } = start();
		form.secret = "secret";
		fake.world.failing["saveService"] = problem("vault_read_only", "The vault can’t be written", "");
		await form.save();
		expect(form.problem?.code).toBe("vault_read_only");
	});
});

describe("drafts", () => {
	it("survive the sheet", () => {
		const drafts = new Drafts(new FakeIpc(sampleWorld(Date.now())));
		const form = drafts.find(drafts.add(null));
		if (form === undefined) throw new Error("no form");
		form.draft.title = "Half typed";
		expect(drafts.find(drafts.add(null))?.draft.title).toBe("Half typed");
		drafts.drop(drafts.add(null));
		expect(drafts.find(drafts.add(null))?.draft.title).toBe("");
	});

	it("of an edit start anew unless something was changed", () => {
		const drafts = new Drafts(new FakeIpc(sampleWorld(Date.now())));
		const service = serviceOf("crm", "Acme CRM", []);
		const first = drafts.find(drafts.edit(service, null));
		expect(drafts.find(drafts.edit(service, null))).not.toBe(first);
		drafts.find(drafts.edit(service, null))?.edited();
		const changed = drafts.find(drafts.edit(service, null));
		expect(drafts.find(drafts.edit(service, null))).toBe(changed);
	});

	it("toggle scopes of the catalog", () => {
		const { form } = start();
		form.toggleScope("profile");
		form.toggleScope("mail.send");
		expect(form.draft.scopes).toBe("files.read mail.send");
	});
});
