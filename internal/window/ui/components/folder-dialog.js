// Shows which folder would be shared, in full, before it is; and with whom, where that is still open.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { sentence, show } from "../actions.js";
import { chooseAnother, share } from "../shares.js";
import { Cancel, Dialog } from "./dialog.js";
import { PathText } from "./path-text.js";
import { PeopleChoice } from "./people-choice.js";
/** @import { Choosing } from "../types.js" */

const all = select(people);
const lastPart = (/** @type {string} */ path) => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
const close = () => show(null);

/** @param {{dialog: Choosing}} props */
export function FolderDialog({ dialog }) {
	const [persons, setPersons] = useState(dialog.person ? [dialog.person] : []);
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	if (dialog.waits) return h(Waiting, { dialog });
	const go = async () => {
		setBusy(true);
		setProblem("");
		try {
			await share(dialog.path.trim(), dialog.name || lastPart(dialog.path.trim()), persons);
		} catch (error) {
			setProblem(sentence(error));
			setBusy(false);
		}
	};
	const name = all.value.find((r) => r.id === dialog.person)?.name;
	const verbs = html`<button class="button" onClick=${() => chooseAnother(dialog)}>${dialog.path ? "Choose another…" : "Choose…"}</button><span class="grow"></span>
		${h(Cancel, {})}<button class="button button-main" disabled=${busy || !dialog.path.trim() || persons.length === 0} onClick=${go}>Share this folder</button>`;
	return h(Dialog, { verbs, title: name ? html`Share this folder with <bdi dir="auto">${name}</bdi>?` : "Share a folder", problem }, html`
		${h(Path, { dialog })}
		${!dialog.person && html`<p class="field-label">With whom?</p>${h(PeopleChoice, { label: "With whom", rows: all.value.filter((r) => !r.blocked && !r.members && !r.office), chosen: persons, onChange: setPersons })}`}
		<p class="quiet">Everything in it will be on ${name ? "both" : "all their"} computers and stay the same, whoever changes it. What is replaced or deleted can be brought back.</p>`);
}

/** The folder's whole path: one that was found or chosen, several that could be meant, or one to type. @param {{dialog: Choosing}} props */
function Path({ dialog }) {
	const { paths, path } = dialog;
	const choose = (/** @type {string} */ next) => show({ ...dialog, path: next });
	if (paths.length > 1) {
		return html`<div role="radiogroup" aria-label="Folders of this name">${paths.map((one) => html`<label class="path-choice" key=${one}><input type="radio" name="path" checked=${one === path} onChange=${() => choose(one)} /><span class="path">${h(PathText, { path: one })}</span></label>`)}</div>`;
	}
	if (paths.length === 1) return html`<p class="path path-found">${h(PathText, { path })}</p>`;
	return html`<label class="field">Folder<input class="path" dir="auto" value=${path} placeholder="The folder’s whole path" spellcheck="false" aria-describedby=${dialog.problem ? "path-hint" : null} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => choose(e.currentTarget.value)} /></label>
		${dialog.problem && html`<p class="quiet field-hint" id="path-hint" role="status" dir="auto">${dialog.problem}</p>`}`;
}

/** @param {{dialog: Choosing}} props */
function Waiting({ dialog }) {
	const words = dialog.waits === "search" ? html`Looking for “<bdi dir="auto">${dialog.name}</bdi>” on this computer…` : "Choose the folder in the window that opened.";
	return h(Dialog, { verbs: html`<button class="button" onClick=${close}>Cancel</button>`, title: "Share a folder" }, html`<p role="status">${words}</p>`);
}
