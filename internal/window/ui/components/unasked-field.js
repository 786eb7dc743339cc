// Up to which size files of people known come by themselves.
import { html, useEffect, useState } from "../vendor/index.js";
import { call } from "../api.js";
import { attempt } from "../actions.js";

const MOST = 1_000_000; // megabytes

/** @param {{}} _ */
export function UnaskedField(_) {
	const [megabytes, setMegabytes] = useState(/** @type {number | null} */ (null));
	useEffect(() => { attempt(async () => setMegabytes((await call("GET", "/files/unasked")).megabytes)); }, []);
	/** @param {InputEvent & {currentTarget: HTMLInputElement}} e */
	const set = (e) => {
		const wanted = e.currentTarget.valueAsNumber;
		if (!Number.isInteger(wanted) || wanted < 0 || wanted > MOST) return;
		attempt(async () => setMegabytes((await call("PUT", "/files/unasked", { megabytes: wanted })).megabytes));
	};
	return html`<label class="field">Files of people you know come by themselves, up to so many MB
		<input type="number" name="unasked" min="0" max=${MOST} step="1" value=${megabytes ?? ""} disabled=${megabytes === null} onChange=${set} /><span class="quiet">${megabytes === 0 ? "You are asked about each." : "With 0 you are asked about each."}</span></label>`;
}
