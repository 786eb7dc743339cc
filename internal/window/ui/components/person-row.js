// One colleague: who, whether they are here, what was said last, what is unread. A place to drop files on.
import { html, h } from "../vendor/index.js";
import { brief, lastHere } from "../format.js";
import { select } from "../store.js";
import { wanted } from "../state.js";
import { gist } from "../markdown.js";
import { oneLine } from "../text.js";
import { Icon } from "../icons.js";
import { Avatar, OfficeSign, presenceWord } from "./avatar.js";
import { useDropTarget } from "./drop-target.js";
import { distinct } from "../named.js";
/** @import { Message, Row } from "../types.js" */

const drafts = select((s) => s.drafts);
const composing = select((s) => s.composing);
const words = select((s) => s.words);
const ROW = 60; // pixels at the usual size of text
const GAP = 2; // between two rows

/** How high a row is, in pixels: all are alike, so that the list draws only those in sight. */
export const rowHeight = select((s) => Math.round((ROW * s.settings.textSize) / 100));

/** What is written to somebody and not sent; for the conversation on screen it stands in the composer. @param {Row} row @param {boolean} chosen */
const unsent = (row, chosen) => (chosen || composing.value[row.id]?.verb === "edit" ? "" : (drafts.value[row.id] ?? "").trim());

/** What was said last; where there are more than two, by whom. @param {Row} row @param {Message} last */
function said(row, last) {
	const who = last.mine ? "You" : row.members || row.office ? distinct(last.author) : "";
	if (last.kind === "file") return `${who ? `${who} sent` : "Sent you"} ${oneLine(last.text)}`;
	return `${who ? `${who}: ` : ""}${gist(last.text)}`;
}

/** What stands under the name. @param {Row} row @param {boolean} compares whether they wait for us to compare words */
function under(row, compares) {
	if (row.under) return row.under;
	if (row.blocked) return "Blocked";
	if (compares) return "Wants to compare words";
	if (row.invites) return "Wants to share a folder with you";
	if (!row.link && !row.last) return lastHere(row.lastSeen).replace(/^n/, "N");
	if (row.last?.deleted) return "Message deleted";
	if (row.last) return said(row, row.last);
	if (row.office) return "Announcements for everybody";
	return row.text ? oneLine(row.text) : row.machine;
}

/** @param {{row: Row, place: number, total: number, chosen: boolean, active: boolean, onOpen: () => void}} props */
export function PersonRow({ row, place, total, chosen, active, onOpen }) {
	const [over, drop] = useDropTarget(row.id);
	const here = row.office ? `Everybody in the office, ${row.machine}` : row.members ? `Room, ${row.machine}` : presenceWord(row.presence, row.link);
	const compares = wanted(words.value[row.id]);
	const count = row.unread + row.invites + (compares ? 1 : 0);
	const draft = count === 0 && !row.blocked ? unsent(row, chosen) : "";
	return html`<div class=${`person${chosen ? " person-chosen" : ""}${active ? " person-active" : ""}${over ? " person-over" : ""}${count > 0 || row.marked ? " person-new" : ""}`} role="option" id=${`person-${row.id}`}
		aria-selected=${chosen ? "true" : "false"} aria-setsize=${total} aria-posinset=${place + 1} style=${{ insetBlockStart: `${place * rowHeight.value}px`, blockSize: `${rowHeight.value - GAP}px` }} data-drop="person" data-person=${row.id} ...${drop} onClick=${onOpen}>
		${row.office ? h(OfficeSign, {}) : h(Avatar, { name: row.name, person: row.id, presence: row.presence, link: row.link, room: row.members > 0 ? row.id : "" })}
		<span class="person-text">
			<span class="person-line"><span class="person-name" dir="auto">${row.name}</span>${row.verified && h(Icon, { name: "check", label: "Verified" })}${row.differed && h(Icon, { name: "warning", label: "Words differ" })}${row.favourite && h(Icon, { name: "star", label: "Favourite" })}<span class="person-time">${brief(row.time)}</span></span>
			<span class="person-line">${row.apart && html`<span class="person-machine" dir="auto" title=${row.apartWhy}>${row.apart}</span>`}<span class="person-last" dir="auto">${over ? `Send to ${row.name}` : draft ? html`<span class="person-draft">Draft: </span>${gist(draft)}` : under(row, compares)}</span>
				${row.muted && h(Icon, { name: "muted", label: "Muted" })}${count === 0 && row.marked && html`<span class="badge" aria-label="Marked as unread">•</span>`}
				${count > 0 && html`<span class="badge" aria-label=${`${count} new${row.mentioned ? ", you are mentioned" : ""}`}>${row.mentioned ? "@ " : ""}${count > 99 ? "99+" : count}</span>`}</span>
		</span>
		<span class="unseen">${here}${row.link || row.members ? "" : `, ${lastHere(row.lastSeen)}`}</span>
	</div>`;
}
