// What to do with what was dropped on somebody. Never a silent copy: a folder can be sent, shared as it is, or copied into a shared one.
import { html, h, useRef, useState } from "../vendor/index.js";
import { select, state } from "../store.js";
import { people } from "../state.js";
import { draft, giveBack, openPerson, send, show } from "../actions.js";
import { candidates, mentioned } from "../mentions.js";
import { wroteNoMore } from "../writing.js";
import { locate, openShare } from "../shares.js";
import { upload } from "../upload.js";
import { total } from "../drop.js";
import { count, list, size } from "../format.js";
import { Cancel, Dialog } from "./dialog.js";
import { useGrowth } from "./growing-field.js";
import { sends } from "./text-entry.js";
import { LONGEST, bytes } from "../length.js";
import { Previews } from "./preview.js";
import { Icon } from "../icons.js";
/** @import { Item } from "../types.js" */

const all = select(people);
const NAMED = 3; // so many are called by their names

/** @param {Item[]} items */
function title(items) {
	const names = items.slice(0, NAMED).map((i) => i.name);
	return list(items.length > NAMED ? [...names, `${items.length - NAMED} more`] : names);
}

/** @param {Item[]} items */
function facts(items) {
	const { files, bytes } = total(items);
	return items.length === 1 && !items[0].folder ? size(bytes) : `${count(files, "file")} · ${size(bytes)}`;
}

/** @param {{person: string, items: Item[]}} props */
export function DropDialog({ person, items }) {
	return items.some((i) => i.folder) ? h(FolderDropped, { person, items }) : h(SendFiles, { person, items });
}

/** @param {{person: string, items: Item[]}} props */
function FolderDropped({ person, items }) {
	const row = all.value.find((r) => r.id === person);
	const folder = items.length === 1 ? items[0] : null;
	const shared = row?.members ? null : folder; // a folder is shared with persons
	const shareCopy = async () => {
		show(null);
		openPerson(person);
		const made = folder && (await upload(folder, person, "share"));
		if (made) openShare(made.id);
	};
	return h(Dialog, { verbs: html`${h(Cancel, {})}`, title: html`What should <bdi dir="auto">${row?.name}</bdi> get?` }, html`
		${h(Dropped, { items })}
		<div class="choices">
			${choice("send", "Send a copy", `They get ${folder ? "the folder as it is" : "all of it as it is"} now. Later changes stay with you.`, () => sendAll(person, items), true)}
			${shared && choice("shared", "Share this folder", "The folder itself, where it lies now: it stays the same on both computers, whoever changes it.", () => locate(person, shared))}
			${shared && choice("folder", "Make a shared copy in Lanyard", "Your original stays as it is and is not shared. A copy in your Lanyard folder is.", shareCopy)}
		</div>`);
}

/** Files, and what is said with them: what stands in the composer, or is written here. @param {{person: string, items: Item[]}} props */
function SendFiles({ person, items }) {
	const row = all.value.find((r) => r.id === person);
	const [text, setText] = useState(() => (state.peek().composing[person] ? "" : state.peek().drafts[person] ?? ""));
	const [first] = useState(text);
	const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	useGrowth(field, text);
	const tooLong = bytes(text) > LONGEST;
	const go = () => {
		if (tooLong) return;
		if (first && text.trim() && state.peek().drafts[person] === first) {
			wroteNoMore(person);
			draft(person, "");
		}
		sendAll(person, items, text);
	};
	const key = (/** @type {KeyboardEvent} */ e) => {
		if (!sends(e, text, field.current)) return;
		e.preventDefault();
		go();
	};
	const verbs = html`${h(Cancel, {})}<button class="button button-main" disabled=${tooLong} onClick=${go}>Send</button>`;
	const leave = () => {
		if (text.trim() && text !== first) giveBack(person, text, first);
		show(null);
	};
	return h(Dialog, { verbs, onLeave: leave, title: html`Send to <bdi dir="auto">${row?.name}</bdi>`, problem: tooLong ? "This is longer than a message can be (32 kB)." : "" }, html`
		${h(Dropped, { items })}
		<textarea class="words-with" rows="1" dir="auto" ref=${field} value=${text} placeholder="Write something with it" aria-label="Message" aria-invalid=${tooLong ? "true" : "false"} autofocus
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => setText(e.currentTarget.value)} onKeyDown=${key}></textarea>
		<p class="quiet field-hint">What is small comes to people who know you by itself; else they are asked whether they want it.</p>`);
}

/** What is about to go out. @param {{items: Item[]}} props */
function Dropped({ items }) {
	return html`${h(Previews, { items })}
		<p class="dropped">${h(Icon, { name: items.length === 1 && items[0].folder ? "folder" : "file" })}<span><strong dir="auto">${title(items)}</strong><br /><span class="quiet">${facts(items)}</span></span></p>`;
}

/** The words go first: until the agent has them they stand in the conversation, whatever becomes of the files. @param {string} person @param {Item[]} items @param {string} [text] */
async function sendAll(person, items, text = "") {
	show(null);
	openPerson(person);
	if (text.trim()) await send(person, text, null, mentioned(text, candidates(state.peek(), person), state.peek().mentioned[person] ?? []));
	for (const item of items) await upload(item, person, "send");
}

/** @param {"send" | "shared" | "folder"} icon @param {string} text @param {string} meaning @param {() => unknown} run @param {boolean} [first] */
const choice = (icon, text, meaning, run, first) => html`<button class="choice" autofocus=${first} onClick=${run}>${h(Icon, { name: icon })}<span><strong>${text}</strong><span class="quiet">${meaning}</span></span></button>`;
