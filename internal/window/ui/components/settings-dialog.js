// What one tells others, whether and when one is told on the desktop, how the window looks and writes; and what concerns all conversations and this computer.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { attempt, block, forgotten, setPresence, show } from "../actions.js";
import { setSettings } from "../marks.js";
import { setTheme, theme } from "../memory.js";
import { QuietField } from "./quiet-field.js";
import { UnaskedField } from "./unasked-field.js";
import { Avatar } from "./avatar.js";
import { ShareRates } from "./share-rates.js";
import { Dialog } from "./dialog.js";
/** @import { Dialog as Question, Peer } from "../types.js" */

const settings = select((s) => s.settings);
const me = select((s) => s.me);
const version = select((s) => s.version);
const blocked = select((s) => people(s).filter((r) => r.blocked));

/** @typedef {"notifications" | "readMarks" | "typing" | "lastSeen" | "enterBreaks"} Name */

/** @type {[Name, string, string][]} */
const told = [
	["readMarks", "Read marks", "Others see what you have read."],
	["typing", "Typing", "Others see that you are writing."],
	["lastSeen", "Last seen", "Others see when you were last here."],
];
const sizes = [80, 90, 100, 115, 130, 150, 175, 200]; // percent
const themes = /** @type {const} */ ([["system", "As the system"], ["light", "Light"], ["dark", "Dark"]]);

/** @param {Name} name @param {string} title @param {string} about */
const toggle = (name, title, about) => html`<label class="switch" key=${name}><input type="checkbox" name=${name} checked=${settings.value[name]} onChange=${() => setSettings({ [name]: !settings.value[name] })} /><span>${title}${about && html`<br /><span class="quiet">${about}</span>`}</span></label>`;

/** How this window writes and looks. @param {{}} _ */
function Looks(_) {
	const [look, setLook] = useState(theme);
	const { textSize } = settings.value;
	const all = sizes.includes(textSize) ? sizes : [...sizes, textSize].sort((a, b) => a - b);
	/** @param {Event & {currentTarget: HTMLSelectElement}} e */
	const chosen = (e) => {
		const wanted = themes.find(([id]) => id === e.currentTarget.value)?.[0] ?? "system";
		setTheme(wanted);
		setLook(wanted);
	};
	return html`<h3>This window</h3>
		${toggle("enterBreaks", "Ctrl+Enter sends", "Enter begins a new line.")}
		<div class="field-pair"><label class="field">Appearance<select name="theme" value=${look} onChange=${chosen}>${themes.map(([id, text]) => html`<option key=${id} value=${id}>${text}</option>`)}</select></label>
		<label class="field">Text size<select name="textSize" value=${String(textSize)} onChange=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ e) => setSettings({ textSize: Number(e.currentTarget.value) })}>
			${all.map((size) => html`<option key=${size} value=${String(size)}>${`${size} %`}</option>`)}</select></label></div>`;
}

/** Who is blocked is in the list only where it ends, or was taken off it. @param {{}} _ */
function Blocked(_) {
	const [off, setOff] = useState(/** @type {Peer[] | null} */ (null)); // until they are known nobody is said to be nobody
	const look = () => attempt(async () => setOff(await forgotten()));
	useEffect(() => void look(), [blocked.value.map((row) => row.id).join(" ")]);
	/** @param {string} person */
	const unblock = async (person) => {
		await block(person, "unblock");
		await look();
	};
	const rows = [...blocked.value, ...(off ?? []).map((p) => ({ id: p.person, name: p.name, machine: p.machine }))];
	return html`<h3>Blocked people</h3>
		${rows.length === 0 ? off && html`<p class="quiet">You blocked nobody.</p>` : html`<ul class="plain blocked">${rows.map((row) => html`<li class="person-choice" key=${row.id}>${h(Avatar, { name: row.name, person: row.id })}<span class="grow"><bdi dir="auto">${row.name}</bdi> <span class="quiet" dir="auto">${row.machine}</span></span>
			<button class="button" aria-label=${`Unblock ${row.name}`} onClick=${() => unblock(row.id)}>Unblock</button></li>`)}</ul>`}`;
}

/** @param {{go: (dialog: Question) => void}} props */
function Computer({ go }) {
	if (!me.value) return null;
	const { machine, addresses, folder, id } = me.value;
	return html`<h3>This computer</h3>
		<dl class="facts"><dt>Name</dt><dd dir="auto">${machine}</dd><dt>Address</dt><dd dir="auto">${addresses?.length ? addresses.join(", ") : "none: no network"}</dd>
			<dt>Folder</dt><dd dir="auto">${folder}</dd><dt>ID</dt><dd class="id"><bdi dir="auto">${id}</bdi></dd>${version.value && html`<dt>Version</dt><dd dir="auto">${version.value}</dd>`}</dl>
		<div class="card-verbs"><button class="button" onClick=${() => go({ kind: "doctor" })}>What is in the way…</button></div>`;
}

/** @param {{}} _ */
export function SettingsDialog(_) {
	const [text, setText] = useState(me.value?.text ?? "");
	/** What was written as a status is kept, wherever one goes from here. @param {Question | null} next */
	const go = (next) => {
		if (me.value && text !== (me.value.text ?? "")) setPresence(me.value.presence, text);
		show(next);
	};
	const everything = { person: "", name: "" };
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button button-main" onClick=${() => go(null)}>Done</button>`, title: "Settings", onLeave: () => go(null) }, html`
		<label class="field">Status<input dir="auto" autofocus value=${text} placeholder="Back at three" maxlength="160" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setText(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) go(null); }} /></label>
		<h3>Notifications</h3>
		${toggle("notifications", "Notifications on the desktop", "")}
		${h(QuietField, {})}
		<h3>What others see</h3>
		<div class="switches" role="group" aria-label="What others see">${told.map(([name, title, about]) => toggle(name, title, about))}</div>
		<p class="quiet">What you do not tell, you do not see of others either.</p>
		<h3>Files</h3>
		${h(UnaskedField, {})}
		${h(Looks, {})}${h(ShareRates, {})}
		<h3>All conversations</h3>
		<div class="card-verbs"><button class="button" onClick=${() => go({ kind: "export", ...everything })}>Export…</button><button class="button" onClick=${() => go({ kind: "retention", ...everything, conversation: "" })}>Keep messages for…</button><button class="button" onClick=${() => go({ kind: "verify", ...everything })}>Check all of them…</button></div>
		${h(Blocked, {})}
		${h(Computer, { go })}`);
}
