// Asks before something that is not easily taken back.
import { html, h, useState } from "../vendor/index.js";
import { closing, sentence, show } from "../actions.js";
import { Dialog } from "./dialog.js";
import { RichText } from "./rich-text.js";
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
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button" autofocus=${!dialog.harmless} onClick=${() => show(null)}>Cancel</button><button class=${`button ${dialog.harmless ? "button-main" : "button-danger"}`} autofocus=${!!dialog.harmless} onClick=${go}>${dialog.action}</button>`, title: dialog.title, problem }, html`${dialog.harmless ? html`<div class="confirm-words">${h(RichText, { text: dialog.text })}</div>` : html`<p dir="auto">${dialog.text}</p>`}
		`);
}
