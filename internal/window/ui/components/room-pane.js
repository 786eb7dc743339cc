// About one room: how it is, who is in it, and what can be done with it.
import { html, h, useState } from "../vendor/index.js";
import { matching, people, roomApart } from "../state.js";
import { select } from "../store.js";
import { openPerson, show } from "../actions.js";
import { fetchRest, forgetRoom, joinRoom, leaveRoom, letRemove, mayJoin, removeFrom } from "../rooms.js";
import { lastHere } from "../format.js";
import { dayWithin, endWords } from "../room-words.js";
import { Avatar, presenceWord } from "./avatar.js";
import { words } from "./change-row.js";
import { Icon } from "../icons.js";
import { Menu } from "./menu.js";
import { Pane } from "./pane.js";
import { RoomGroups } from "./room-groups.js";
import { Apart } from "./named.js";
import { distinct } from "../named.js";
/** @import { Room, RoomMember, Row } from "../types.js" */

const MANY = 10; // members from which on a field finds them
const conversations = select((s) => s.conversations);
const me = select((s) => s.me);
const colleagues = select((s) => new Map(people(s).filter((r) => !r.members && !r.office).map((r) => [r.id, r])));

/** @param {{id: string}} props */
export function RoomPane({ id }) {
	const room = conversations.value[id]?.room;
	if (!room) return h(Pane, { title: "Room", label: "Room" }, html`<p class="quiet">This room is no longer on this computer.</p>`);
	const alike = roomApart(room, me.value?.person ?? "").apartWhy;
	return h(Pane, { title: room.name, label: `About the room ${room.name}` }, html`
		<div class="about">${h(Avatar, { name: room.name, room: room.id, large: true })}<p>${room.open ? "Open to the office" : "By invitation"}<br /><span class="quiet">${room.open ? "Everybody here finds it and can join." : "Only whom a member invites."}</span></p></div>
		${alike && html`<p class="warn">${h(Icon, { name: "warning" })}<span dir="auto">${alike}.</span></p>`}
		<dl class="facts room-facts"><dt>Made</dt><dd>by ${room.creator.id === me.value?.person ? "you" : html`<bdi dir="auto">${room.creator.name}</bdi>${h(Apart, { who: room.creator })}`}, ${dayWithin(room.time)}</dd>
			<dt>Newcomers</dt><dd>${room.closedHistory ? "get what is said after they came" : "can read what was said before"}</dd></dl>
		${h(Verbs, { room })}
		${h(Members, { room })}
		${h(RoomGroups, { room })}`);
}

/** @param {{room: Room}} props */
function Verbs({ room }) {
	if (!room.member) return html`<p class="quiet room-ended" dir="auto">${words(endWords(room))}</p>${mayJoin(room) && html`<div class="card-verbs"><button class="button button-main" onClick=${() => joinRoom(room.id)}>Join again</button></div>`}<div class="card-verbs"><button class="button" onClick=${() => forgetRoom(room)}>Take off the list…</button></div>`;
	return html`<div class="card-verbs">
		<button class="button button-main" onClick=${() => show({ kind: "invite-room", id: room.id })}>Invite people…</button>
		<button class="button" onClick=${() => show({ kind: "rename-room", id: room.id })}>Rename…</button>
		<button class="button" onClick=${() => leaveRoom(room)}>Leave…</button></div>`;
}

/** Those who are here come first. @param {Room} room */
const sorted = (room) => room.members.toSorted((a, b) => Number(isHere(b)) - Number(isHere(a)) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id));

/** @param {RoomMember} m */
const isHere = (m) => m.id === me.value?.person || !!colleagues.value.get(m.id)?.link;

/** @param {{room: Room}} props */
function Members({ room }) {
	const [filter, setFilter] = useState("");
	const all = sorted(room);
	const shown = matching(all, filter);
	return html`<h3>${room.member ? "Members" : "Members, as far as you know"} (${all.length})</h3>
		${all.length > MANY && html`<label class="field room-filter"><span class="unseen">Find a member</span><input type="search" dir="auto" placeholder="Find a member" value=${filter} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setFilter(e.currentTarget.value)} /></label>`}
		${shown.length === 0 && html`<p class="quiet" role="status">${all.length === 0 ? "Nobody is in it any more." : html`Nobody in it is called “<bdi dir="auto">${filter}</bdi>”.`}</p>`}
		<ul class="plain members">${shown.map((m) => h(Member, { key: m.id, room, member: m, row: colleagues.value.get(m.id) }))}</ul>`;
}

/** @param {{room: Room, member: RoomMember, row: Row | undefined}} props row: of the list, unless we never met */
function Member({ room, member, row }) {
	const mine = member.id === me.value?.person;
	const items = mine ? [] : verbs(room, member, row);
	const presence = mine ? (me.value?.presence ?? "available") : (row?.presence ?? "offline");
	const link = mine || !!row?.link;
	return html`<li class="member" data-member=${member.id}>
		${h(Avatar, { name: member.name, person: member.id, presence, link })}
		<span class="member-text"><span class="member-name"><bdi dir="auto">${member.name}</bdi>${mine && " (you)"}${!mine && h(Apart, { who: member })}</span><span class="member-state">${[here(presence, link, row), ...rights(room, member)].join(" · ")}</span></span>
		${items.length > 0 && h(Menu, { label: `More for ${distinct(member)}`, icon: "more", items })}
	</li>`;
}

/** @param {string} presence @param {boolean} link @param {Row | undefined} row */
function here(presence, link, row) {
	if (link) return presenceWord(presence, true).replace(/^./, (letter) => letter.toUpperCase());
	return row ? lastHere(row.lastSeen).replace(/^n/, "N") : "Not here";
}

/** @param {Room} room @param {RoomMember} member */
const rights = (room, member) => [...(member.id === room.creator.id ? ["made this room"] : []), ...(member.mayRemove && member.id !== room.creator.id ? ["may remove members"] : []), ...(member.waits ? ["wrote very much: the rest waits"] : [])];

/** @param {Room} room @param {RoomMember} member @param {Row | undefined} row */
function verbs(room, member, row) {
	const self = room.members.find((m) => m.id === me.value?.person);
	const made = !!self && self.id === room.creator.id;
	const able = !!self?.mayRemove && member.id !== room.creator.id && (made || !member.mayRemove);
	return [
		...(row ? [{ text: `Write to ${distinct(member)}`, run: () => openPerson(member.id) }] : []),
		...(member.waits ? [{ text: "Fetch the rest", run: () => fetchRest(room, member) }] : []),
		...(made && !member.mayRemove ? [{ text: "Let them remove members…", run: () => letRemove(room, member) }] : []),
		...(able ? [{ text: "Remove from the room…", danger: true, run: () => removeFrom(room, member) }] : []),
	];
}
