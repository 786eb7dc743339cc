// What happened in a shared folder: one line for what somebody did in one go, with what it was and the way back; a conflict names both authors and both files.
import { html, h, useState } from "../vendor/index.js";
import { lines } from "../notices.js";
import { select } from "../store.js";
import { brief, count, exactly } from "../format.js";
import { undo } from "../share-files.js";
import { reveal } from "../shares.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { Author, Notice } from "../types.js" */
/** @import { Line } from "../notices.js" */

const accounts = select((s) => s.accounts);
const nobody = { id: "", name: "" };
const me = select((s) => (s.me ? { id: s.me.person, name: s.me.name } : nobody));
const icons = /** @type {const} */ ({ added: "plus", changed: "edit", deleted: "trash", restored: "undo", moved: "carried", conflict: "warning", "only-here": "info", "came-back": "undo" });
const verbs = { added: "added", changed: "changed", deleted: "deleted", restored: "brought back", moved: "moved" };

/** @param {Author | undefined} author */
const isMe = (author) => !!author && author.id === me.value.id;

/** @param {Author | undefined} author @param {string} you the word for oneself here */
const who = (author, you) => (isMe(author) ? you : html`<bdi dir="auto">${author?.name || "somebody else"}</bdi>${author && h(Apart, { who: author })}`);

/** @param {string} id @param {string} path */
const file = (id, path) => html`<button class="file-link" onClick=${() => reveal(id, path)} title="Show in folder"><bdi dir="auto">${path}</bdi></button>`;

/** @param {string} id @param {Notice} n @param {number} more */
function words(id, n, more) {
	if (n.what === "conflict") {
		const whose = isMe(n.by) ? "yours" : html`${who(n.by, "")}’s`;
		return html`${who(n.by, "You")} and ${who(n.other, "you")} changed ${file(id, n.path)} at the same time. Both are kept: ${whose} is now ${file(id, n.copy ?? "")}`;
	}
	if (n.what === "only-here" && n.from) return html`You may only read this folder: your ${html`<bdi dir="auto">${n.from}</bdi>`} is now ${file(id, n.path)}, on this computer only`;
	if (n.what === "only-here") return html`You may only read this folder: ${file(id, n.path)}${more > 0 && ` and ${count(more, "more file")}`} stays on this computer only`;
	if (n.what === "came-back") return html`You may only read this folder: ${file(id, n.path)}${more > 0 && ` and ${count(more, "more file")}`} is back`;
	const verb = verbs[/** @type {keyof typeof verbs} */ (n.what)] ?? "changed";
	if (n.what === "moved" && n.from) return html`${who(n.by, "You")} moved <bdi dir="auto">${n.from}</bdi> to ${file(id, n.path)}`;
	return html`${who(n.by, "You")} ${verb} ${n.what === "deleted" ? html`<bdi dir="auto">${n.path}</bdi>` : file(id, n.path)}${more > 0 && ` and ${count(more, "more file")}`}`;
}

/** @param {{id: string}} props */
export function ShareNotices({ id }) {
	const { notices: list, noticesLoaded: loaded, noticesProblem: problem } = accounts.value[id] ?? { notices: [] };
	if (list.length === 0 && problem) return html`<p class="quiet" role="status" dir="auto">${problem}</p>`;
	if (list.length === 0 && !loaded) return html`<p class="quiet" role="status">Loading…</p>`;
	if (list.length === 0) return html`<p class="quiet">Nothing has changed yet.</p>`;
	return html`<ol class="plain notices">${lines(list, me.value).map((line) => h(Happening, { key: `${line.notice.time} ${line.notice.what} ${line.notice.path}`, id, line }))}</ol>`;
}

/** @param {{id: string, line: Line}} props */
function Happening({ id, line }) {
	const { notice: n, more, rest } = line;
	const [open, setOpen] = useState(false);
	const back = (rest.length ? rest : [line]).filter((one) => one.undo).map((one) => one.notice);
	return html`<li class=${`notice-line notice-${n.what}`} data-notice=${n.what} data-path=${n.path}>
		${h(Icon, { name: icons[/** @type {keyof typeof icons} */ (n.what)] ?? "edit" })}
		<div class="notice-words"><p>${words(id, n, more)}</p>
			${rest.length > 0 && html`<button class="button button-small" aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>${open ? "Hide them" : "Show them"}</button>`}
			${open && html`<ul class="plain">${rest.map((one) => html`<li key=${one.notice.path}>${one.notice.what === "deleted" ? html`<bdi dir="auto">${one.notice.path}</bdi>` : file(id, one.notice.path)} ${one.undo && html`<button class="button button-small" aria-label=${`Undo for ${one.notice.path}`} onClick=${() => undo(id, [one.notice])}>Undo</button>`}</li>`)}</ul>`}</div>
		${back.length > 0 && html`<button class="button button-small" onClick=${() => undo(id, back)}>${back.length > 1 ? "Undo all" : "Undo"}</button>`}
		<time class="notice-time" datetime=${n.time} title=${exactly(n.time)}>${brief(n.time)}</time></li>`;
}
