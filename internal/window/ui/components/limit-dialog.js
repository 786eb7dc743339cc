// Bounds how fast a shared folder is exchanged on this computer.
import { html, h, useState } from "../vendor/index.js";
import { sentence } from "../actions.js";
import { setLimit } from "../shares.js";
import { Cancel, Dialog } from "./dialog.js";
/** @import { Share } from "../types.js" */

/** @param {{share: Share}} props */
export function LimitDialog({ share }) {
	const [up, setUp] = useState(String(share.limit?.up || ""));
	const [down, setDown] = useState(String(share.limit?.down || ""));
	const [problem, setProblem] = useState("");
	const go = async () => {
		try {
			await setLimit(share, { up: Number(up), down: Number(down) });
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const field = (/** @type {string} */ text, /** @type {string} */ value, /** @type {(value: string) => void} */ change) => html`<label class="field">${text}<input type="number" min="64" step="1" placeholder="no limit" value=${value} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => change(e.currentTarget.value)} /></label>`;
	return h(Dialog, { verbs: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" onClick=${go}>Save</button>`, title: html`How fast “<bdi dir="auto">${share.name}</bdi>” may go`, problem }, html`
		<div class="field-pair">${field("Sends at most (KiB in a second)", up, setUp)}${field("Takes at most (KiB in a second)", down, setDown)}</div>
		<p class="quiet">At least 64, on this computer only. Messages, and files in them, are not held back.</p>
		`);
}
