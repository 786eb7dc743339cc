// What has to be said in a conversation about who the other is: that they want to compare words, or that the words differ.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { alarming, differed, why } from "../words.js";
import { wanted, without } from "../state.js";
import { select, update } from "../store.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const all = select((s) => s.words);

/** @param {{row: Row}} props */
export function WordsBar({ row }) {
	const now = all.value[row.id];
	if (wanted(now)) {
		return html`<div class="words-bar" role="status"><p><bdi dir="auto">${row.name}</bdi> wants to make sure who you are.</p>
			<button class="button" onClick=${() => show({ kind: "words", person: row.id, name: row.name })}>Compare words…</button></div>`;
	}
	if (row.differed) {
		return html`<div class="words-bar words-bad" role="alert">${h(Icon, { name: "warning" })}<p>${`${differed(row.differed)} Write nothing secret here, and compare again in person.`}</p>
			<button class="button" disabled=${!row.link} onClick=${() => show({ kind: "words", person: row.id, name: row.name })}>Compare again…</button></div>`;
	}
	if (!now || now.ended === "different" || !alarming(now.ended)) return null;
	return html`<div class="words-bar words-bad" role="alert">${h(Icon, { name: "warning" })}<p>${why(now.ended, row.name)}</p>
		<button class="button" onClick=${() => update((s) => ({ words: without(s.words, row.id) }))}>Close</button></div>`;
}
