// Tells the agent that one is writing, and, where live text is on, the letters. The agent sees to what colleagues are told, and how often.
import { call, part } from "./api.js";
import { LONGEST, bytes } from "./length.js";
/** @import { Row } from "./types.js" */

const PACE = 1000; // milliseconds between two reports without letters
const LETTERS = 100;

/** @type {Map<string, number>} */
const told = new Map();
/** @type {Map<string, string>} */
const newest = new Map();
/** @type {Map<string, Promise<void>>} */
const chains = new Map(); // reports of one conversation arrive in their order

/** @param {string} to @param {{writes: boolean, text?: string}} what */
function report(to, what) {
	const chain = (chains.get(to) ?? Promise.resolve()).then(() => call("PUT", `/conversations/${part(to)}/writing`, what)).catch(() => {}); // a passing state: the next key tells again
	chains.set(to, chain);
	return chain;
}

/** The composer has changed under somebody's hands. @param {Row} row @param {string} text */
export function wrote(row, text) {
	if (!text) return wroteNoMore(row.id);
	if (row.liveText === "both") {
		if (!newest.has(row.id)) setTimeout(() => letters(row.id), LETTERS);
		newest.set(row.id, text);
		return;
	}
	if (Date.now() - (told.get(row.id) ?? 0) < PACE) return;
	told.set(row.id, Date.now());
	report(row.id, { writes: true });
}

/** @param {string} to */
function letters(to) {
	const text = newest.get(to);
	newest.delete(to);
	if (!text) return;
	told.set(to, Date.now());
	report(to, { writes: true, text: bytes(text) > LONGEST ? "" : text });
}

/** The composer was cleared, or its text was sent. @param {string} to */
export function wroteNoMore(to) {
	newest.delete(to);
	if (!told.delete(to)) return;
	report(to, { writes: false });
}
