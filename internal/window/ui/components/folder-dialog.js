// Shows which folder would be shared, in full, before it is.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { sentence, show } from "../actions.js";
import { chooseAnother, share } from "../shares.js";
import { Dialog } from "./dialog.js";
/** @import { Dialog as State } from "../types.js" */

const all = select(people);
const lastPart = (/** @type {string} */ path) => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;

/** @param {{dialog: Extract<State, {kind: "folder"}>}} props */
export function FolderDialog({ dialog }) {
	const { person, paths, looking } = dialog;
	const name = all.value.find((r) => r.id === person)?.name ?? "";
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const choose = (/** @type {string} */ path) => show({ ...dialog, path });
	if (looking) return h(Dialog, { verbs: html`<button class="button" onClick=${() => show(null)}>Cancel</button>`, title: "Share a folder" }, html`<p role="status">${dialog.name ? html`Looking for “<bdi dir="auto">${dialog.name}</bdi>” on this computer…` : "Choose the folder in the window that opened."}</p>
		`);
	const go = async () => {
		setBusy(true);
		setProblem("");
		try {
			await share(dialog.path, dialog.name || lastPart(dialog.path), person);
		} catch (error) {
			setProblem(sentence(error));
			setBusy(false);
		}
	};
	return h(Dialog, { verbs: html`<button class="button" onClick=${() => chooseAnother(person, dialog.name)}>Choose another…</button><span class="grow"></span>
			<button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${busy || !dialog.path.trim()} onClick=${go}>Share this folder</button>`, title: html`Share this folder with <bdi dir="auto">${name}</bdi>?`, problem: problem || dialog.problem }, html`
		${paths.length > 1 ? html`<div role="radiogroup" aria-label="Folders of this name">${paths.map((path) => html`<label class="path-choice"><input type="radio" name="path" checked=${path === dialog.path} onChange=${() => choose(path)} /><bdi class="path" dir="auto">${path}</bdi></label>`)}</div>`
			: html`<label class="field">Folder<input class="path" dir="auto" value=${dialog.path} placeholder="The folder’s whole path" spellcheck="false" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => choose(e.currentTarget.value)} /></label>`}
		<p class="quiet">Everything in it will be on both computers and stay the same, whoever changes it. What is replaced or deleted can be brought back.</p>
		`);
}
