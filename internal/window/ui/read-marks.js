// Tells the agent how far a person has read: one request at a time, and of each conversation only the furthest, as a burst is read faster than it can be told line by line.
import { call, part } from "./api.js";

/** @type {Map<string, {upTo: string, failed: (error: any) => void}>} */
const waiting = new Map(); // by the person of the conversation
/** @type {Promise<void> | null} */
let telling = null;

/** @param {string} person @param {string} upTo @param {(error: any) => void} failed tells what went wrong */
export function readUpTo(person, upTo, failed) {
	waiting.set(person, { upTo, failed });
	telling ??= tellAll().finally(() => { telling = null; });
}

async function tellAll() {
	for (const [person, { upTo, failed }] of waiting) { // also what is added meanwhile
		waiting.delete(person);
		await call("PUT", `/conversations/${part(person)}/read`, { upTo }).catch(failed);
	}
}

/** Resolves once the agent knows what was read until now: where a conversation opens depends on it. */
export const readKnown = async () => telling;
