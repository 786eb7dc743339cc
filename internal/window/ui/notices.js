// Turns the account of a shared folder into lines for a person: what is one happening is one line, and what was taken back cannot be taken back again. Pure.
/** @import { Author, Notice } from "./types.js" */

/** @typedef {{notice: Notice, undo: boolean}} Line undo: whether there is something to take back */

const COPY = /^(.*) \(conflict, (.+), \d{4}-\d\d-\d\d[^()]*\)(\.[^./]*)?$/u; // as Lanyard names the copy of a conflict: docs/protocol.md
const TOGETHER = 60_000; // ms between the notices of one happening

/** @param {Notice[]} list newest first @param {Author} me @returns {Line[]} */
export function lines(list, me) {
	return list
		.map((n, at) => ({ notice: n.what === "added" ? conflictOf(list, n, me) : n, undo: n.what === "deleted" && !!n.trash && !takenBack(list, at) }))
		.filter((_, at) => !told(list, at));
}

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
