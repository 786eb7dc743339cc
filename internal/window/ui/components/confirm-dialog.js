// Asks before something that is not easily taken back.
import { html, h, useState } from "../vendor/index.js";
import { closing, sentence, show } from "../actions.js";
import { Dialog } from "./dialog.js";
/** @import { Dialog as State } from "../types.js" */

/** @param {{dialog: Extract<State, {kind: "confirm"}>}} props */
export function ConfirmDialog({ dialog }) {
	const [problem, setProblem] = useState("");
	const go = async () => {
		try {
			await closing(dialog.run);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button" autofocus onClick=${() => show(null)}>Cancel</button><button class="button button-danger" onClick=${go}>${dialog.action}</button>`, title: dialog.title, problem }, html`<p dir="auto">${dialog.text}</p>
		`);
}
