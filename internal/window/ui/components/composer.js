// Where one writes to a person or a room.
import { html, h, useLayoutEffect } from "../vendor/index.js";
import { select, state } from "../store.js";
import { edit, leave } from "../message-actions.js";
import { gist } from "../markdown.js";
import { block, draft, send } from "../actions.js";
import { wrote, wroteNoMore } from "../writing.js";
import { take } from "../drop.js";
import { choose } from "./conversation-header.js";
import { offer } from "./drop-target.js";
import { candidates, pointed, stillMentioned } from "../mentions.js";
import { useMentions } from "./mention-list.js";
import { endWords } from "../room-words.js";
import { joinRoom, mayJoin } from "../rooms.js";
import { words } from "./change-row.js";
import { LaterLine } from "./later-line.js";
import { LaterMenu } from "./later-menu.js";
import { TooLong } from "./too-long.js";
import { UnsentWords } from "./unsent-words.js";
import { useTextEntry } from "./text-entry.js";
import { Icon } from "../icons.js";
import { distinct } from "../named.js";
/** @import { Composing, Row } from "../types.js" */

const conversations = select((s) => s.conversations);

/** @param {{row: Row}} props */
export function Composer({ row }) {
	const { field, text, now, tooLong, key, panel, button, names } = useTextEntry(row, submit);
	const people = useMentions(row.id, field);
	useLayoutEffect(() => {
		if (matchMedia("(min-width: 40rem)").matches) field.current?.focus();
	}, [row.id]);
	useLayoutEffect(() => {
		if (now) field.current?.focus();
	}, [now?.message.id, now?.verb]);
	const looked = (/** @type {Event} */ e) => {
		people.look();
		names.look(e);
	};
	const closed = () => {
		people.close();
		names.close();
	};
	function submit() {
		if (!text.trim() || tooLong) return;
		wroteNoMore(row.id);
		closed();
		const mentions = named(row.id, text, now);
		if (now?.verb === "edit") edit(row.id, now.message, text, mentions);
		else {
			leave(row.id);
			draft(row.id, "");
			send(row.id, text.trimEnd(), now?.message ?? null, mentions);
		}
		field.current?.focus();
	}
	if (row.blocked) return html`<footer class="composer-closed">${h(LaterLine, { person: row.id })}${h(UnsentWords, { person: row.id })}<p>You blocked this person.</p><button class="button" onClick=${() => block(row.id, "unblock")}>Unblock</button></footer>`;
	if (row.over) return h(Over, { row });
	return html`<footer class="composer">
		${h(LaterLine, { person: row.id })}
		${now && h(Doing, { now, person: row.id })}
		${panel}
		${people.list}
		${names.list}
		<button class="button-icon" aria-label=${`Send files to ${row.name}`} title="Send files" onClick=${() => choose(row.id, false)}>${h(Icon, { name: "attach" })}</button>
		<div class="composer-text"><textarea class="composer-field" rows="1" dir="auto" ref=${field} value=${text} aria-label=${`Message to ${row.name}`} placeholder=" " aria-invalid=${tooLong ? "true" : "false"}
			aria-autocomplete="list" aria-controls=${people.controls ?? names.controls} aria-activedescendant=${people.active ?? names.active} onClick=${looked} onBlur=${closed}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => {
				draft(row.id, e.currentTarget.value);
				if (now?.verb !== "edit") wrote(row, e.currentTarget.value);
				looked(e);
			}}
			onPaste=${(/** @type {ClipboardEvent} */ e) => pasted(e, row.id)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => people.key(e) || key(e)}></textarea>
			<span class="composer-hint" aria-hidden="true">Message to <bdi dir="auto">${row.name}</bdi></span></div>
		${button}
		<button class="button-icon button-send" aria-label="Send" title="Send" disabled=${!text.trim() || tooLong} onClick=${submit}>${h(Icon, { name: "send" })}</button>
		${now?.verb !== "edit" && h(LaterMenu, { person: row.id, text, reply: now?.message ?? null, whom: () => named(row.id, text, now), ready: !!text.trim() && !tooLong })}
		${tooLong && h(TooLong, { person: row.id, text, edits: now?.verb === "edit" })}
	</footer>`;
}

/** Why nothing can be written into a room, and the way back if there is one. @param {{row: Row}} props */
function Over({ row }) {
	const room = conversations.value[row.id]?.room;
	return html`<footer class="composer-closed">${h(LaterLine, { person: row.id })}${h(UnsentWords, { person: row.id })}<p dir="auto">${room && words(endWords(room))}</p>${room && mayJoin(room) && html`<button class="button" onClick=${() => joinRoom(row.id)}>Join again</button>`}</footer>`;
}

/** Whom a text mentions. An edit keeps those whose name of now does not stand in the words, as they were called otherwise. @param {string} person @param {string} text @param {Composing | undefined} now */
function named(person, text, now) {
	const old = now?.verb === "edit" ? pointed(now.message, undefined, "") : [];
	return stillMentioned(text, now?.message.text ?? "", old, candidates(state.peek(), person), state.peek().mentioned[person] ?? []);
}

/** What the composer is about to do, if not simply to send. @param {{now: Composing, person: string}} props */
function Doing({ now, person }) {
	return html`<div class="composer-doing"><span class="quote"><span class="quote-name" dir="auto">${now.verb === "edit" ? "Edit message" : `Reply to ${now.message.mine ? "yourself" : distinct(now.message.author)}`}</span>
		<span class="quote-text" dir="auto">${now.message.kind === "text" ? gist(now.message.text) : now.message.text}</span></span>
		<button class="button-icon" aria-label="Cancel" title="Cancel" onClick=${() => leave(person)}>${h(Icon, { name: "close" })}</button></div>`;
}

/** Pasted pictures and files are offered like dropped ones. A spreadsheet or a text with markup comes with a picture of itself, and is pasted as text; a file manager adds the names as plain text, which are not what was meant. @param {ClipboardEvent} e @param {string} person */
function pasted(e, person) {
	const types = e.clipboardData?.types ?? [];
	if (!e.clipboardData?.files.length || (types.includes("text/plain") && types.includes("text/html"))) return;
	e.preventDefault();
	offer(person, take(e.clipboardData));
}
