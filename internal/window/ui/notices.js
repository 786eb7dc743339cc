// Turns the account of a shared folder into lines for a person: what is one happening is one line, and what was taken back cannot be taken back again. Pure.
/** @import { Author, Notice } from "./types.js" */

/** @typedef {{notice: Notice, undo: boolean, more: number, rest: Line[]}} Line undo: whether there is something to take back. more: files that came with this one; rest: those of them that are named */

const COPY = /^(.*) \(conflict, (.+), \d{4}-\d\d-\d\d[^()]*\)(\.[^./]*)?$/u; // as Lanyard names the copy of a conflict: docs/protocol.md
const TOGETHER = 60_000; // ms between the notices of one happening
const QUIET = 30_000; // ms without a change of somebody's that end what they do in one go
const FEW = 3; // that many files are named one by one

/** @param {Notice[]} list newest first @param {Author} me @returns {Line[]} */
export function lines(list, me) {
	const all = list
		.map((n, at) => ({ notice: n.what === "added" ? conflictOf(list, n, me) : n, undo: !!n.trash && !takenBack(list, at), more: n.more ?? 0, rest: [] }))
		.filter((_, at) => !told(list, at));
	return gathered(all);
}

/** What somebody did to many files in one go is one line; what they did to one file again and again is one, too. @param {Line[]} all @returns {Line[]} */
function gathered(all) {
	/** @type {Line[]} */
	const out = [];
	for (let at = 0; at < all.length; ) {
		let end = at + 1;
		while (end < all.length && inOneGo(all[end - 1].notice, all[end].notice)) end++;
		const files = once(all.slice(at, end));
		if (files.length > FEW) out.push({ ...files[0], more: files.reduce((sum, line) => sum + line.more + 1, -1), rest: files });
		else out.push(...files);
		at = end;
	}
	return out;
}

/** One line for each file; what it was before the first of several changes is what can come back. @param {Line[]} all newest first @returns {Line[]} */
function once(all) {
	/** @type {Map<string, Line>} */
	const files = new Map();
	for (const line of all) {
		const newer = files.get(line.notice.path);
		if (!newer) files.set(line.notice.path, line);
		else if (newer.undo && line.notice.trash) files.set(line.notice.path, { ...newer, notice: { ...newer.notice, trash: line.notice.trash } });
	}
	return [...files.values()];
}

/** @param {Notice} a @param {Notice} b the one before it */
const inOneGo = (a, b) => (a.what === "added" || a.what === "changed" || a.what === "deleted" || a.what === "restored") && a.what === b.what && a.by.id === b.by.id && Date.parse(a.time) - Date.parse(b.time) < QUIET;

/** Whether something was done since with a file that was deleted or changed: then taking it back would undo that. @param {Notice[]} list @param {number} at */
const takenBack = (list, at) => list.slice(0, at).some((n) => n.path === list[at].path && (n.what !== list[at].what || n.by.id !== list[at].by.id));

/** Whether another notice tells the same: what is brought back is added too, and so is the copy of a conflict. @param {Notice[]} list @param {number} at */
function told(list, at) {
	const n = list[at];
	if (n.what !== "added") return false;
	return list.some((o) => (o.what === "restored" && o.path === n.path && Math.abs(Date.parse(o.time) - Date.parse(n.time)) < TOGETHER) || (o.what === "conflict" && o.copy === n.path));
}

/** Only the desk that ended a conflict is told of it as such; the others get a copy, whose name says whose it is. @param {Notice[]} list @param {Notice} n @param {Author} me @returns {Notice} */
function conflictOf(list, n, me) {
	const parts = COPY.exec(n.path);
	if (!parts) return n;
	const [, stem, name, ending = ""] = parts;
	const path = stem + ending;
	const by = [n.by, me, ...list.map((o) => o.by)].find((author) => author.name === name) ?? { id: "", name };
	const other = list.find((o) => o.path === path && (o.what === "changed" || o.what === "added") && o.by.name !== name)?.by;
	return { ...n, what: "conflict", path, copy: n.path, by, other };
}
