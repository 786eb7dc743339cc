// What was deleted or replaced in a shared folder and can be brought back.
import { html, h, useEffect } from "../vendor/index.js";
import { select } from "../store.js";
import { brief, exactly, size } from "../format.js";
import { readTrash, restore } from "../shares.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";

const accounts = select((s) => s.accounts);

/** @param {{id: string}} props */
export function TrashList({ id }) {
	useEffect(() => void readTrash(id), [id]);
	const { trash: list, trashLoaded: loaded, trashProblem: problem } = accounts.value[id] ?? { trash: [] };
	if (problem) return html`<p class="quiet" role="status" dir="auto">${problem}</p>`;
	if (!loaded) return html`<p class="quiet" role="status">Loading…</p>`;
	if (list.length === 0) return html`<p class="quiet">Nothing was deleted or replaced here.</p>`;
	return html`<ul class="plain notices">${list.map((e) => html`<li class="notice-line" key=${e.id} data-trash=${e.path}>${h(Icon, { name: e.reason === "deleted" ? "trash" : "edit" })}
		<p class="notice-words"><bdi dir="auto">${e.path}</bdi><br /><span class="quiet">${e.reason === "deleted" ? "Deleted" : "Replaced"} by <bdi dir="auto">${e.by.name}</bdi>${h(Apart, { who: e.by })} · ${size(e.size)}</span></p>
		<button class="button button-small" onClick=${() => restore(id, e.path, e.id)}>Restore</button>
		<time class="notice-time" datetime=${e.time} title=${exactly(e.time)}>${brief(e.time)}</time></li>`)}</ul>`;
}
