// What lies in a shared folder: folder by folder or as it is found, each file with how far it has come and who has it. Of a long list only the rows in sight exist.
import { html, h, useEffect, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { show } from "../actions.js";
import { inOrder, useListing } from "../listing.js";
import { FileRow, editingWords, fileRowHeight } from "./file-row.js";
import { Icon } from "../icons.js";
import { FolderTaken } from "./folder-taken.js";
/** @import { Share, SharedEdit, SharedFile } from "../types.js" */

const MARGIN = 8; // rows drawn beyond each edge
const LULL = 200; // ms without a key before what was typed is looked for
const up = select((s) => s.link === "up");

/** @param {{share: Share}} props */
export function FolderFiles({ share }) {
	const [under, setUnder] = useState("");
	const [typed, setTyped] = useState("");
	const [find, setFind] = useState("");
	useEffect(() => {
		const timer = setTimeout(() => setFind(typed.trim()), LULL);
		return () => clearTimeout(timer);
	}, [typed]);
	const list = useListing({ share: share.id, under, find, changed: share, up: up.value });
	const enter = (/** @type {SharedFile} */ f) => {
		if (!f.folder) return show({ kind: "shared-file", share: share.id, file: f });
		setTyped("");
		setFind("");
		setUnder(f.path);
	};
	return html`<div class="files">
		<div class="files-find"><input class="field" type="search" role="searchbox" aria-label="Find a file in this folder" placeholder="Find a file" value=${typed} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setTyped(e.currentTarget.value)} /></div>
		${!find && h(Way, { name: share.name, under, go: setUnder })}
		${!find && under && h(FolderTaken, { key: under, share, path: under })}
		${list.problem && html`<p class="field-problem" role="status" dir="auto">${list.problem} <button class="button button-small" onClick=${list.again}>Try again</button></p>`}
		${list.pages.length > 0 ? h(Rows, { list, find, paused: share.state === "paused", editing: share.editing, enter }) : list.status === "loading" && html`<p class="quiet" role="status">${up.value ? "Loading…" : "Lanyard does not answer."}</p>`}
	</div>`;
}

/** Where one is, and the way back. @param {{name: string, under: string, go: (path: string) => void}} props */
function Way({ name, under, go }) {
	if (!under) return null;
	const parts = under.split("/");
	const steps = parts.slice(0, -1).map((part, i) => ({ text: part, path: parts.slice(0, i + 1).join("/") }));
	return html`<nav class="files-way" aria-label="Folder">${[{ text: name, path: "" }, ...steps].map((step) => html`<button class="file-link" key=${step.path} onClick=${() => go(step.path)}><bdi dir="auto">${step.text}</bdi></button><span aria-hidden="true"> / </span>`)}<bdi dir="auto" aria-current="true">${parts[parts.length - 1]}</bdi></nav>`;
}

/** @param {{list: ReturnType<typeof useListing>, find: string, paused: boolean, editing: SharedEdit[] | undefined, enter: (f: SharedFile) => void}} props */
function Rows({ list, find, paused, editing, enter }) {
	const space = useRef(/** @type {HTMLUListElement | null} */ (null));
	const [sight, setSight] = useState({ first: 0, last: 30 });
	const rows = inOrder(list.pages);
	const height = fileRowHeight.value;
	useLayoutEffect(() => {
		const scroller = space.current?.closest(".pane-body");
		if (!scroller) return;
		const measure = () => {
			const top = scroller.getBoundingClientRect().top - (space.current?.getBoundingClientRect().top ?? 0);
			const first = Math.max(0, Math.floor(top / height) - MARGIN), last = Math.ceil((top + scroller.clientHeight) / height) + MARGIN;
			setSight((old) => (old.first === first && old.last === last ? old : { first, last }));
		};
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(scroller);
		scroller.addEventListener("scroll", measure, { passive: true });
		return () => {
			observer.disconnect();
			scroller.removeEventListener("scroll", measure);
		};
	}, [height, rows.length === 0]);
	useEffect(() => list.look(sight.first, sight.last), [sight, list.pages]);
	if (rows.length === 0) return html`<div class="empty">${h(Icon, { name: find ? "search" : "folder" })}<p>${find ? "No file is called that." : "Nothing lies in this folder yet."}</p></div>`;
	return html`<ul class="plain file-rows" ref=${space} aria-label="Files" style=${{ blockSize: `${rows.length * height}px` }} onKeyDown=${step}>
		${rows.slice(sight.first, sight.last).map((file, i) => h(FileRow, { key: file.path, file, place: sight.first + i, total: list.pages.at(-1)?.next ? -1 : rows.length, whole: !!find, pace: list.pace.get(file.path)?.rate ?? 0, paused, editing: editingWords(editing, file.path), onEnter: () => enter(file) }))}
	</ul>`;
}

/** Arrow keys go from row to row. @param {KeyboardEvent} e */
function step(e) {
	const by = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[e.key];
	const row = e.target instanceof Element ? e.target.closest("li") : null;
	if (!by || !row || e.altKey) return;
	const next = by === "nextElementSibling" ? row.nextElementSibling : row.previousElementSibling;
	const button = next?.querySelector("button");
	if (!button) return;
	e.preventDefault();
	button.focus();
}
