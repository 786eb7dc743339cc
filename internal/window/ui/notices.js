// Turns the account of a shared folder into lines for a person: what is one happening is one line, and what was taken back cannot be taken back again. Pure.
/** @import { Author, Notice } from "./types.js" */

/** @typedef {{notice: Notice, undo: boolean, more: number}} Line undo: whether there is something to take back. more: files that came with this one */

const COPY = /^(.*) \(conflict, (.+), \d{4}-\d\d-\d\d[^()]*\)(\.[^./]*)?$/u; // as Lanyard names the copy of a conflict: docs/protocol.md
const TOGETHER = 60_000; // ms between the notices of one happening
const FEW = 3; // that many new files are named one by one

/** @param {Notice[]} list newest first @param {Author} me @returns {Line[]} */
export function lines(list, me) {
	const all = list
		.map((n, at) => ({ notice: n.what === "added" ? conflictOf(list, n, me) : n, undo: n.what === "deleted" && !!n.trash && !takenBack(list, at), more: n.more ?? 0 }))
		.filter((_, at) => !told(list, at));
	return gathered(all);
}

/** Files that somebody added in one go are one line; a folder begins with all that is in it. @param {Line[]} all @returns {Line[]} */
function gathered(all) {
	/** @type {Line[]} */
	const out = [];
	for (let at = 0; at < all.length; ) {
		let end = at + 1;
		while (end < all.length && inOneGo(all[end - 1].notice, all[end].notice)) end++;
		if (end - at > FEW) out.push({ ...all[at], more: all.slice(at, end).reduce((sum, line) => sum + line.more + 1, -1) });
		else out.push(...all.slice(at, end));
		at = end;
	}
	return out;
}

/** @param {Notice} a @param {Notice} b */
const inOneGo = (a, b) => a.what === "added" && b.what === "added" && a.by.id === b.by.id && Date.parse(a.time) - Date.parse(b.time) < TOGETHER;

/** @param {Notice[]} list @param {number} at of a deletion */
const takenBack = (list, at) => list.slice(0, at).some((n) => n.path === list[at].path && (n.what === "restored" || n.what === "added"));

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
