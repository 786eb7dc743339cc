// Bounds how fast all shared folders together are exchanged on this computer.
import { html } from "../vendor/index.js";
import { select } from "../store.js";
import { setSettings } from "../marks.js";
import { size } from "../format.js";

const settings = select((s) => s.settings);
const rates = [0, 256, 1024, 4096, 16384, 65536]; // KiB in a second

/** @param {{}} _ */
export function ShareRates(_) {
	/** @param {"shareUp" | "shareDown"} name @param {string} text */
	const field = (name, text) => {
		const now = settings.value[name] ?? 0;
		const all = rates.includes(now) ? rates : [...rates, now].sort((a, b) => a - b);
		return html`<label class="field">${text}<select name=${name} value=${String(now)} onChange=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ e) => setSettings({ [name]: Number(e.currentTarget.value) })}>
			${all.map((rate) => html`<option key=${rate} value=${String(rate)}>${rate ? `${size(rate * 1024)}/s` : "No limit"}</option>`)}</select></label>`;
	};
	return html`<h3>Shared folders</h3>
		<div class="field-pair">${field("shareUp", "Send at most")}${field("shareDown", "Take at most")}</div>
		<p class="quiet">All of them together. Messages, and files in them, are not held back.</p>`;
}
