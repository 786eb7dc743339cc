// Accepts a shared folder into a place of one's choice.
import { html, h, useState } from "../vendor/index.js";
import { sentence } from "../actions.js";
import { accept } from "../shares.js";
import { Cancel, Dialog } from "./dialog.js";
/** @import { Dialog as State } from "../types.js" */

/** @param {{dialog: Extract<State, {kind: "accept"}>}} props */
export function AcceptDialog({ dialog }) {
	const [path, setPath] = useState(dialog.path);
	const [problem, setProblem] = useState(dialog.problem);
	const go = async () => {
		try {
			await accept(dialog.invite, path.trim());
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	return h(Dialog, { verbs: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${!path.trim()} onClick=${go}>Accept</button>`, title: html`Where should “<bdi dir="auto">${dialog.invite.name}</bdi>” be kept?`, problem }, html`
		<label class="field">Folder<input class="path" dir="auto" value=${path} spellcheck="false" placeholder="The folder’s whole path" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setPath(e.currentTarget.value)} /></label>
		<p class="quiet">This folder itself becomes the shared one. What lies in it already is kept.</p>
		`);
}
