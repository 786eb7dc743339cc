// What the lines of a room's history say. Pure: names stand apart from words, so that each can be drawn on its own.
import { count, day } from "./format.js";
/** @import { Author, MemberChange, Message, RefusedChanges, Room } from "./types.js" */

/** @typedef {string | {name: string} | Author} Piece a word of ours, or a name that somebody chose: of a person with who it is */

const NAMED = 5; // of those who were invited at once; the rest is a number

/** @param {Piece[]} names perhaps the first ones only @param {number} [all] how many there are @returns {Piece[]} "Ben, Carla and 4 others" */
function listed(names, all = names.length) {
	const shown = all > NAMED + 1 ? [...names.slice(0, NAMED), `${all - NAMED} others`] : names;
	return shown.flatMap((one, i) => (i === 0 ? [one] : [i === shown.length - 1 ? " and " : ", ", one]));
}

/** @param {Message[]} lines one, or invitations by one person @param {string} me our own person's ID @returns {Piece[]} */
export function told(lines, me) {
	const { author, mine, change } = lines[0];
	if (!change) return [];
	const by = mine ? "You" : author;
	const whom = listed(lines.map((m) => (m.change?.who.id === me ? "you" : (m.change?.who ?? { name: "" }))));
	/** @type {Piece[]} */
	const late = change.overruled ? [", but too late: a removal or leaving at the same time counts more"] : [];
	switch (change.what) {
		case "made": return [by, " made this room", ...(change.missed ? [". What was said while you were no member is not shown to you."] : [])];
		case "invited": return [by, " invited ", ...whom, ...late];
		case "removed": return [by, " removed ", ...whom];
		case "renamed": return [by, " renamed the room to “", { name: change.name ?? "" }, "”"];
		case "grouped": return [by, ...grouping(change, me)];
		case "entrusted": return [by, mine ? " let " : " lets ", ...whom, " remove members", ...late];
		case "joined": return [by, " joined", ...late];
		case "left": return [by, " left"];
	}
	return [by, " changed the room"]; // a newer agent may know more
}

/** Who is in a group from then on. @param {MemberChange} change @param {string} me @returns {Piece[]} */
function grouping({ name = "", size = 0, in: some = [] }, me) {
	if (size === 0) return [" took the group “", { name }, "” away"];
	return [" set the group “", { name }, "” to ", ...listed(some.map((one) => (one.id === me ? "you" : one)), size)];
}

/** How our own part in a room ended. @param {Room} room @returns {Piece[]} */
export function endWords(room) {
	const { ended } = room;
	if (room.member) return [];
	if (!ended) return ["You are not a member of this room."];
	if (ended.what === "left") return [`You left this room, ${dayWithin(ended.time)}. What was said until then stays here.`];
	return [ended.by, ` removed you from this room, ${dayWithin(ended.time)}. What was said until then stays here. A member can invite you again.${onlyYours(room.refused ?? 0)}${alsoRefused(room.refusedChanges)}`];
}

/** What of our own was refused, and what helps. @param {number} n */
const onlyYours = (n) => (n === 0 ? "" : ` Only you see ${n === 1 ? "the message" : `the ${count(n, "message")}`} that you wrote without knowing it: forward what you still want to say.`);

/** What else was. @param {RefusedChanges} [of] */
function alsoRefused(of = {}) {
	/** @type {[number, string, string][]} */
	const all = [[of.deletions ?? 0, "a deletion", "deletions"], [of.edits ?? 0, "an edit", "edits"], [of.reactions ?? 0, "a reaction", "reactions"], [of.pins ?? 0, "a pin", "pins"],
		[of.names ?? 0, "a new name of the room", "new names of the room"], [of.groups ?? 0, "a change of a group", "changes of groups"], [of.members ?? 0, "a change of members", "changes of members"]];
	const total = all.reduce((sum, [n]) => sum + n, 0);
	const words = all.filter(([n]) => n > 0).map(([n, one, many]) => (n === 1 ? one : count(n, one, many))).join(", ");
	if (total === 0) return "";
	return total === 1 ? ` A change of yours was refused: ${words}.` : ` ${count(total, "change")} of yours were refused: ${words}.`;
}

/** The same, in a line of a list; by whom, its page says. @param {Room} room */
export function endBrief({ ended }) {
	if (!ended) return "No member any more";
	return `You ${ended.what === "left" ? "left it" : "were removed"}, ${dayWithin(ended.time)}`;
}

/** The day of a time, within a sentence. @param {string} time */
export const dayWithin = (time) => day(time).replace(/^(Today|Yesterday)$/, (word) => word.toLowerCase());
