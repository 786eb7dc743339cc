// What one does with rooms: make one, bring people in, join, leave, rename, remove.
import { ApiError, call, part } from "./api.js";
import { attempt, closing, openPerson, show, tell } from "./actions.js";
import { inTurn } from "./in-turn.js";
import { isolated } from "./text.js";
import { forgotten, newest } from "./state.js";
import { state, update } from "./store.js";
import { distinct } from "./named.js";
/** @import { Conversation, Room } from "./types.js" */

/** Puts the room that the agent answers with on the list before the live channel does; what that told meanwhile is newer. @param {Promise<Room>} answer @param {string} [id] none: it is made now @returns {Promise<Room>} */
async function known(answer, id = "") {
	const before = state.peek().conversations[id]?.room;
	const room = await answer;
	update((s) => {
		const row = s.conversations[room.id] ?? { id: room.id, person: room.id, unread: 0, time: room.time };
		const now = newest(before, row.room, room);
		return { conversations: { ...s.conversations, [room.id]: { ...row, name: now.name, room: now } }, openRooms: s.openRooms.filter((r) => r.id !== room.id), leftRooms: s.leftRooms.filter((r) => r.id !== room.id) };
	});
	return room;
}

/** Fails with the sentence to show. @param {{name: string, with: string[], open: boolean, closedHistory: boolean}} wanted */
export async function makeRoom(wanted) {
	const room = await closing(() => known(call("POST", "/rooms", wanted)));
	await openPerson(room.id);
}

/** @param {string} id */
export const joinRoom = (id) => attempt(async () => {
	await known(call("POST", `/rooms/${part(id)}/join`), id);
	await openPerson(id);
});

/** Fails with the sentence to show. @param {string} id @param {string} name */
export const renameRoom = async (id, name) => known(call("PUT", `/rooms/${part(id)}/name`, { name }), id);

/** Names a group of members to mention, or changes it; without anybody it is taken away. Fails with the sentence to show. @param {string} id @param {string} name @param {string[]} members persons */
export const nameGroup = async (id, name, members) => known(await call("PUT", `/rooms/${part(id)}/groups`, { name, with: members }));

/** Brings people in, one after the other; fails with the sentence to show, after those who could be. @param {string} id @param {string[]} persons */
export async function bringIn(id, persons) {
	for (const person of persons) {
		try {
			await known(call("POST", `/rooms/${part(id)}/invite`, { person }), id);
		} catch (error) {
			if (!(error instanceof ApiError && error.code === "conflict" && isMember(id, person))) throw error;
		}
	}
}

/** Whether somebody else was quicker. @param {string} id @param {string} person */
const isMember = (id, person) => !!state.peek().conversations[id]?.room?.members.some((m) => m.id === person);

/** Whether one can come back without being invited: to an open room that one left, or to one's own. @param {Room} room */
export const mayJoin = (room) => !room.member && (room.creator.id === state.peek().me?.person || (room.open && room.ended?.what !== "removed"));

/** What becomes of a room that its maker leaves, to be said after something else. @param {Room} room */
function withoutMaker(room) {
	const rest = room.members.filter((m) => m.id !== room.creator.id);
	const remover = rest.find((m) => m.mayRemove);
	if (!rest.length) return "";
	if (remover) return " Until you are back, only those whom you let remove members can do so, and nobody can let others.";
	return " You made this room: until you are back, nobody can remove anybody from it. To leave somebody in charge, choose “Let them remove members” in the menu beside their name first.";
}

/** @param {Room} room */
export function leaveRoom(room) {
	const mine = room.creator.id === state.peek().me?.person;
	const back = room.open || mine ? "You can join again at any time." : "To come back you need an invitation by a member.";
	const text = `You get nothing that is written from now on. What was said stays on your list and can be read. ${back}${mine ? withoutMaker(room) : ""}`;
	show({ kind: "confirm", title: `Leave the room ${isolated(room.name)}?`, text, action: "Leave", run: async () => known(call("POST", `/rooms/${part(room.id)}/leave`), room.id) });
}

/** Shows a room that ended before it was opened; from then on it stands in the list. @param {string} id */
export const openLeft = (id) => attempt(async () => {
	await known(call("GET", `/rooms/${part(id)}`), id);
	await openPerson(id);
});

/** Asks before a room that one left goes. @param {Room} room */
export function forgetRoom(room) {
	const text = "What was said in it is deleted from this computer, with your drafts, stars, reminders, texts to be sent later and programs of it. Files that you received stay where they are; those that you offered can no longer be had from you. Others keep what they have. The room comes back only by a new invitation, or when you join it again, and without what was deleted.";
	show({ kind: "confirm", title: `Take the room ${isolated(room.name)} off your list?`, text, action: "Delete and take off", run: async () => {
		await call("DELETE", `/rooms/${part(room.id)}`);
		update((s) => forgotten(s, room.id));
	} });
}

/** @param {Room} room @param {{id: string, name: string}} member */
export function removeFrom(room, member) {
	const name = isolated(distinct(member));
	const text = `${name} gets nothing that is written from now on, and sees that you removed them. What they have already, messages and files, stays with them. Any member can invite them again.`;
	show({ kind: "confirm", title: `Remove ${name} from the room?`, text, action: "Remove", run: async () => known(call("POST", `/rooms/${part(room.id)}/remove`, { person: member.id }), room.id) });
}

/** Of a member who wrote very much, the rest. @param {Room} room @param {{id: string, name: string}} member */
export function fetchRest(room, member) {
	return attempt(() => known(call("POST", `/rooms/${part(room.id)}/more`, { person: member.id }), room.id));
}

/** @param {Room} room @param {{id: string, name: string}} member */
export function letRemove(room, member) {
	const name = isolated(distinct(member));
	const text = `${name} may then remove members, but neither you nor others who may. It lasts until they leave or you remove them from the room.`;
	show({ kind: "confirm", title: `Let ${name} remove members?`, text, action: "Let them", run: async () => known(call("POST", `/rooms/${part(room.id)}/entrust`, { person: member.id }), room.id) });
}

const PAUSE = 300; // ms between two looks at what may be joined: a colleague decides how often that changes

/** What rooms can be taken for changes with other names than their own. @param {Record<string, Conversation>} all @param {Room[]} rooms as they are now */
function marked(all, rooms) {
	const now = { ...all };
	for (const { id, lookalikeOf } of rooms) {
		const row = now[id];
		if (row?.room && row.room.lookalikeOf !== lookalikeOf) now[id] = { ...row, room: { ...row.room, lookalikeOf } };
	}
	return now;
}

/** Looks which rooms may be joined, which are left, and what ours can be taken for. */
export const loadOpenRooms = inTurn(async () => {
	try {
		/** @type {Room[]} */
		const rooms = await call("GET", "/rooms");
		update((s) => ({ openRooms: rooms.filter((r) => !r.member && !r.over), leftRooms: rooms.filter((r) => r.over), conversations: marked(s.conversations, rooms) }));
	} catch (error) {
		if (!(error instanceof ApiError && error.code === "offline")) tell("Which rooms are open cannot be read now.", true); // the next snapshot comes with the agent
	}
	await new Promise((resolve) => setTimeout(resolve, PAUSE));
});
