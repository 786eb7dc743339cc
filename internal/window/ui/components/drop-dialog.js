// What to do with what was dropped on somebody. Never a silent copy: a folder can be sent, shared as it is, or copied into a shared one.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { openPerson, show } from "../actions.js";
import { locate, openShare } from "../shares.js";
import { upload } from "../upload.js";
import { total } from "../drop.js";
import { count, list, size } from "../format.js";
import { Dialog } from "./dialog.js";
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
	const row = all.value.find((r) => r.id === person);
	const name = row?.name ?? "";
	const folder = items.length === 1 && items[0].folder ? items[0] : null;
	const shared = row?.members ? null : folder; // a folder is shared with persons
	const sendAll = async () => {
		show(null);
		openPerson(person);
		for (const item of items) await upload(item, person, "send");
	};
	const shareCopy = async () => {
		show(null);
		openPerson(person);
		const made = folder && (await upload(folder, person, "share"));
		if (made) openShare(made.id);
	};
	return h(Dialog, { verbs: html`<button class="button" onClick=${() => show(null)}>Cancel</button>`, title: html`What should <bdi dir="auto">${name}</bdi> get?` }, html`
		${h(Previews, { items })}
		<p class="dropped">${h(Icon, { name: folder ? "folder" : "file" })}<span><strong dir="auto">${title(items)}</strong><br /><span class="quiet">${facts(items)}</span></span></p>
		<div class="choices">
			${choice("send", "Send a copy", folder ? "They get the folder as it is now. Later changes stay with you." : "They are asked whether they want it.", sendAll, true)}
			${shared && choice("shared", "Share this folder", "The folder itself, where it lies now: it stays the same on both computers, whoever changes it.", () => locate(person, shared))}
			${shared && choice("folder", "Make a shared copy in Lanyard", "Your original stays as it is and is not shared. A copy in your Lanyard folder is.", shareCopy)}
		</div>
		`);
}

/** @param {"send" | "shared" | "folder"} icon @param {string} text @param {string} meaning @param {() => unknown} run @param {boolean} [first] */
const choice = (icon, text, meaning, run, first) => html`<button class="choice" autofocus=${first} onClick=${run}>${h(Icon, { name: icon })}<span><strong>${text}</strong><span class="quiet">${meaning}</span></span></button>`;
