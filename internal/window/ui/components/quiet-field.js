// The hours of the day in which notifications wait.
import { html, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { setSettings } from "../marks.js";

const quiet = select((s) => s.settings.quiet);

/** @param {{}} _ */
export function QuietField(_) {
	const [from, setFrom] = useState(quiet.value.split("-")[0] ?? "");
	const [until, setUntil] = useState(quiet.value.split("-")[1] ?? "");
	/** Half a span is none yet, and what was set stays. @param {string} begin @param {string} end */
	const choose = (begin, end) => {
		setFrom(begin);
		setUntil(end);
		if (!begin && !end) setSettings({ quiet: "" });
		else if (begin && end && begin !== end) setSettings({ quiet: `${begin}-${end}` });
	};
	/** @param {string} label @param {string} name @param {string} value @param {(value: string) => void} set */
	const time = (label, name, value, set) => html`<input type="time" aria-label=${label} name=${name} value=${value} onChange=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => set(e.currentTarget.value)} />`;
	return html`<div class="field" role="group" aria-label="Quiet hours">Quiet hours
		<span class="quiet-hours">${time("Quiet from", "quietFrom", from, (value) => choose(value, until))}<span>until</span>${time("Quiet until", "quietUntil", until, (value) => choose(from, value))}
			<button class="button" disabled=${!from && !until} onClick=${() => choose("", "")}>None</button></span>
		<span class="quiet">${from && from === until ? "They have to end at another time than they begin." : from || until ? "Every day; notifications wait until they end." : "Notifications come at any hour."}</span></div>`;
}
