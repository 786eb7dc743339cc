// What is to happen later: texts to be sent, and messages to be reminded of. The agent keeps them; this asks for them again whenever it says that they changed.
import { call, part } from "./api.js";
import { attempt, draft, openMessage, sentence, show, tell } from "./actions.js";
import { goTo, leave } from "./message-actions.js";
import { ahead, timeOfDay } from "./format.js";
import { wroteNoMore } from "./writing.js";
import { state, update } from "./store.js";
/** @import { Later, Message } from "./types.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MORNING = 9; // o'clock, when most offices have begun

/** @typedef {{text: string, time: Date}} Moment */

/** Nine in the morning, so many days from now. @param {Date} now @param {number} days */
const morning = (now, days) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);

/** @param {Date} now @param {number} wait milliseconds @param {string} text @returns {Moment} */
const soon = (now, wait, text) => ({ text, time: new Date(now.getTime() + wait) });

/** Mornings that are often meant. @param {Date} now @returns {Moment[]} */
function mornings(now) {
	const tomorrow = morning(now, 1);
	const monday = morning(now, ((8 - now.getDay()) % 7) || 7);
	const out = [{ text: `Tomorrow, ${timeOfDay(tomorrow.toISOString())}`, time: tomorrow }];
	if (monday.getTime() !== tomorrow.getTime()) out.push({ text: `Monday, ${timeOfDay(monday.toISOString())}`, time: monday });
	return out;
}

/** @param {Date} now @returns {Moment[]} when a text is often to be sent */
export const sendMoments = (now) => [soon(now, HOUR, "In 1 hour"), ...mornings(now)];

/** @param {Date} now @returns {Moment[]} when somebody often wants to be reminded */
export const remindMoments = (now) => [soon(now, 20 * MINUTE, "In 20 minutes"), soon(now, HOUR, "In 1 hour"), soon(now, 3 * HOUR, "In 3 hours"), ...mornings(now)];

/** As everywhere in the page a room stands by its own ID in the place of a person. @param {Later} l @returns {Later} */
const whole = (l) => ({ ...l, person: l.person || l.conversation });

let asked = 0; // the newest question's answer counts

/** Asks what is to happen later. */
export async function loadLaters() {
	const mine = ++asked;
	try {
		/** @type {Later[]} */
		const laters = await call("GET", "/later");
		if (mine === asked) update(() => ({ laters: laters.map(whole), latersProblem: "" }));
	} catch (error) {
		if (mine === asked) update(() => ({ latersProblem: sentence(error) }));
	}
}

/** Has a text sent at a time; it leaves the composer when the agent has it. @param {string} person @param {string} text @param {Message | null} reply @param {string[]} mentions persons @param {Date} time @returns {Promise<void>} fails with the sentence to show */
export async function sendLater(person, text, reply, mentions, time) {
	/** @type {Later} */
	const kept = await call("POST", `/conversations/${part(person)}/later`, { text, time: time.toISOString(), ...(reply ? { replyTo: reply.id } : {}), ...(mentions.length ? { mentions } : {}) });
	leave(person);
	wroteNoMore(person);
	if (state.peek().drafts[person] === text) draft(person, "");
	tell(`It will be sent ${ahead(kept.time)}.`);
	await loadLaters();
}

/** @param {Message} message @param {Date} time @returns {Promise<void>} fails with the sentence to show */
export async function remind(message, time) {
	/** @type {Later} */
	const kept = await call("POST", `/messages/${part(message.id)}/reminder`, { time: time.toISOString() });
	tell(`You will be reminded ${ahead(kept.time)}.`);
	await loadLaters();
}

/** Gives what waits another time, and a text other words. @param {Later} later @param {string} text @param {string[]} mentions persons, in the place of those before @param {Date} time @returns {Promise<void>} fails with the sentence to show */
export async function changeLater(later, text, mentions, time) {
	await call("PUT", `/later/${part(later.id)}`, { time: time.toISOString(), ...(later.text ? { text, mentions } : {}) });
	await loadLaters();
}

/** Takes back what waits, or puts a reminder away. @param {Later} later */
export const cancelLater = (later) => attempt(async () => {
	await call("DELETE", `/later/${part(later.id)}`);
	await loadLaters();
});

/** Rings again in an hour. @param {Later} later */
export const putOff = (later) => attempt(() => changeLater(later, "", [], new Date(Date.now() + HOUR)));

/** Shows the message that something waiting is about, in its place. @param {Later} later */
export async function showAbout(later) {
	show(null);
	if (!later.message) return;
	if (state.peek().view?.person === later.person && state.peek().view?.status === "ready") await goTo(later.person, later.message);
	else await openMessage(later.person, later.message);
}
