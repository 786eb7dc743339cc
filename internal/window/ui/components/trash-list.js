// What was deleted or replaced in a shared folder and can be brought back.
import { html, h, useEffect } from "../vendor/index.js";
import { select } from "../store.js";
import { show } from "../actions.js";
import { brief, exactly, size } from "../format.js";
import { bringBack, bringFolderBack, takeBack } from "../share-files.js";
import { readTrash, restore } from "../shares.js";
import { distinct } from "../named.js";
import { Icon } from "../icons.js";
import { Keeping } from "./keeping.js";
import { Menu } from "./menu.js";
import { Apart } from "./named.js";
/** @import { TrashEntry } from "../types.js" */

const accounts = select((s) => s.accounts);
const me = select((s) => s.me?.person ?? "");

/** Asks before the changes of a person are taken back. @param {string} id @param {TrashEntry} e */
const askTakeBack = (id, e) => show({
	kind: "confirm", title: `Take back what ${distinct(e.by)} changed?`, action: "Take back",
	text: `All files that ${distinct(e.by)} has replaced or deleted since ${exactly(e.time)} become what they were before. What others have changed after that stays as it is, and so do new files. What gives way is kept here.`,
	run: () => takeBack(id, e.by.id, e.time),
});

/** What else can be done with an entry. @param {string} id @param {TrashEntry} e */
function more(id, e) {
	const folder = e.path.split("/").slice(0, -1).join("/");
	return [
		...(e.reason === "deleted" ? [] : [{ text: "Restore in its place", run: () => bringBack(id, e.path, e.id, true) }]),
		...(folder && e.reason === "deleted" ? [{ text: `Restore all that was deleted in ${folder}`, run: () => bringFolderBack(id, folder) }] : []),
		...(e.by.id && e.by.id !== me.value ? [{ text: `Take back all changes of ${distinct(e.by)} since then…`, run: () => askTakeBack(id, e) }] : []),
	];
}

/** @param {{id: string}} props */
export function TrashList({ id }) {
	useEffect(() => void readTrash(id), [id]);
	const { trash: list, trashLoaded: loaded, trashProblem: problem } = accounts.value[id] ?? { trash: [] };
	if (problem) return html`<p class="quiet" role="status" dir="auto">${problem}</p>`;
	if (!loaded) return html`<p class="quiet" role="status">Loading…</p>`;
	if (list.length === 0) return html`${h(Keeping, { share: id })}<p class="quiet">Nothing was deleted or replaced here.</p>`;
	return html`${h(Keeping, { share: id })}<ul class="plain notices">${list.map((e) => {
		const items = more(id, e);
		return html`<li class="notice-line" key=${e.id} data-trash=${e.path}>${h(Icon, { name: e.reason === "deleted" ? "trash" : "edit" })}
		<p class="notice-words"><bdi dir="auto">${e.path}</bdi><br /><span class="quiet">${e.reason === "deleted" ? "Deleted" : "Replaced"} by <bdi dir="auto">${e.by.name}</bdi>${h(Apart, { who: e.by })} · ${size(e.size)}</span></p>
		<button class="button button-small" onClick=${() => restore(id, e.path, e.id)}>Restore</button>
		<time class="notice-time" datetime=${e.time} title=${exactly(e.time)}>${brief(e.time)}</time>
		${items.length > 0 && h(Menu, { label: `More for ${e.path}`, icon: "more", items })}</li>`;
	})}</ul>`;
}
