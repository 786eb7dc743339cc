// How far an own message got with each to whom it goes.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { list } from "../format.js";
import { select } from "../store.js";
import { Dialog } from "./dialog.js";
import { distinct } from "../named.js";
/** @import { Message } from "../types.js" */

const view = select((s) => s.view);
const ways = /** @type {const} */ ([["read", "Read"], ["delivered", "Delivered, not read yet"], ["carried", "On its way with a colleague"], ["waiting", "Waiting until they are here"]]);

/** @param {{message: Message}} props */
export function ReachedDialog({ message }) {
	const now = view.value?.messages.find((m) => m.id === message.id) ?? message;
	const verbs = html`<span class="grow"></span><button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: "Who has this message", verbs }, html`<dl class="facts reached">${ways.map(([state, words]) => {
		const names = now.states.filter((s) => s.state === state).map(distinct);
		return names.length > 0 && html`<dt key=${state}>${words}</dt><dd dir="auto">${list(names)}</dd>`;
	})}</dl>`);
}
