// The keys that work in the window.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { shortcuts } from "../keys.js";
import { Dialog } from "./dialog.js";

/** @param {{}} _ */
export function KeysDialog(_) {
	const verbs = html`<span class="grow"></span><button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: "Keys", verbs }, html`<dl class="facts keys">${shortcuts().map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>`);
}
