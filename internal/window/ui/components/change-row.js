// A line of a room's history that nobody wrote: who came, went or changed the room.
import { html, h } from "../vendor/index.js";
import { exactly, timeOfDay } from "../format.js";
import { told } from "../room-words.js";
import { select } from "../store.js";
import { Apart } from "./named.js";
/** @import { Message } from "../types.js" */
/** @import { Piece } from "../room-words.js" */

const me = select((s) => s.me?.person ?? "");

/** Words with names in them, each set apart from what stands around it. @param {Piece[]} pieces */
export const words = (pieces) => pieces.map((p) => (typeof p === "string" ? p : html`<bdi class="name" dir="auto">${p.name}</bdi>${"id" in p && h(Apart, { who: p })}`));

/** @param {{lines: Message[], id: string}} props lines: one, or several invitations that are told as one; id: of the row */
export function ChangeRow({ lines, id }) {
	const last = lines[lines.length - 1];
	return html`<li class="message-change" data-key=${id} data-line=${last.change?.what}><span dir="auto">${words(told(lines, me.value))} <time datetime=${last.time} title=${exactly(last.time)}>${timeOfDay(last.time)}</time></span></li>`;
}
