// Mentions: in a text `@` and a person's name, beside it their ID (docs/protocol.md, section 6). Pure.
import { count } from "./format.js";
import { matching, people } from "./state.js";
/** @import { Author, Room, State } from "./types.js" */

/** @typedef {{id: string, name: string, machine: string, inside: boolean, about?: string}} Candidate inside: they are in the conversation, and are told. The ID of a group is its name; about says what it is */
/** @typedef {Author & {group?: boolean, ours?: boolean, written?: string}} Pointed a person or group that a text mentions; ours: we are in the group; written: their name as it stands in the text */

const MOST = 32; // persons that one text may mention
const EVERYONE = "everyone"; // the group that every room has
const OFFERED = 6;
const TYPED = /(?:^|[\s("'[{])@([^\s@][^\n@]{0,60})?$/u;
const LETTER = /[\p{L}\p{N}]/u;

/** Whoever can be mentioned: those in the conversation first. @param {State} state @param {string} person or room @returns {Candidate[]} */
export function candidates(state, person) {
	const room = state.conversations[person]?.room;
	const inside = new Set(room ? room.members.map((m) => m.id) : [person]);
	const rows = people(state).filter((r) => !r.members && !r.blocked && !r.office).map((r) => ({ id: r.id, name: r.name, machine: r.apart || r.machine, inside: inside.has(r.id) }));
	const known = new Set(rows.map((r) => r.id));
	const unmet = (room?.members ?? []).filter((m) => !known.has(m.id) && m.id !== state.me?.person).map((m) => ({ id: m.id, name: m.name, machine: m.apart ?? "", inside: true }));
	return [...rows, ...unmet, ...(room ? groups(room) : [])].sort((a, b) => Number(b.inside) - Number(a.inside));
}

/** @param {Room} room @returns {Candidate[]} */
function groups(room) {
	const named = (room.groups ?? []).map((g) => ({ id: g.name, name: g.name, machine: "", inside: true, about: `group of ${count(g.members.length, "member", "members")}` }));
	return [...named, { id: EVERYONE, name: EVERYONE, machine: "", inside: true, about: "all members of this room" }];
}

/** Whom and which groups a text mentions, as they are drawn in it. @param {{mentions?: Author[], groups?: string[]}} text @param {Room | undefined} room @param {string | undefined} me @returns {Pointed[]} */
export function pointed(text, room, me) {
	const ours = (/** @type {string} */ name) => !!room?.member && (name === EVERYONE || !!room.groups?.some((g) => g.name === name && g.members.includes(me ?? "")));
	return [...(text.mentions ?? []), ...(text.groups ?? []).map((name) => ({ id: name, name, group: true, ours: ours(name) }))];
}

/** What is typed of a mention before the caret. A name that is whole and done with is not being typed. @param {string} text @param {number} caret @param {Candidate[]} all @returns {{at: number, words: string} | null} */
export function typed(text, caret, all) {
	const found = TYPED.exec(text.slice(0, caret));
	if (!found) return null;
	const words = found[1] ?? "";
	const whole = offered(all, words);
	const done = all.some((c) => begins(words, 0, `${c.name} `)) || (whole.length === 1 && whole[0].name.length === words.length && begins(words, 0, whole[0].name));
	return done ? null : { at: caret - words.length - 1, words };
}

/** @param {Candidate[]} all @param {string} words */
export const offered = (all, words) => matching(all, words).slice(0, OFFERED);

/** Whether a name stands at a place, in any case: by hand one writes @board for Board. @param {string} text @param {number} at @param {string} name */
const begins = (text, at, name) => text.slice(at, at + name.length).toLowerCase() === name.toLowerCase();

/** The mention that begins at a place: of those whose name stands there, the longest name. @template {Author} T @param {string} text @param {number} at after the sign @param {T[]} all */
function namedAt(text, at, all) {
	const there = all.filter((c) => c.name && begins(text, at, c.name) && !LETTER.test(text[at + c.name.length] ?? ""));
	const longest = Math.max(0, ...there.map((c) => c.name.length));
	return there.filter((c) => c.name.length === longest);
}

/** @param {string} text @returns {number[]} the places after each sign that can begin a mention */
function signs(text) {
	const out = [];
	for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) if (at === 0 || !LETTER.test(text[at - 1])) out.push(at + 1);
	return out;
}

/** The persons a text mentions. Of several with one name it is who was chosen from the list, else who is in the conversation. @param {string} text @param {Candidate[]} all @param {string[]} chosen @returns {string[]} */
export function mentioned(text, all, chosen) {
	/** @type {Set<string>} */
	const out = new Set();
	for (const at of signs(text)) {
		const there = namedAt(text, at, all);
		const meant = there.filter((c) => chosen.includes(c.id));
		const inside = there.filter((c) => c.inside);
		for (const c of meant.length ? meant : inside.length === 1 ? inside : there.length === 1 ? there : []) out.add(c.id);
	}
	return [...out].slice(0, MOST);
}

/** The persons that changed words mention: whose name stands in them, and of those mentioned before (old) who was called otherwise and so stood not by name in the words before. @param {string} text @param {string} before @param {Pointed[]} old @param {Candidate[]} all @param {string[]} chosen @returns {string[]} */
export function stillMentioned(text, before, old, all, chosen) {
	const found = mentioned(text, all, [...chosen, ...old.map((who) => who.id)]);
	return [...new Set([...found, ...unseen(before, old).map((who) => who.id)])].slice(0, MOST);
}

/** Cuts a text at its mentions. @param {string} text @param {Pointed[]} mentions @returns {(string | Pointed)[]} */
export function cut(text, mentions) {
	/** @type {(string | Pointed)[]} */
	const out = [];
	let from = 0;
	for (const at of mentions.length ? signs(text) : []) {
		const [who] = namedAt(text, at, mentions);
		if (!who || at - 1 < from) continue;
		if (at - 1 > from) out.push(text.slice(from, at - 1));
		out.push({ ...who, written: text.slice(at, at + who.name.length) });
		from = at + who.name.length;
	}
	if (from < text.length) out.push(text.slice(from));
	return out;
}

/** Whom a text mentions without their name of now standing in it: they were called otherwise. @param {string} text @param {Pointed[]} mentions */
export const unseen = (text, mentions) => mentions.filter((who) => !signs(text).some((at) => namedAt(text, at, [who]).length > 0));
