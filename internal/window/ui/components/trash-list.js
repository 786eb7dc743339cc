// What was deleted or replaced in a shared folder and can be brought back.
import { html, h, useEffect } from "../vendor/index.js";
import { select } from "../store.js";
import { attempt } from "../actions.js";
import { brief, exactly, size } from "../format.js";
import { refreshTrash, restore } from "../shares.js";
import { Icon } from "../icons.js";

const trash = select((s) => s.trash);

/** @param {{id: string}} props */
export function TrashList({ id }) {
	useEffect(() => void attempt(() => refreshTrash(id)), [id]);
	const list = trash.value[id];
	if (!list) return html`<p class="quiet" role="status">Loading…</p>`;
	if (list.length === 0) return html`<p class="quiet">Nothing was deleted or replaced here.</p>`;
	return html`<ul class="plain notices">${list.map((e) => html`<li class="notice-line" key=${e.id} data-trash=${e.path}>${h(Icon, { name: e.reason === "deleted" ? "trash" : "edit" })}
		<p class="notice-words"><bdi dir="auto">${e.path}</bdi><br /><span class="quiet">${e.reason === "deleted" ? "Deleted" : "Replaced"} by <bdi dir="auto">${e.by.name}</bdi> · ${size(e.size)}</span></p>
		<button class="button button-small" onClick=${() => restore(id, e.path, e.id)}>Restore</button>
		<time class="notice-time" datetime=${e.time} title=${exactly(e.time)}>${brief(e.time)}</time></li>`)}</ul>`;
}
