// Below what was said: who is writing. Its room is always there, so that nothing moves. And the letters themselves, where both sides want that.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { writersHere } from "../state.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { Author, Row } from "../types.js" */

const writers = select(writersHere);

/** @param {Author} who */
const named = (who) => html`<bdi dir="auto">${who.name}</bdi>${h(Apart, { who })}`;

/** @param {Author[]} all */
function sentence(all) {
	if (all.length === 1) return html`${named(all[0])} is writing…`;
	if (all.length === 2) return html`${named(all[0])} and ${named(all[1])} are writing…`;
	return `${all.length} people are writing…`;
}

/** @param {{row: Row}} props */
export function WritingLine({ row }) {
	const all = writers.value;
	return html`<p class="writing-line"><span class="writing-who">${all.length > 0 && sentence(all)}</span>
		${row.liveText === "both" && html`<span class="writing-live" title="You both see each other's letters as they are typed">${h(Icon, { name: "edit" })}Live text is on</span>`}
		${row.liveText === "mine" && row.link && html`<span class="writing-live">Live text begins when <bdi dir="auto">${row.name}</bdi> switches it on, too</span>`}</p>`;
}

/** What somebody is writing at this moment: text and nothing else. @param {{name: string, text: string}} props */
export function LiveLetters({ name, text }) {
	return html`<article class="message message-theirs message-first message-last message-live" aria-label=${`${name} is writing`}><p class="message-text" dir="auto">${text}</p></article>`;
}
