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

/** @param {{}} _ */
export function OpenRooms(_) {
	const shown = matching(rooms.value, filter.value).toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
	if (shown.length === 0) return null;
	return html`<section class="open-rooms" aria-label="Open rooms"><h2 class="found-head">Open rooms</h2>
		<ul class="plain">${shown.map((room) => h(OpenRoom, { key: room.id, room }))}</ul></section>`;
}

const ALIKE = { office: "not the Office", person: "not a person", room: "one of several" };

/** @param {Room} room */
const alike = (room) => html`<span class="person-machine">${ALIKE[/** @type {keyof typeof ALIKE} */ (room.lookalikeOf)] ?? ""}</span>`;

/** @param {{room: Room}} props */
function OpenRoom({ room }) {
	return html`<li class="open-room">${h(Avatar, { name: room.name, room: room.id })}
		<span class="person-text"><span class="person-name" dir="auto">${room.name}</span><span class="person-last" title=${roomApart(room, "").apartWhy || null}>${room.lookalikeOf && alike(room)}${count(room.size, "member")} · by <bdi dir="auto">${room.creator.name}</bdi></span></span>
		<button class="button button-small" aria-label=${`Join ${room.name}`} onClick=${() => joinRoom(room.id)}>Join</button></li>`;
}
