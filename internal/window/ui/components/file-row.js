// One file or folder of a shared folder: what it is, how far it has come, who has it.
import { html, h } from "../vendor/index.js";
import { brief, count, left, list, rate, size } from "../format.js";
import { select } from "../store.js";
import { distinct } from "../named.js";
import { Icon } from "../icons.js";
/** @import { Author, SharedEdit, SharedFile } from "../types.js" */

const ROW = 50; // pixels at the usual size of text
const me = select((s) => s.me?.person ?? "");

/** How high a row is, in pixels: all are alike, so that the list draws only those in sight. */
export const fileRowHeight = select((s) => Math.round((ROW * s.settings.textSize) / 100));

/** @param {Author | undefined} by */
export const writer = (by) => (!by ? "" : by.id === me.value ? "you" : by.name ? distinct(by) : "somebody else");

/** How far a file is that is on its way. @param {SharedFile} f @param {number} pace bytes a second @param {boolean} paused */
function coming(f, pace, paused) {
	if (paused) return "Waits: this folder is paused";
	const done = f.done ?? 0;
	const words = [`${size(done)} of ${size(f.size)}`, pace > 0 && rate(pace), pace > 0 && left((f.size - done) / pace)];
	return done > 0 ? words.filter(Boolean).join(" · ") : `On its way · ${size(f.size)}`;
}

/** Who has a document open. @param {SharedEdit[] | undefined} editing @param {string} path */
export function editingWords(editing, path) {
	const names = (editing ?? []).filter((e) => e.path === path).map((e) => (e.by.id === me.value ? "you, on another computer," : distinct(e.by)));
	return names.length ? `${list([...new Set(names)])} ${new Set(names).size > 1 ? "have" : "has"} it open` : "";
}

/** What stands under the name. @param {SharedFile} f @param {number} pace @param {boolean} paused */
function under(f, pace, paused) {
	if (f.state === "blocked" || f.state === "away") return `${(f.why ?? "").replace(/^./u, (c) => c.toUpperCase())}`;
	if (f.state === "ignored") return "Not shared: the folder’s rules leave it out";
	if (f.state === "not-here") return f.folder ? "Not on this computer" : [`Not on this computer · ${size(f.size)}`, writer(f.by)].filter(Boolean).join(" · ");
	if (f.folder) return [f.blocked ? `${count(f.blocked, "file")} cannot be stored here` : "", f.coming ? `${count(f.coming, "file")} to come` : ""].filter(Boolean).join(" · ");
	if (f.state === "coming") return coming(f, pace, paused);
	if (f.refused) return refusedWords(f);
	if (f.beside) return `Copy of a conflict · ${size(f.size)}`;
	return [size(f.size), writer(f.by), f.time && brief(f.time)].filter(Boolean).join(" · ");
}

/** To whom a file cannot come, and why. @param {SharedFile} f */
export const refusedWords = (f) => (f.refused ?? []).map((r) => `Cannot come to ${list(r.who.map(distinct))}: ${r.why}`).join(". ");

/** Who does not have a file, for a person. @param {SharedFile} f */
export function reachWords(f) {
	const lacking = f.lacking ?? [];
	if (f.state === "ignored") return "Not shared: the folder’s rules leave it out";
	if (f.state === "not-here") return lacking.length === 0 ? "Not on this computer; whoever takes it has it" : `Not on this computer; not yet with ${list(lacking.map((who) => distinct(who)))}`;
	if (f.of < 2) return "Nobody else is in this folder";
	if (lacking.length === 0) return `All ${f.of} have it`;
	return `Reached ${f.reached} of ${f.of}; not yet: ${list(lacking.map((who) => (who.id === me.value ? "this computer" : distinct(who))))}`;
}

/** @param {{file: SharedFile, place: number, total: number, whole: boolean, pace: number, paused: boolean, editing: string, onEnter: () => void}} props total: -1 if it is not known yet. whole: the whole path is shown */
export function FileRow({ file, place, total, whole, pace, paused, editing, onEnter }) {
	const parts = file.path.split("/"), name = parts[parts.length - 1];
	const bad = file.state === "blocked" || file.state === "away" || !!file.blocked || !!file.refused;
	const some = !file.folder && file.of > 1 && (file.lacking?.length ?? 0) > 0;
	return html`<li class="file-row" aria-setsize=${total} aria-posinset=${place + 1} style=${{ insetBlockStart: `${place * fileRowHeight.value}px`, blockSize: `${fileRowHeight.value}px` }}>
		<button class=${`file-row-button file-${file.state}`} data-file=${file.path} data-file-here=${file.state} title=${file.path} onClick=${onEnter}>
			${h(Icon, { name: bad ? "warning" : file.folder ? "folder" : "file" })}
			<span class="file-row-text"><span class="file-row-name" dir="auto">${whole ? file.path : name}</span><span class=${bad ? "file-row-state file-row-bad" : "file-row-state"} dir="auto">${editing && html`<strong class="file-row-open">${editing.replace(/^y/u, "Y")}</strong> · `}${under(file, pace, paused)}</span></span>
			${some && html`<span class="file-row-reach" title=${reachWords(file)} aria-label=${reachWords(file)} role="img">${file.reached}/${file.of}</span>`}
		</button></li>`;
}
