// One message.
import { html, h } from "../vendor/index.js";
import { select, state } from "../store.js";
import { pointed } from "../mentions.js";
import { exactly, list, reach, timeOfDay } from "../format.js";
import { stateOf } from "../rows.js";
import { deliver, discard } from "../actions.js";
import { RichText } from "./rich-text.js";
import { MessageMenu, QuoteLine, Reactions } from "./message-extras.js";
import { FileCard } from "./file-card.js";
import { Icon } from "../icons.js";
import { Portrait } from "./avatar.js";
import { Apart } from "./named.js";
import { distinct } from "../named.js";
/** @import { Message, Pending } from "../types.js" */

const files = select((s) => s.files);
const me = select((s) => s.me?.person);

/** The words and the sign for how far a message got. */
const states = {
	waiting: { icon: /** @type {const} */ ("clock"), words: "Waiting until they are here" },
	carried: { icon: /** @type {const} */ ("carried"), words: "On its way with a colleague" },
	delivered: { icon: /** @type {const} */ ("check"), words: "Delivered" },
	read: { icon: /** @type {const} */ ("checks"), words: "Read" },
	refused: { icon: /** @type {const} */ ("warning"), words: "Refused: only you see this" },
};

/** How far it got with those it is for; of many, one who is on holiday does not keep it waiting for all. @param {Message} message */
function gotTo(message) {
	const whole = states[/** @type {keyof typeof states} */ (stateOf(message))];
	const many = message.states?.length ?? 0;
	const read = message.states?.filter((s) => s.state === "read").length ?? 0;
	const have = message.states?.filter((s) => s.state === "read" || s.state === "delivered").length ?? 0;
	if (many < 2 || have === 0 || read === many) return whole && { icon: whole.icon, words: told(message, whole.words) };
	return { icon: states.delivered.icon, words: read > 0 ? `Read by ${read} of ${many}` : have < many ? `Delivered to ${have} of ${many}` : whole.words };
}

/** Of one that is carried, by whom. @param {Message} message @param {string} words */
function told(message, words) {
	const by = message.states.flatMap((s) => s.through ?? []).map(distinct);
	const on = message.kind === "file" ? "The offer is on its way" : "On its way"; // nobody carries the content
	return by.length && stateOf(message) === "carried" ? `${on}, kept by ${list(by)}` : words;
}

/** @param {Message} message @param {string} person */
function body(message, person) {
	if (message.deleted) return html`<p class="message-text message-unknown">This message was deleted.</p>`;
	const file = message.file && (files.value[message.file.id] ?? message.file);
	if (message.kind === "file" && file) return h(FileCard, { file });
	if (message.kind === "text") return h(RichText, { text: message.text, mentions: pointed(message, state.peek().conversations[person]?.room, me.value) });
	if (message.refusedDeletion) return html`<p class="message-text message-unknown">${message.mine ? "You deleted this message when you had been removed from the room: the others still see it, and are asked for its words." : "This message was deleted by somebody who had been removed from the room: it stays, and others are asked for its words."}</p>`;
	if (message.gone) return html`<p class="message-text message-unknown">The words of this message were taken away on this computer. Check the conversation, in its menu, says more.</p>`;
	return html`<p class="message-text message-unknown">This message needs a newer Lanyard to be shown.</p>`;
}

/** What its author did with it when they were no member any more. @param {Message} message */
function inVain({ mine, deleted, kind, refusedEdits, refusedDeletion }) {
	if (!mine || deleted || kind === "unknown") return "";
	if (refusedDeletion) return "You deleted this in vain: the others still see it";
	return refusedEdits ? "Your change was refused: Show versions, in the menu, has its words" : "";
}

/** @param {{message: Message, person: string, first: boolean, last: boolean, newest: boolean, end: boolean}} props end: whether the list ends with it */
export function MessageRow({ message, person, first, last, newest, end }) {
	const got = message.mine ? gotTo(message) : undefined;
	const classes = ["message", message.mine ? "message-mine" : "message-theirs", first && "message-first", last && "message-last", message.kind === "file" && !message.deleted && "message-file", message.file?.picture && !message.deleted && "message-picture"].filter(Boolean).join(" ");
	return html`<li class="message-row" data-key=${message.id} data-message=${message.id} data-state=${got ? stateOf(message) : null}>
		<article class=${classes} aria-label=${message.mine ? "You" : distinct(message.author)}>
			${first && !message.mine && person === message.conversation && html`<p class="message-author" dir="auto">${h(Portrait, { person: message.author.id })}<bdi dir="auto">${message.author.name}</bdi>${h(Apart, { who: message.author })}</p>`}
			${message.from && html`<p class="message-from">Forwarded from <bdi dir="auto">${message.from}</bdi></p>`}
			${message.hook && html`<p class="message-from">Through <bdi dir="auto">${message.hook}</bdi></p>`}
			${message.replyTo && !message.deleted && h(QuoteLine, { quote: message.replyTo, person })}
			${body(message, person)}
			<span class="message-meta">${message.starred && h(Icon, { name: "star", label: "Starred by you" })}${message.pinned && h(Icon, { name: "pin", label: "Pinned" })}${message.edits ? html`<span class="message-edited" title=${message.edited ? exactly(message.edited) : null}>edited</span>` : null}<time datetime=${message.time} title=${exactly(message.time)}>${timeOfDay(message.time)}</time>
				${got && h(Icon, { name: got.icon, label: got.words })}</span>
			${h(MessageMenu, { message, person, end })}
		</article>
		${h(Reactions, { message })}
		${message.reach && !message.deleted && html`<p class="message-state message-reach">${reach(message.reach)}</p>`}
		${inVain(message) && html`<p class="message-state">${inVain(message)}</p>`}
		${(newest || message.refused) && !message.deleted && got && html`<p class="message-state" aria-hidden="true">${got.words}</p>`}
	</li>`;
}

/** A message that the agent does not have yet. @param {{pending: Pending, person: string, first: boolean}} props */
export function PendingRow({ pending, person, first }) {
	return html`<li class="message-row" data-key=${pending.key}>
		<article class=${`message message-mine message-pending${first ? " message-first" : ""}`} aria-label="You">${pending.reply && h(QuoteLine, { quote: { id: pending.reply.id, here: true, author: pending.reply.author, kind: pending.reply.kind, text: pending.reply.text }, person })}${h(RichText, { text: pending.text })}
			<span class="message-meta"><time datetime=${pending.time}>${timeOfDay(pending.time)}</time></span></article>
		${pending.problem && html`<p class="message-problem" role="alert"><span dir="auto">${pending.problem}</span>
			<button class="button-link" onClick=${() => deliver(person, pending)}>Try again</button><button class="button-link" onClick=${() => discard(person, pending.key)}>Discard</button></p>`}
	</li>`;
}
