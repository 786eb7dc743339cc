// The head of a conversation: the person, whether they are here, and what can be done with them.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { sharesWith } from "../state.js";
import { block, closeView, remove, show, showPane } from "../actions.js";
import { markUnread, mute, showPinned, showStarred } from "../message-actions.js";
import { note } from "../marks.js";
import { findHere } from "../keys.js";
import { openShare, shareExisting } from "../shares.js";
import { chosen } from "../drop.js";
import { forgetRoom, leaveRoom } from "../rooms.js";
import { count, lastHere } from "../format.js";
import { Avatar, OfficeSign, presenceWord } from "./avatar.js";
import { Menu } from "./menu.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const view = select((s) => s.view);
const pins = select((s) => s.view?.pins ?? 0);
const down = select((s) => s.link === "down");
const conversations = select((s) => s.conversations);
const shared = select((s) => (s.view ? sharesWith(s, s.view.person) : []));

/** Lets the browser ask for files or a folder. @param {string} person @param {boolean} folder */
export function choose(person, folder) {
	const input = document.createElement("input");
	input.type = "file";
	input.multiple = !folder;
	input.webkitdirectory = folder;
	input.onchange = () => {
		if (input.files?.length) show({ kind: "drop", person, items: chosen(input.files) });
	};
	input.click();
}

/** @param {Row} row */
function where(row) {
	if (row.office) return "Announcements for everybody";
	if (row.over) return row.under;
	if (row.members) return row.apart.replace(/^(room )?/, "Room ").trim();
	if (row.blocked) return "Blocked";
	if (down.value) return "Not known while Lanyard is not running";
	if (!row.link) return lastHere(row.lastSeen).replace(/^not/, "Not");
	const word = presenceWord(row.presence, true).replace(/^./, (letter) => letter.toUpperCase());
	return row.text ? `${word} · ${row.text}` : word;
}

/** @param {Row} row */
function roomItems(row) {
	const room = conversations.value[row.id]?.room;
	return [
		{ text: "Members…", group: "Room", run: () => showPane({ kind: "room", id: row.id }) },
		{ text: "Invite people…", run: () => show({ kind: "invite-room", id: row.id }) },
		{ text: "Rename…", run: () => show({ kind: "rename-room", id: row.id }) },
		{ text: "Leave…", run: () => room && leaveRoom(room) },
	];
}

/** What goes and what stays when somebody is removed from the list. @param {Row} row */
function removal(row) {
	const gone = "Favourite, groups and their card are forgotten, what was said stays.";
	if (row.blocked) return `They stay blocked and off your list; Settings… lists them under Blocked people, where you can unblock them. ${gone}`;
	return `They come back to the list when they are on this network again${row.verified ? ", still verified" : row.differed ? ", still marked as somebody with whom words differed" : ""}. ${gone}`;
}

/** What was left can be taken off the list. @param {Row} row */
function forgetItem(row) {
	const room = conversations.value[row.id]?.room;
	return room ? [{ text: "Take off the list…", group: "Room", danger: true, run: () => forgetRoom(room) }] : [];
}

/** @param {Row} row */
function items(row) {
	const files = [{ text: "Send files…", run: () => choose(row.id, false) }, { text: "Send a folder…", run: () => choose(row.id, true) }];
	const talk = [
		{ text: "Find in it…", group: "Conversation", run: () => findHere() },
		...(row.office ? [] : [{ text: "Files in it…", run: () => findHere(true) }]),
		{ text: "Jump to a date…", run: () => show({ kind: "date", person: row.id }) },
		...(row.office ? [] : [{ text: "Pinned messages…", run: () => showPinned(row.id) }]),
		{ text: "Starred messages…", run: () => showStarred() },
		{ text: "Send later and reminders…", run: () => show({ kind: "laters" }) },
		{ text: row.muted ? "Unmute" : "Mute", run: () => mute(row.id, !row.muted) },
		{ text: "Mark as unread", run: () => markUnread(row.id) },
		{ text: "Export…", group: "Records", run: () => show({ kind: "export", person: row.id, name: row.name }) },
		{ text: "Keep messages for…", run: () => show({ kind: "retention", person: row.id, name: row.name, conversation: view.value?.conversation ?? "" }) },
		{ text: "Check this conversation…", run: () => show({ kind: "verify", person: row.id, name: row.name }) },
		{ text: "Programs…", run: () => show({ kind: "programs", person: row.id, name: row.name }) },
	];
	if (row.office) return talk;
	if (row.over) return [{ text: "About this room…", run: () => showPane({ kind: "room", id: row.id }) }, ...talk, ...forgetItem(row)];
	if (row.members) return [...files, ...roomItems(row), ...talk];
	return [
		...files,
		{ text: "Share an existing folder…", run: () => shareExisting(row.id) },
		...talk,
		{ text: row.liveText === "theirs" ? `Live text (${row.name} has it on)` : "Live text", checked: row.liveText === "mine" || row.liveText === "both", run: () => note(row.id, { live: row.liveText !== "mine" && row.liveText !== "both" }) },
		{ text: "Favourite", group: "Person", checked: row.favourite, run: () => note(row.id, { favourite: !row.favourite }) },
		{ text: "Groups…", run: () => show({ kind: "groups", person: row.id }) },
		{ text: row.blocked ? "Unblock" : "Block", run: () => block(row.id, row.blocked ? "unblock" : "block") },
		...(row.link ? [] : [{ text: "Remove from the list…", danger: true, run: () => show({ kind: "confirm", title: `Remove ${row.name} from your list?`, text: removal(row), action: "Remove", run: () => remove(row.id) }) }]),
	];
}

/** @param {{row: Row}} props */
export function ConversationHeader({ row }) {
	const n = shared.value.length;
	return html`<header class="head">
		<button class="button-icon head-back" aria-label="Back to the list" onClick=${closeView}>${h(Icon, { name: "back" })}</button>
		<button class="head-person" onClick=${() => row.office || showPane({ kind: row.members ? "room" : "person", id: row.id })} title=${row.office ? null : row.apartWhy ? row.apartWhy : row.members ? "About this room" : "About this person"}>
			${row.office ? h(OfficeSign, {}) : h(Avatar, { name: row.name, person: row.id, presence: row.presence, link: row.link, room: row.members > 0 ? row.id : "" })}
			<span class="head-text"><span class="head-name" dir="auto">${row.name}</span><span class="head-where" dir="auto">${row.verified ? "Verified · " : row.differed ? html`<span class="head-differ">Words differ</span> · ` : ""}${where(row)} · <span class="head-machine">${row.machine}</span></span></span>
		</button>
		${n > 0 && html`<button class="button head-shared" aria-label=${n === 1 ? `Shared folder ${shared.value[0].name}` : `${n} shared folders`} onClick=${() => (n === 1 ? openShare(shared.value[0].id) : showPane({ kind: "person", id: row.id }))}>
			${h(Icon, { name: "shared" })}<span class="head-shared-text">${n === 1 ? shared.value[0].name : `${n} shared folders`}</span></button>`}
		${pins.value > 0 && html`<button class="button-icon head-pins" aria-label=${count(pins.value, "pinned message")} title=${count(pins.value, "pinned message")} onClick=${() => showPinned(row.id)}>${h(Icon, { name: "pin" })}<span class="head-count" aria-hidden="true">${pins.value}</span></button>`}
		<button class="button-icon head-find" aria-label="Find in this conversation" title="Find in this conversation (Ctrl F)" onClick=${() => findHere()}>${h(Icon, { name: "search" })}</button>
		${h(Menu, { label: `More for ${row.name}`, icon: "more", items: items(row) })}
	</header>`;
}
