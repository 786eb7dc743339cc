// Turns a conversation into the rows on screen: days, the line before the unread, groups of one author. Pure.
/** @import { Message, Pending, View } from "./types.js" */

const GROUP = 5 * 60_000; // messages of one author within five minutes belong together

/**
 * @typedef {{kind: "day", key: string, time: string} | {kind: "unread", key: string} | {kind: "message", key: string, message: Message, first: boolean, last: boolean, newest: boolean}
 *   | {kind: "pending", key: string, pending: Pending, first: boolean}} ListRow
 */

/** @param {string} time the local day */
const dayOf = (time) => new Date(time).toDateString();

/** @param {Message | undefined} a @param {Message | undefined} b */
const together = (a, b) => !!a && !!b && a.author.id === b.author.id && Math.abs(Date.parse(b.time) - Date.parse(a.time)) < GROUP && dayOf(a.time) === dayOf(b.time);

/** @param {View} view @param {Pending[]} pending @returns {ListRow[]} */
export function rows(view, pending) {
	/** @type {ListRow[]} */
	const out = [];
	const { firstUnread } = view;
	const messages = view.messages.filter((m) => m.kind !== "answer");
	const newest = messages.findLast((m) => m.mine)?.id;
	messages.forEach((message, i) => {
		const before = messages[i - 1];
		const after = messages[i + 1];
		if (!before || dayOf(before.time) !== dayOf(message.time)) out.push({ kind: "day", key: `day-${message.id}`, time: message.time });
		if (message.id === firstUnread) out.push({ kind: "unread", key: "unread" });
		const first = message.id === firstUnread || !together(before, message);
		const last = after?.id === firstUnread || !together(message, after);
		out.push({ kind: "message", key: message.id, message, first, last, newest: message.id === newest });
	});
	pending.forEach((p, i) => out.push({ kind: "pending", key: p.key, pending: p, first: i === 0 && !messages.at(-1)?.mine }));
	return out;
}

/** How far a message got with everybody it is for: as far as with the last of them. @param {Message} message */
export function stateOf(message) {
	const order = ["waiting", "carried", "delivered", "read"];
	const states = message.states ?? [];
	return states.length ? order[Math.min(...states.map((s) => Math.max(0, order.indexOf(s.state))))] : "";
}
