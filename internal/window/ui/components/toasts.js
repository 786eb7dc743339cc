// Sentences that come and go at the lower edge.
import { html } from "../vendor/index.js";
import { select } from "../store.js";

const toasts = select((s) => s.toasts);

/** @param {{}} _ */
export function Toasts(_) {
	return html`<div class="toasts" role="status" aria-live="polite">
		${toasts.value.map((t) => html`<p key=${t.id} class=${t.bad ? "toast toast-bad" : "toast"} dir="auto">${t.text}</p>`)}
	</div>`;
}
