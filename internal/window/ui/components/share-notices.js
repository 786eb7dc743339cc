// What happened in a shared folder. Each deletion is a line of its own with its way back; a conflict names both authors and both files.
import { html, h } from "../vendor/index.js";
import { undone } from "../state.js";
import { select } from "../store.js";
import { brief, exactly } from "../format.js";
import { restore, reveal } from "../shares.js";
import { Icon } from "../icons.js";
/** @import { Author, Notice } from "../types.js" */

const notices = select((s) => s.notices);
const me = select((s) => s.me?.person ?? "");
const icons = /** @type {const} */ ({ added: "plus", changed: "edit", deleted: "trash", restored: "undo", moved: "carried", conflict: "warning" });
const verbs = { added: "added", changed: "changed", deleted: "deleted", restored: "brought back", moved: "moved" };

/** @param {Author | undefined} author */
const who = (author) => (author && author.id === me.value ? "You" : html`<bdi dir="auto">${author?.name ?? "Somebody"}</bdi>`);

/** @param {string} id @param {string} path */
const file = (id, path) => html`<button class="file-link" onClick=${() => reveal(id, path)} title="Show in folder"><bdi dir="auto">${path}</bdi></button>`;

/** @param {string} id @param {Notice} n */
function words(id, n) {
	if (n.what === "conflict") {
		return html`${who(n.by)} and ${who(n.other)} changed ${file(id, n.path)} at the same time. Both are kept: the other one is ${file(id, n.copy ?? "")}.`;
	}
	const verb = verbs[/** @type {keyof typeof verbs} */ (n.what)] ?? "changed";
	if (n.what === "moved" && n.from) return html`${who(n.by)} moved <bdi dir="auto">${n.from}</bdi> to ${file(id, n.path)}.`;
	return html`${who(n.by)} ${verb} ${n.what === "deleted" ? html`<bdi dir="auto">${n.path}</bdi>` : file(id, n.path)}.`;
}

/** @param {{id: string}} props */
export function ShareNotices({ id }) {
	const list = notices.value[id];
	if (!list) return html`<p class="quiet" role="status">Loading…</p>`;
	if (list.length === 0) return html`<p class="quiet">Nothing has changed yet.</p>`;
	return html`<ol class="plain notices">${list.map((n, i) => html`<li class=${`notice-line notice-${n.what}`} key=${`${n.time} ${n.what} ${n.path}`} data-notice=${n.what} data-path=${n.path}>
		${h(Icon, { name: icons[/** @type {keyof typeof icons} */ (n.what)] ?? "edit" })}<p class="notice-words">${words(id, n)}</p>
		${n.what === "deleted" && n.trash && !undone(list, i) && html`<button class="button button-small" onClick=${() => restore(id, n.path, n.trash ?? "")}>Undo</button>`}
		<time class="notice-time" datetime=${n.time} title=${exactly(n.time)}>${brief(n.time)}</time></li>`)}</ol>`;
}
