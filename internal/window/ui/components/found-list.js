// What was found in all conversations, newest first, below the people of that name.
import { html, h } from "../vendor/index.js";
import { people } from "../state.js";
import { select } from "../store.js";
import { brief, count } from "../format.js";
import { oneLine } from "../text.js";
import { lookFurther, openHit, readable } from "../search.js";
import { foundKey } from "../keys.js";
import { Icon } from "../icons.js";
import { apartOf, distinct } from "../named.js";
/** @import { Hit } from "../types.js" */

const found = select((s) => s.found);
const marks = select((s) => new Map(s.found ? people(s).map((r) => [r.id, r.apart]) : []));
const rooms = select((s) => new Set(s.found ? Object.values(s.conversations).filter((c) => c.room).map((c) => c.id) : []));
const files = select((s) => s.narrow?.files ?? false);
const within = select((s) => s.narrow?.within ?? "");

/** @param {{}} _ */
export function FoundList(_) {
	const now = found.value;
	if (!now) return null;
	const one = files.value ? "file" : "message";
	const many = `${now.hits.length}${now.more ? " or more" : ""}`;
	return html`<section class="found" aria-label="Messages found" onKeyDown=${foundKey}>
		<h2 class="found-head"><span role="status">${now.problem ? "Messages" : now.hits.length === 0 ? `No ${one}s${now.more ? " among the newest" : ""}` : now.hits.length === 1 ? `1 ${one}` : `${many} ${one}s`}</span></h2>
		${now.problem && html`<p class="found-note" dir="auto">${now.problem}</p>`}
		${now.missing > 0 && html`<p class="found-note">${count(now.missing, "message is", "messages are")} still being made searchable.</p>`}
		<ul class="found-rows">${now.hits.map((hit) => h(FoundRow, { key: hit.id, hit }))}</ul>
		${now.more && html`<button class="button found-more" onClick=${lookFurther}>Show more</button>`}
	</section>`;
}

/** Who wrote it, where that is not told by whose conversation it is in. @param {Hit} hit */
const by = (hit) => (hit.mine ? "You" : hit.person ? "" : distinct(hit.author));

/** @param {{hit: Hit}} props */
function FoundRow({ hit }) {
	const apart = within.value ? apartOf(hit.author) : (marks.value.get(hit.person || hit.conversation) ?? "");
	return html`<li><button class="found-row" onClick=${() => openHit(hit)}>
		<span class="person-line">${!within.value && rooms.value.has(hit.conversation) && h(Icon, { name: "people", label: "Room" })}<span class="person-name" dir="auto">${oneLine(within.value ? hit.author.name : hit.name)}</span>${apart && html`<bdi class="person-machine" dir="auto">${apart}</bdi>`}<span class="person-time">${brief(hit.time)}</span></span>
		<span class="found-text" dir="auto">${!within.value && by(hit) && html`<span class="quiet">${oneLine(by(hit))}: </span>`}${hit.kind === "file" && h(Icon, { name: "file" })}${readable(hit).map((p) => (p.found ? html`<mark>${oneLine(p.text)}</mark>` : p.text))}</span>
	</button></li>`;
}
