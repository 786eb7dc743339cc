// Rooms of the office that anybody may join, below the list of people and rooms.
import { html, h } from "../vendor/index.js";
import { matching, roomApart } from "../state.js";
import { select } from "../store.js";
import { count } from "../format.js";
import { joinRoom } from "../rooms.js";
import { Avatar } from "./avatar.js";
/** @import { Room } from "../types.js" */

const rooms = select((s) => s.openRooms);
const filter = select((s) => s.filter);
const me = select((s) => s.me);

/** @param {{}} _ */
export function OpenRooms(_) {
	const shown = matching(rooms.value, filter.value).toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
	if (shown.length === 0) return null;
	return html`<section class="open-rooms" aria-label="Open rooms"><h2 class="found-head">Open rooms</h2>
		<ul class="plain">${shown.map((room) => h(OpenRoom, { key: room.id, room }))}</ul></section>`;
}

/** @param {{room: Room}} props */
function OpenRoom({ room }) {
	const { apart, apartWhy } = roomApart(room, me.value?.person ?? "");
	return html`<li class="open-room">${h(Avatar, { name: room.name, room: room.id })}
		<span class="person-text"><span class="person-name" dir="auto">${room.name}</span><span class="person-line">${apart && html`<span class="person-machine" dir="auto" title=${apartWhy}>${apart}</span>`}<span class="person-last">${count(room.size, "member")}${!apart && html` · by <bdi dir="auto">${room.creator.name}</bdi>`}</span></span></span>
		<button class="button button-small" aria-label=${`Join ${room.name}`} onClick=${() => joinRoom(room.id)}>Join</button></li>`;
}
