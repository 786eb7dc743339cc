// What one tells others, and whether one is told on the desktop.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { setPresence, show } from "../actions.js";
import { setSettings } from "../marks.js";
import { UnaskedField } from "./unasked-field.js";
import { Dialog } from "./dialog.js";
/** @import { Settings } from "../types.js" */

const settings = select((s) => s.settings);
const me = select((s) => s.me);

/** @type {[keyof Settings, string, string][]} */
const switches = [
	["notifications", "Notifications on the desktop", ""],
	["readMarks", "Read marks", "Others see what you have read."],
	["typing", "Typing", "Others see that you are writing."],
	["lastSeen", "Last seen", "Others see when you were last here."],
];

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
		${h(UnaskedField, {})}`);
}
