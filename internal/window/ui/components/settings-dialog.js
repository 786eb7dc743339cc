// What one tells others, whether and when one is told on the desktop, and how the window writes.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { setPresence, show } from "../actions.js";
import { setSettings } from "../marks.js";
import { QuietField } from "./quiet-field.js";
import { UnaskedField } from "./unasked-field.js";
import { Dialog } from "./dialog.js";

const settings = select((s) => s.settings);
const me = select((s) => s.me);

/** @type {["notifications" | "readMarks" | "typing" | "lastSeen", string, string][]} */
const switches = [
	["notifications", "Notifications on the desktop", ""],
	["readMarks", "Read marks", "Others see what you have read."],
	["typing", "Typing", "Others see that you are writing."],
	["lastSeen", "Last seen", "Others see when you were last here."],
];
const sizes = [80, 90, 100, 115, 130, 150, 175, 200]; // percent

/** @param {{}} _ */
function Writing(_) {
	const { enterBreaks, textSize } = settings.value;
	const all = sizes.includes(textSize) ? sizes : [...sizes, textSize].sort((a, b) => a - b);
	return html`<label class="switch"><input type="checkbox" name="enterBreaks" checked=${enterBreaks} onChange=${() => setSettings({ enterBreaks: !enterBreaks })} /><span>Ctrl+Enter sends<br /><span class="quiet">Enter begins a new line.</span></span></label>
		<label class="field">Text size<select name="textSize" value=${String(textSize)} onChange=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ e) => setSettings({ textSize: Number(e.currentTarget.value) })}>
			${all.map((size) => html`<option key=${size} value=${String(size)}>${`${size} %`}</option>`)}</select></label>`;
}

/** @param {{}} _ */
export function SettingsDialog(_) {
	const [text, setText] = useState(me.value?.text ?? "");
	const done = () => {
		if (me.value && text !== (me.value.text ?? "")) setPresence(me.value.presence, text);
		show(null);
	};
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button button-main" onClick=${done}>Done</button>`, title: "Settings" }, html`
		<label class="field">Status<input dir="auto" autofocus value=${text} placeholder="Back at three" maxlength="160" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setText(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) done(); }} /></label>
		<div class="switches" role="group" aria-label="What is switched on">${switches.map(([name, title, about]) => html`<label class="switch" key=${name}><input type="checkbox" name=${name} checked=${settings.value[name]} onChange=${() => setSettings({ [name]: !settings.value[name] })} /><span>${title}${about && html`<br /><span class="quiet">${about}</span>`}</span></label>`)}</div>
		<p class="quiet">What you do not tell, you do not see of others either.</p>
		${h(QuietField, {})}
		${h(UnaskedField, {})}
		${h(Writing, {})}`);
}
