// Below what was said: who is writing. Its room is always there, so that nothing moves. And the letters themselves, where both sides want that.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { writersHere } from "../state.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const writers = select(writersHere);

/** @param {string[]} names */
function sentence(names) {
	if (names.length === 1) return html`<bdi dir="auto">${names[0]}</bdi> is writing…`;
	if (names.length === 2) return html`<bdi dir="auto">${names[0]}</bdi> and <bdi dir="auto">${names[1]}</bdi> are writing…`;
	return `${names.length} people are writing…`;
}

/** @param {{row: Row}} props */
export function WritingLine({ row }) {
	const names = writers.value;
	return html`<p class="writing-line"><span class="writing-who">${names.length > 0 && sentence(names)}</span>
		${row.liveText === "both" && html`<span class="writing-live" title="You both see each other's letters as they are typed">${h(Icon, { name: "edit" })}Live text is on</span>`}
		${row.liveText === "mine" && row.link && html`<span class="writing-live">Live text begins when <bdi dir="auto">${row.name}</bdi> switches it on, too</span>`}</p>`;
}

/** What somebody is writing at this moment: text and nothing else. @param {{name: string, text: string}} props */
export function LiveLetters({ name, text }) {
	return html`<article class="message message-theirs message-first message-last message-live" aria-label=${`${name} is writing`}><p class="message-text" dir="auto">${text}</p></article>`;
}
