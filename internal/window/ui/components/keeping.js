// For how long what was replaced or deleted in a shared folder is kept.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { sentence, show } from "../actions.js";
import { keep, kept } from "../share-files.js";
import { select } from "../store.js";
import { count, exactly, size } from "../format.js";
import { Cancel, Dialog } from "./dialog.js";
/** @import { ShareRetention } from "../types.js" */

const accounts = select((s) => s.accounts);
const shares = select((s) => s.shares);
const dialog = select((s) => s.dialog);

/** What is kept, in a sentence above the list. @param {{share: string}} props */
export function Keeping({ share }) {
	const [now, setNow] = useState(/** @type {ShareRetention | null} */ (null));
	const list = accounts.value[share]?.trash;
	const asks = dialog.value?.kind === "keeping";
	useEffect(() => {
		let gone = false;
		if (!asks) kept(share).then((read) => gone || setNow(read), () => gone || setNow(null)); // why it does not answer, the list says
		return () => { gone = true; };
	}, [share, list, asks]);
	if (!now) return null;
	const dropped = now.purged ? ` ${count(now.purged.files, "file was", "files were")} dropped so far (${size(now.purged.bytes)}), the last on ${exactly(now.purged.time)}.` : "";
	return html`<p class="quiet keeping">Kept for ${count(now.days, "day")}, in at most ${now.percent} % of the disk: now ${count(now.files, "file")}, ${size(now.bytes)}.${dropped} <button class="button button-small" onClick=${() => show({ kind: "keeping", share, name: shares.value[share]?.name ?? "", kept: now })}>Change…</button></p>`;
}

/** @param {{share: string, name: string, kept: ShareRetention}} props */
export function KeepingDialog({ share, name, kept: before }) {
	const [days, setDays] = useState(before.days);
	const [percent, setPercent] = useState(before.percent);
	const [all, setAll] = useState(!before.own);
	const [problem, setProblem] = useState("");
	const save = async (/** @type {SubmitEvent} */ e) => {
		e.preventDefault();
		try {
			if (all && before.own) await keep(share, 0, 0);
			else await keep(all ? "" : share, days, percent);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const number = (/** @type {string} */ label, /** @type {number} */ value, /** @type {number} */ most, /** @type {(n: number) => void} */ set) => html`<label class="field-label">${label}<input class="field" type="number" min="1" max=${most} required value=${value} disabled=${all && before.own} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => set(e.currentTarget.valueAsNumber)} /></label>`;
	const verbs = html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" form="keeping">Save</button>`;
	return h(Dialog, { title: `What “${name}” keeps`, verbs, problem }, html`<form id="keeping" onSubmit=${save}>
		<p class="quiet">What colleagues replace or delete is kept on this computer. Nothing goes within a day.</p>
		${number("Days", days, 3650, setDays)}${number("Percent of the disk, at most", percent, 90, setPercent)}
		<div class="switches"><label class="switch"><input type="checkbox" checked=${all} onChange=${() => setAll(!all)} />${before.own ? "As in all other shared folders" : "For all shared folders"}</label></div>
	</form>`);
}
