// What stands around a message's words: what it replies to, reactions, and the menu of what can be done with it.
import { html, h } from "../vendor/index.js";
import { select, state } from "../store.js";
import { openMessage, show } from "../actions.js";
import { answer, compose, copy, dropRefused, goTo, pin, react, showVersions, star, takeBack } from "../message-actions.js";
import { copyLink } from "../message-links.js";
import { quick } from "../emoji.js";
import { gist } from "../markdown.js";
import { oneLine } from "../text.js";
import { Menu } from "./menu.js";
import { Apart } from "./named.js";
import { distinct } from "../named.js";
/** @import { Message, Quote } from "../types.js" */

const room = select((s) => s.conversations[s.view?.conversation ?? ""]?.room ?? null);

/** @param {Quote} quote */
const words = (quote) => (!quote.here ? "A message that is not here yet" : quote.deleted ? "Deleted message" : quote.kind === "text" ? gist(quote.text ?? "") : oneLine(quote.text ?? ""));

/** @param {{quote: Quote, person: string}} props */
export function QuoteLine({ quote, person }) {
	return html`<button class="quote" disabled=${!quote.here} onClick=${() => (quote.office ? openMessage(state.peek().office, quote.id) : goTo(person, quote.id))}>
		<span class="quote-name" dir="auto">${quote.here ? html`<bdi dir="auto">${quote.author.name}</bdi>${h(Apart, { who: quote.author })}` : "Reply"}${quote.office ? " to everybody in the office" : ""}</span><span class="quote-text" dir="auto">${words(quote)}</span></button>`;
}

/** @param {{message: Message}} props */
export function Reactions({ message }) {
	const all = message.reactions ?? [];
	if (all.length === 0) return null;
	return html`<div class="reactions" role="group" aria-label="Reactions">${all.map((r) => {
		const who = r.by.map(distinct).join(", ") + (r.count > r.by.length ? ` and ${r.count - r.by.length} more` : "");
		return html`<button class=${r.mine ? "reaction reaction-mine" : "reaction"} key=${r.emoji} aria-pressed=${r.mine ? "true" : "false"} title=${who} aria-label=${`${r.emoji} ${r.count}: ${who}`}
			onClick=${() => react(message, r.emoji, !r.mine)}><bdi>${r.emoji}</bdi><span>${r.count}</span></button>`;
	})}${message.reacted ? html`<span class="reaction-more">${`${message.reacted} more`}</span>` : null}</div>`;
}

/** Whether there is anything to do with a message. @param {Message} message */
export const hasMenu = (message) => !message.deleted && (message.kind === "text" || message.kind === "file");

/** Goes by arrow keys from the menu of a message to that of the one above or below it: so all of them are one stop of the Tab key. @param {KeyboardEvent & {currentTarget: HTMLElement}} e */
export function alongMenus(e) {
	if ((e.key !== "ArrowUp" && e.key !== "ArrowDown") || e.altKey || !(e.target instanceof Element) || !e.target.matches(".message-menu [aria-haspopup][aria-expanded=false]")) return;
	e.preventDefault();
	const all = [...e.currentTarget.querySelectorAll(".message-menu [aria-haspopup]")];
	const next = all[all.indexOf(e.target) + (e.key === "ArrowDown" ? 1 : -1)];
	if (next instanceof HTMLElement) next.focus();
}

/** @param {{message: Message, person: string, end: boolean}} props end: whether it is the last that has a menu, where the Tab key stops */
export function MessageMenu({ message, person, end }) {
	if (!hasMenu(message)) return null;
	const text = message.kind === "text";
	const over = (!!room.value && !room.value.member) || !!message.refused; // nothing can be said there, or about it, any more
	const office = message.conversation === state.peek().office; // an answer goes to the author alone
	const items = [
		...(office && !message.mine ? [{ text: `Reply to ${distinct(message.author)}`, run: () => answer(message) }] : []),
		...(over || office ? [] : [{ text: "Reply", run: () => compose(person, "reply", message) }, { text: "React…", run: () => show({ kind: "react", message }) }]),
		...(text && message.mine && !over ? [{ text: "Edit", run: () => compose(person, "edit", message) }] : []),
		...(message.mine && message.states?.length > 1 ? [{ text: "Who has it…", run: () => show({ kind: "reached", message }) }] : []),
		...(text ? [{ text: "Copy text", run: () => copy(message.text) }] : []),
		...(message.refused ? [] : [{ text: "Copy link", run: () => copyLink(message) }]),
		{ text: "Remind me…", run: () => show({ kind: "remind", message }) },
		{ text: "Forward…", run: () => show({ kind: "forward", message }) },
		{ text: message.starred ? "Remove star" : "Star", run: () => star(message, !message.starred) },
		...(over || office ? [] : [{ text: message.pinned ? "Unpin" : "Pin", run: () => pin(message, !message.pinned) }]),
		...(message.edits || message.refusedEdits ? [{ text: "Show versions", run: () => showVersions(message) }] : []),
		...(message.refused ? [{ text: "Delete…", danger: true, run: () => dropRefused(message) }] : []),
		...(message.mine && !over ? [{ text: "Delete for everybody…", danger: true, run: () => takeBack(message) }] : []),
	];
	const mine = (/** @type {string} */ emoji) => !!message.reactions?.some((r) => r.emoji === emoji && r.mine);
	const signs = over || office ? [] : quick.map(([emoji, name]) => ({ text: emoji, name: `React with ${emoji} ${name}`, checked: mine(emoji), run: () => react(message, emoji, !mine(emoji)) }));
	return html`<span class="message-menu">${h(Menu, { label: "What to do with this message", icon: "more", about: "article", stop: end, items, signs })}</span>`;
}
