// Above the composer: what is to be sent to this person later, or could not be.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { ahead, count } from "../format.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";
/** @import { Later } from "../types.js" */

/** @type {Later[]} */
const none = [];
const all = select((s) => s.laters ?? none);

/** @param {Later[]} texts */
function words(texts) {
	const failed = texts.find((l) => l.problem);
	if (failed) return `A message could not be sent${failed.again ? " yet" : ""}: ${failed.problem}`;
	return texts.length === 1 ? `A message will be sent ${ahead(texts[0].time)}.` : `${count(texts.length, "message")} will be sent later, the next ${ahead(texts[0].time)}.`;
}

/** @param {{person: string}} props */
export function LaterLine({ person }) {
	const texts = all.value.filter((l) => l.person === person && l.text);
	if (texts.length === 0) return null;
	const failed = texts.some((l) => l.problem);
	return html`<p class=${failed ? "later-line later-failed" : "later-line"} role="status">${h(Icon, { name: failed ? "warning" : "clock" })}<span dir="auto">${words(texts)}</span>
		<button class="button-link" onClick=${() => show({ kind: "laters" })}>Show</button></p>`;
}
