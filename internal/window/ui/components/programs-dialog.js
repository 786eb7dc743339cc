// The programs of this computer that write into a conversation, and those that are given what is said in it.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { sentence, show } from "../actions.js";
import { copy } from "../message-actions.js";
import { makeWebhook, programsOf, removeHook, removeWebhook, resumeHook } from "../hooks.js";
import { count, exactly } from "../format.js";
import { isolated } from "../text.js";
import { Dialog } from "./dialog.js";
/** @import { Hook, Webhook } from "../types.js" */

/** @param {{person: string, name: string}} props */
export function ProgramsDialog({ person, name }) {
	const [found, setFound] = useState(/** @type {{webhooks: Webhook[], hooks: Hook[]} | null} */ (null));
	const [fresh, setFresh] = useState(/** @type {Webhook | null} */ (null));
	const [called, setCalled] = useState("");
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState("");
	const look = () => programsOf(person).then(setFound, (error) => setProblem(sentence(error)));
	useEffect(() => void look(), []);
	const make = async () => {
		if (busy) return;
		setBusy(true);
		setProblem("");
		try {
			setFresh(await makeWebhook(person, called));
			setCalled("");
			await look();
		} catch (error) {
			setProblem(sentence(error));
		}
		setBusy(false);
	};
	/** @param {Hook} hook */
	const goOn = async (hook) => {
		setProblem("");
		try {
			await resumeHook(hook.id);
			await look();
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: html`Programs and <bdi dir="auto">${name}</bdi>`, verbs, problem }, html`
		<h3>Programs that write here</h3>
		${found && list(found.webhooks.map((w) => program(w.id, html`<bdi dir="auto">${w.name}</bdi>`, w.used ? `Last used ${exactly(w.used)}` : "Not used yet", () => ask(`Remove the webhook ${isolated(w.name)}?`, "Programs that post to its address are refused from then on.", () => removeWebhook(w.id)))), "None.")}
		<div class="program-new"><label class="field">New webhook<input dir="auto" autofocus autocomplete="off" maxlength="160" placeholder="Build" value=${called} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setCalled(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) make(); }} /></label><button class="button" disabled=${busy} onClick=${make}>Make an address</button></div>
		<div role="status">${fresh && h(Fresh, { webhook: fresh })}</div>
		<h3>Programs that hear what is said</h3>
		${found && list(found.hooks.map((k) => program(k.id, html`<code class="program-words">${k.url ?? k.command?.join(" ")}</code>`, state(k), () => ask("Remove this hook?", "The program is given nothing more.", () => removeHook(k.id)), k.state === "stopped" ? () => goOn(k) : undefined)), "None.")}
		${h(Added, { command: `lanyard hook add ${person} -- PROGRAM` })}`);
}

/** The address of a webhook that was just made. @param {{webhook: Webhook}} props */
function Fresh({ webhook }) {
	const url = webhook.url ?? "";
	return html`<div class="program-fresh"><label class="field">Its address, shown this once<input readonly dir="ltr" value=${url} onFocus=${(/** @type {FocusEvent & {currentTarget: HTMLInputElement}} */ e) => e.currentTarget.select()} /></label><button class="button" onClick=${() => copy(url)}>Copy</button>
		<p class="quiet">A text that a program of this computer posts to it stands here as yours, through <bdi dir="auto">${webhook.name}</bdi>. Whoever has the address can write here in your name: keep it like a password.</p></div>`;
}

/** How one is added: by its ID and not by its name, which others choose and a shell might take for more. @param {{command: string}} props */
function Added({ command }) {
	return html`<div class="program-added"><label class="field">To add one, in a terminal<input readonly dir="ltr" class="program-words" value=${command} onFocus=${(/** @type {FocusEvent & {currentTarget: HTMLInputElement}} */ e) => e.currentTarget.select()} /></label><button class="button" onClick=${() => copy(command)}>Copy</button>
		<p class="quiet">PROGRAM is yours to name. It runs on this computer with your rights, so it cannot be named here: whoever got hold of this window could then run anything. In the place of <code>-- PROGRAM</code>, <code>--url</code> and an address of this computer has messages posted there.</p></div>`;
}

/** @param {unknown[]} rows @param {string} none */
const list = (rows, none) => (rows.length ? html`<ul class="plain programs">${rows}</ul>` : html`<p class="quiet">${none}</p>`);

/** @param {string} id @param {unknown} what @param {string} about @param {() => void} remove @param {() => void} [goOn] */
const program = (id, what, about, remove, goOn) => html`<li class="program" key=${id}><span class="program-text"><span class="program-name">${what}</span><span class="quiet" dir="auto">${about}</span></span>${goOn && html`<button class="button button-main" onClick=${goOn}>Go on</button>`}<button class="button" onClick=${remove}>Remove…</button></li>`;

/** @param {Hook} k */
function state(k) {
	const waiting = k.waiting > 0 ? `, ${count(k.waiting, "message waits", "messages wait")}` : "";
	const given = `${count(k.given, "message", "messages")} given${waiting}`;
	if (k.state === "stopped") return `Stopped: ${k.result ?? ""}. ${given}`;
	if (k.state === "failing") return `Failing, and tried again: ${k.result ?? ""}. ${given}`;
	return given;
}

/** @param {string} title @param {string} text @param {() => Promise<void>} run */
const ask = (title, text, run) => show({ kind: "confirm", title, text, action: "Remove", run });
