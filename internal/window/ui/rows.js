// Turns a conversation into the rows on screen: days, the line before the unread, groups of one author. Pure.
/** @import { Message, Pending, View } from "./types.js" */

const GROUP = 5 * 60_000; // messages of one author within five minutes belong together

/**
 * @typedef {{kind: "day", key: string, time: string} | {kind: "unread", key: string} | {kind: "message", key: string, message: Message, first: boolean, last: boolean, newest: boolean}
 *   | {kind: "change", key: string, lines: Message[]} | {kind: "pending", key: string, pending: Pending, first: boolean}} ListRow
 */

/** @param {string} time the local day */
const dayOf = (time) => new Date(time).toDateString();

/** Whether nobody wrote it: it tells what happened to a room. @param {Message | undefined} m */
export const isLine = (m) => m?.kind === "change";

/** @param {Message | undefined} a @param {Message | undefined} b */
const near = (a, b) => !!a && !!b && a.author.id === b.author.id && Math.abs(Date.parse(b.time) - Date.parse(a.time)) < GROUP && dayOf(a.time) === dayOf(b.time);

/** @param {Message | undefined} a @param {Message | undefined} b */
const together = (a, b) => near(a, b) && !isLine(a) && !isLine(b);

/** Invitations by one person, one after the other, are one line. @param {Message} m */
const invites = (m) => m.change?.what === "invited" && !m.change.overruled;

/** @param {View} view @param {Pending[]} pending @returns {ListRow[]} */
export function rows(view, pending) {
	/** @type {ListRow[]} */
	const out = [];
	const { firstUnread, messages } = view;
	const newest = view.later ? undefined : messages.findLast((m) => m.mine && !isLine(m))?.id; // where more follows, the last one loaded is not the last
	messages.forEach((message, i) => {
		const before = messages[i - 1];
		const after = messages[i + 1];
		if (!before || dayOf(before.time) !== dayOf(message.time)) out.push({ kind: "day", key: `day-${message.id}`, time: message.time });
		if (message.id === firstUnread) out.push({ kind: "unread", key: "unread" });
		if (isLine(message)) return void line(out, message, before);
		const first = message.id === firstUnread || !together(before, message);
		const last = after?.id === firstUnread || !together(message, after);
		out.push({ kind: "message", key: message.id, message, first, last, newest: message.id === newest });
	});
	pending.forEach((p, i) => out.push({ kind: "pending", key: p.key, pending: p, first: i === 0 && (isLine(messages.at(-1)) || !messages.at(-1)?.mine) }));
	return out;
}

/** The key of a line is that of the last one in it, which stays when older ones are loaded. @param {ListRow[]} out @param {Message} message @param {Message | undefined} before */
function line(out, message, before) {
	const last = out.at(-1);
	if (last?.kind === "change" && before && invites(before) && invites(message) && near(before, message)) out.splice(-1, 1, { kind: "change", key: message.id, lines: [...last.lines, message] });
	else out.push({ kind: "change", key: message.id, lines: [message] });
}

/** How far a message got with everybody it is for: as far as with the last of them. @param {Message} message */
export function stateOf(message) {
	if (message.refused) return "refused";
	const order = ["waiting", "carried", "delivered", "read"];
	const states = message.states ?? [];
	return states.length ? order[Math.min(...states.map((s) => Math.max(0, order.indexOf(s.state))))] : "";
}
