// Two people make sure who the other is: both see the same four words, and each says what they heard.
import { call, part } from "./api.js";
import { attempt, tell } from "./actions.js";
import { state, update } from "./store.js";
import { compared, wanted } from "./state.js";
import { isolated } from "./text.js";
import { distinct } from "./named.js";
import { exactly } from "./format.js";
/** @import { Words } from "./types.js" */

/** Begins a comparison, or joins what the other began. @param {string} person @returns {Promise<void>} fails with the sentence to show */
export async function compare(person) {
	/** @type {Words} */
	const now = await call("POST", `/peers/${part(person)}/words`);
	update((s) => compared(s, now));
}

/** @param {string} person @param {boolean} same @returns {Promise<Words>} fails with the sentence to show */
export const judge = (person, same) => call("PUT", `/peers/${part(person)}/words`, { same });

/** Tells who looks at another conversation that somebody wants to compare words, or says that they differ. @param {Words} now */
export function asked(now) {
	if (state.peek().view?.person === now.person) return;
	const them = isolated(distinct({ id: now.person, name: now.name, apart: now.apart }));
	if (wanted(now)) tell(`${them} wants to make sure who you are. Their conversation shows how.`);
	if (now.ended === "different" && now.theirs) tell(`${them} says that the words differ. Write nothing secret there.`, true);
}

/** Takes back that a person is verified, or that words differed. @param {string} person */
export const doubt = (person) => attempt(() => call("DELETE", `/peers/${part(person)}/words`));

const BETWEEN = "differ: somebody may be between your computers.";
const DIFFER = `The words ${BETWEEN} Write nothing secret here. Compare again in person, or block them and ask the person who knows computers.`;

/** That words were not the same, which stands until they are compared again. @param {string} at */
export const differed = (at) => `The words that you compared on ${exactly(at)} ${BETWEEN}`;

/** Why there are no words any more. @param {string | undefined} ended @param {string} name */
export function why(ended, name) {
	switch (ended) {
		case "different": return DIFFER;
		case "spoiled": return "What came does not fit together: somebody may be between your computers. Begin again, and trust nothing that comes from this person here if that comes again.";
		case "given-up": return `${name} gave it up. Begin again when you are both ready.`;
		case "late": return "Ten minutes are over. Begin again when you are both ready.";
		case "broken": return "The connection broke off. Begin again when you are both here.";
	}
	return "";
}

/** Whether an end is a warning. @param {string | undefined} ended */
export const alarming = (ended) => ended === "different" || ended === "spoiled";
