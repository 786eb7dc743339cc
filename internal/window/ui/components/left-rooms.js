// Rooms that ended before they were opened, below those that may be joined: who brings others into rooms and removes them leaves nothing in the list above.
import { html, h } from "../vendor/index.js";
import { leftUnopened, matching } from "../state.js";
import { select } from "../store.js";
import { forgetRoom, openLeft } from "../rooms.js";
import { endBrief } from "../room-words.js";
import { Avatar } from "./avatar.js";
/** @import { Room } from "../types.js" */

const rooms = select(leftUnopened);
const filter = select((s) => s.filter);

/** @param {{}} _ */
export function LeftRooms(_) {
	const shown = matching(rooms.value, filter.value).toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
	if (shown.length === 0) return null;
	return html`<section class="open-rooms" aria-label="Rooms that are over"><h2 class="found-head">Rooms that are over</h2>
		<ul class="plain">${shown.map((room) => h(LeftRoom, { key: room.id, room }))}</ul></section>`;
}

/** @param {{room: Room}} props */
function LeftRoom({ room }) {
	return html`<li class="open-room left-room">${h(Avatar, { name: room.name, room: room.id })}
		<button class="person-text" onClick=${() => openLeft(room.id)}><span class="person-name" dir="auto">${room.name}</span><span class="person-line"><span class="person-last" dir="auto">${endBrief(room)}</span></span></button>
		<button class="button button-small" aria-label=${`Forget… ${room.name}`} onClick=${() => forgetRoom(room)}>Forget…</button></li>`;
}
