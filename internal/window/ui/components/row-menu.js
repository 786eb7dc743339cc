// What can be done with a conversation from its row, without opening it.
import { h } from "../vendor/index.js";
import { people } from "../state.js";
import { select, state } from "../store.js";
import { block, openPerson, show, showPane } from "../actions.js";
import { markRead, markUnread, mute } from "../message-actions.js";
import { note } from "../marks.js";
import { forgetRoom, leaveRoom } from "../rooms.js";
import { MenuBox } from "./menu.js";
/** @import { Row } from "../types.js" */

const all = select(people);

/** Where it was asked for: by a row's ID, and there by a pointer or on the row itself. @typedef {{id: string, at: DOMRect}} Asked */

/** @param {Row} row @param {"person" | "room"} kind */
function about(row, kind) {
	openPerson(row.id); // a narrow window comes back from the pane to what was said
	showPane({ kind, id: row.id });
}

/** @param {Row} row */
function roomItems(row) {
	const room = state.peek().conversations[row.id]?.room;
	if (!room) return [];
	const last = row.over ? { text: "Take off the list…", danger: true, run: () => forgetRoom(room) } : { text: "Leave…", run: () => leaveRoom(room) };
	return [{ text: "About this room…", group: "Room", run: () => about(row, "room") }, last];
}

/** @param {Row} row */
const personItems = (row) => [
	{ text: "About this person…", group: "Person", run: () => about(row, "person") },
	{ text: "Favourite", checked: row.favourite, run: () => note(row.id, { favourite: !row.favourite }) },
	{ text: "Groups…", run: () => show({ kind: "groups", person: row.id }) },
	{ text: row.blocked ? "Unblock" : "Block", run: () => block(row.id, row.blocked ? "unblock" : "block") },
];

/** @param {Row} row */
function items(row) {
	const fresh = row.unread > 0 || row.marked;
	return [
		{ text: "Open", run: () => openPerson(row.id) },
		...(fresh ? [{ text: "Mark as read", run: () => markRead(row.id) }] : row.last ? [{ text: "Mark as unread", run: () => markUnread(row.id) }] : []),
		{ text: row.muted ? "Unmute" : "Mute", run: () => mute(row.id, !row.muted) },
		...(row.office ? [] : row.members ? roomItems(row) : personItems(row)),
	];
}

/** @param {{asked: Asked, from: () => HTMLElement | null, onClose: () => void}} props */
export function RowMenu({ asked, from, onClose }) {
	const row = all.value.find((r) => r.id === asked.id);
	return row ? h(MenuBox, { label: `What to do with ${row.name}`, items: items(row), at: () => asked.at, from, onClose }) : null;
}
