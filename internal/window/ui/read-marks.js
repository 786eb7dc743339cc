// Tells the agent how far a person has read: of each conversation one request at a time and then only the furthest, as a burst is read faster than it can be told line by line.
import { call, part } from "./api.js";

/**
 * @typedef {object} Telling
 * @property {string[]} next how far to tell of next; more than one where it is not known which is further
 * @property {Promise<void>} known resolves once all of it was answered
 */

const PATIENCE = 1_000; // milliseconds that a conversation waits with opening

/** @type {Map<string, Telling>} */
const tellings = new Map(); // by the person of the conversation

/** @param {string} person @param {string} upTo @param {(id: string) => boolean} passes whether upTo is further than another one @param {(error: any) => void} failed tells what went wrong */
export function readUpTo(person, upTo, passes, failed) {
	const telling = tellings.get(person);
	if (telling) {
		telling.next = [...telling.next.filter((id) => id !== upTo && !passes(id)), upTo];
		return;
	}
	const begun = { next: [upTo], known: Promise.resolve() };
	tellings.set(person, begun);
	begun.known = tellAll(person, begun, failed);
}

/** @param {string} person @param {Telling} telling @param {(error: any) => void} failed */
async function tellAll(person, telling, failed) {
	for (let upTo = telling.next.shift(); upTo; upTo = telling.next.shift()) await call("PUT", `/conversations/${part(person)}/read`, { upTo }).catch(failed);
	tellings.delete(person);
}

/** Resolves once the agent knows how far a conversation was read until now, as it opens there; it opens all the same where the agent is slow to store that. @param {string} person */
export const readKnown = (person) => Promise.race([tellings.get(person)?.known, new Promise((done) => { setTimeout(done, PATIENCE); })]);

/** Forgets what was not told yet, and resolves once what was is answered: for who takes back that they read it. @param {string} person */
export function tellNoMore(person) {
	const telling = tellings.get(person);
	if (telling) telling.next = [];
	return telling?.known;
}
