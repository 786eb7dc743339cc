// Looking for messages while somebody types, in all conversations or in what was chosen of them.
import { call, part } from "./api.js";
import { openMessage, sentence } from "./actions.js";
import { gist } from "./markdown.js";
import { state, update } from "./store.js";
/** @import { Hit, Narrow } from "./types.js" */

const PAUSE = 120; // ms without a key before the agent is asked
const AGAIN = 1000; // ms until it is asked again for what was not indexed yet
const PAGE = 50;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {AbortController | undefined} */
let asking;

/** Filters the list by what was typed, and looks for messages. @param {string} text */
export function look(text) {
	clearTimeout(timer);
	asking?.abort();
	if (!text.trim() && !state.peek().narrow?.files) return void update(() => ({ filter: text, found: null }));
	update(() => ({ filter: text }));
	timer = setTimeout(() => ask(text, ""), PAUSE);
}

/** @type {Narrow} */
const wide = { within: "", from: "", since: "", until: "", files: false };

/** Offers to narrow the search, or looks everywhere again. */
export function toggleNarrow() {
	update((s) => ({ narrow: s.narrow ? null : wide }));
	look(state.peek().filter);
}

/** @param {Partial<Narrow>} change */
export function narrowTo(change) {
	update((s) => ({ narrow: { ...(s.narrow ?? wide), ...change } }));
	look(state.peek().filter);
}

/** Ends the search. */
export function lookNoMore() {
	update(() => ({ narrow: null }));
	look("");
}

/** The moment a day begins here, or the day so many days after. @param {string} day as a field for a date holds it @param {number} after */
function dawn(day, after) {
	const [year, month, date] = day.split("-").map(Number);
	return new Date(year, month - 1, date + after).toISOString();
}

/** How the agent is asked for it. @param {Narrow | null} narrow */
function asked(narrow) {
	if (!narrow) return "";
	const { within, from, since, until, files } = narrow;
	return `${within && `&with=${part(within)}`}${from && `&from=${part(from)}`}${since && `&since=${part(dawn(since, 0))}`}${until && `&until=${part(dawn(until, 1))}`}${files ? "&files=true" : ""}`;
}

/** The next page of what was found. */
export function lookFurther() {
	const found = state.peek().found;
	if (found?.more) void ask(found.text, found.next);
}

/** @param {string} text @param {string} before */
async function ask(text, before) {
	asking?.abort();
	const mine = (asking = new AbortController());
	const query = `text=${part(text)}&limit=${PAGE}${asked(state.peek().narrow)}${before ? `&before=${part(before)}` : ""}`;
	try {
		const page = await call("GET", `/search?${query}`, undefined, { signal: mine.signal });
		if (mine.signal.aborted) return;
		update((s) => ({ found: { text, problem: "", more: page.more, next: page.next, missing: page.total - page.indexed, hits: before && s.found ? [...s.found.hits, ...page.hits] : page.hits } }));
		if (page.indexed < page.total && !before) timer = setTimeout(() => ask(text, ""), AGAIN);
	} catch (error) {
		if (!mine.signal.aborted) update(() => ({ found: { text, problem: sentence(error), more: false, next: "", missing: 0, hits: [] } }));
	}
}

/** Cuts an excerpt where it was found. Matches count characters, not the page's units of 16 bits. @param {Hit} hit @returns {{text: string, found: boolean}[]} */
export function pieces({ excerpt, matches }) {
	const letters = [...excerpt];
	const out = [];
	let at = 0;
	for (const [from, to] of matches) {
		out.push({ text: letters.slice(at, from).join(""), found: false }, { text: letters.slice(from, to).join(""), found: true });
		at = to;
	}
	return [...out, { text: letters.slice(at).join(""), found: false }].filter((piece) => piece.text);
}

const FROM = "\uE000"; // stand where what was found begins and ends while its markup is read: characters that mean nothing
const TO = "\uE001";

/** What was found as it is read: without the markup of a text. @param {Hit} hit @returns {{text: string, found: boolean}[]} */
export function readable(hit) {
	if (hit.kind !== "text") return pieces(hit);
	const marked = pieces(hit).map(({ text, found }) => {
		const bare = text.replaceAll(FROM, "").replaceAll(TO, "");
		return found ? FROM + bare + TO : bare;
	});
	return gist(marked.join("")).split(FROM).flatMap((part, i) => {
		const [found, after] = i === 0 ? ["", part] : [part.split(TO)[0], part.split(TO)[1] ?? ""];
		return [{ text: found, found: true }, { text: after, found: false }];
	}).filter((piece) => piece.text);
}

/** Shows a message where it was said. @param {Hit} hit */
export const openHit = (hit) => openMessage(hit.person || hit.conversation, hit.id); // a room has no other person
