// What a person does with one message: each verb asks the agent, which tells every window what came of it.
import { attempt, closeView, messages, openMessage, openPerson, sentence, show, tell } from "./actions.js";
import { inTurn } from "./in-turn.js";
import { isLine } from "./rows.js";
import { arrived, viewed } from "./state.js";
import { call, part } from "./api.js";
import { tellNoMore } from "./read-marks.js";
import { state, update } from "./store.js";
import { distinct } from "./named.js";
/** @import { Message, Version } from "./types.js" */

/** Answers a message, or changes an own one, in the composer. What was being written comes back afterwards. @param {string} person @param {"reply" | "edit"} verb @param {Message} message */
export function compose(person, verb, message) {
	leave(person);
	update((s) => ({
		composing: { ...s.composing, [person]: { verb, message, before: s.drafts[person] ?? "" } },
		drafts: verb === "edit" ? { ...s.drafts, [person]: message.text } : s.drafts,
	}));
}

/** Answers an announcement: to its author, and to nobody else. @param {Message} message */
export async function answer(message) {
	if (!Object.values(state.peek().peers).some((p) => p.person === message.author.id)) return tell(`${distinct(message.author)} is not on your list yet: write when they are here.`);
	await openPerson(message.author.id);
	compose(message.author.id, "reply", message);
}

/** Ends answering or changing without doing it. @param {string} person */
export function leave(person) {
	update((s) => {
		const { [person]: now, ...composing } = s.composing;
		if (!now) return {};
		return { composing, drafts: now.verb === "edit" ? { ...s.drafts, [person]: now.before } : s.drafts };
	});
}

/** @param {string} person @param {Message} message @param {string} text @param {string[]} mentions persons, in the place of the old ones @returns {Promise<boolean>} whether the agent has it */
export async function edit(person, message, text, mentions) {
	return attempt(async () => {
		await call("PUT", `/messages/${part(message.id)}`, mentions.length ? { text, mentions } : { text });
		leave(person);
	});
}

/** @param {Message} message */
export const takeBack = (message) => show({
	kind: "confirm", title: "Delete this message for everybody?", action: "Delete",
	text: "It is removed from every computer that has it, as soon as Lanyard runs there. What somebody has seen or copied stays with them.",
	run: () => call("DELETE", `/messages/${part(message.id)}`),
});

/** Deletes what nobody else sees. @param {Message} message */
export const dropRefused = (message) => show({
	kind: "confirm", title: "Delete this message?", action: "Delete", text: "Nobody else sees it: then it is nowhere any more.",
	run: () => call("DELETE", `/messages/${part(message.id)}`),
});

/** @param {Message} message @param {string} emoji @param {boolean} on */
export const react = (message, emoji, on) => attempt(() => call("PUT", `/messages/${part(message.id)}/reaction`, { emoji, on }));

/** @param {Message} message @param {boolean} on */
export const pin = (message, on) => attempt(() => call("PUT", `/messages/${part(message.id)}/pin`, { on }));

/** @param {Message} message */
export async function showVersions(message) {
	await attempt(async () => {
		/** @type {Version[]} */
		const versions = await call("GET", `/messages/${part(message.id)}/versions`);
		show({ kind: "versions", versions });
	});
}

/** @param {string} text */
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		tell("Copied.");
	} catch (error) {
		tell(sentence(error), true);
	}
}

/** Brings a message on screen, wherever in the conversation it stands: the list, which keeps its reader's place, is told the new one. @param {string} person @param {string} id */
export async function goTo(person, id) {
	const target = { id };
	if (state.peek().view?.messages.some((m) => m.id === id)) return update((s) => viewed(s, person, (view) => ({ ...view, target })));
	await attempt(async () => {
		const page = await messages(person, `&around=${part(id)}`);
		update((s) => viewed(s, person, (view) => ({ ...arrived(view, page, s.conversations[view.conversation]?.last?.id ?? ""), firstUnread: view.firstUnread, atEnd: false, target })));
	});
}

/** @param {Message} message @param {string} to a person */
export const forward = (message, to) => call("POST", `/messages/${part(message.id)}/forward`, { to });

/** @param {Message} message @param {boolean} on */
export const star = (message, on) => attempt(() => call("PUT", `/messages/${part(message.id)}/star`, { on }));

export const showStarred = () => attempt(async () => show({ kind: "messages", title: "Starred messages", none: "You starred nothing yet. Only you see your stars.", all: true, messages: await call("GET", "/stars") }));

/** Learns how many messages are pinned in a conversation on screen. */
export const countPins = inTurn((/** @type {string} */ person) => attempt(async () => {
	/** @type {Message[]} */
	const pinned = await call("GET", `/conversations/${part(person)}/pins`);
	update((s) => viewed(s, person, (view) => ((view.pins ?? 0) === pinned.length ? view : { ...view, pins: pinned.length })));
}));

/** @param {string} person */
export const showPinned = (person) => attempt(async () => show({ kind: "messages", title: "Pinned messages", none: "Nothing is pinned here. What somebody pins, everybody in the conversation finds here.", messages: await call("GET", `/conversations/${part(person)}/pins`) }));

/** Shows a message that a list named, in its place. @param {Message} message */
export async function openListed(message) {
	const person = state.peek().conversations[message.conversation]?.person;
	show(null);
	if (!person) return;
	const { view } = state.peek();
	await (view?.person === person && view.status === "ready" ? goTo : openMessage)(person, message.id);
}

/** @param {string} person @param {boolean} on */
export const mute = (person, on) => attempt(() => call("PUT", `/conversations/${part(person)}/mute`, { on }));

/** @param {string} person */
export const markRead = (person) => attempt(() => call("PUT", `/conversations/${part(person)}/read`, { upTo: "" }));

/** Marks a conversation as unread and leaves it if it is on screen, so that it stays so. @param {string} person */
export const markUnread = (person) => attempt(async () => {
	await tellNoMore(person); // what was told of before would take it back
	await call("PUT", `/conversations/${part(person)}/unread`);
	if (state.peek().view?.person === person) closeView();
});

/** Shows the first message of a day or after it. @param {string} person @param {string} day as 2026-11-21 @returns {Promise<string>} why not, or nothing */
export async function jump(person, day) {
	const { dialog } = state.peek();
	const page = await messages(person, `&since=${part(new Date(`${day}T00:00:00`).toISOString())}`);
	const first = page.messages.find((m) => !isLine(m)) ?? page.messages.findLast(isLine); // a line is found by its last change
	if (!first) return "Nothing was said on that day or after it.";
	if (state.peek().dialog === dialog) show(null);
	await goTo(person, first.id);
	return "";
}
