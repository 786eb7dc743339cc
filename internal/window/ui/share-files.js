// What a person does with the files of a shared folder.
import { ApiError, call, part } from "./api.js";
import { attempt, closing, sentence, tell } from "./actions.js";
import { inTurn } from "./in-turn.js";
import { readTrash } from "./shares.js";
import { isolated } from "./text.js";
import { count } from "./format.js";
import { state, update } from "./store.js";
/** @import { FileVersion, Notice, ShareConflict, SharedFiles, ShareRetention } from "./types.js" */

/** Files asked for at a time. */
export const PAGE = 200;

/** @param {string} share @param {{under: string, find: string, after: string}} what @param {AbortSignal} signal @returns {Promise<SharedFiles>} */
export function listFiles(share, { under, find, after }, signal) {
	const query = new URLSearchParams({ limit: String(PAGE) });
	if (find) query.set("find", find);
	if (under) query.set("under", under);
	if (after) query.set("after", after);
	return call("GET", `/shares/${part(share)}/files?${query}`, undefined, { signal });
}

/** @param {string} share @param {string} path @returns {Promise<FileVersion[]>} */
export const versions = async (share, path) => (await call("GET", `/shares/${part(share)}/versions?${new URLSearchParams({ path })}`)) ?? [];

/** Opens a file with the program that the desktop has for it. @param {string} share @param {string} path */
export const open = (share, path) => attempt(() => call("POST", `/shares/${part(share)}/open`, { path }));

/** Brings a version back: in place of what has its name now, or beside it. @param {string} share @param {string} path @param {string} trash @param {boolean} replace */
export const bringBack = (share, path, trash, replace) => attempt(async () => {
	const back = await call("POST", `/shares/${part(share)}/restore`, { path, trash, replace });
	tell(replace ? `${isolated(path)} is as it was then. What it was until now is kept.` : `${isolated(back.path)} is back.`);
	await readTrash(share);
});

/** Brings a folder back with all that was deleted in it. @param {string} share @param {string} path */
export const bringFolderBack = (share, path) => attempt(async () => {
	tell(backAgain(await call("POST", `/shares/${part(share)}/restore`, { path })));
	await readTrash(share);
});

/** For how long a folder keeps what was replaced or deleted. @param {string} share @returns {Promise<ShareRetention>} */
export const kept = (share) => call("GET", `/shares/${part(share)}/retention`);

/** Chooses that for one folder, or for all (share empty); both 0: as usual. @param {string} share @param {number} days @param {number} percent */
export const keep = (share, days, percent) => closing(() => call("PUT", share ? `/shares/${part(share)}/retention` : "/shares/retention", { days, percent }));

/** Takes back deletions and changes, each by what lay there before. @param {string} share @param {Notice[]} notices */
export const undo = (share, notices) => attempt(async () => {
	for (const n of notices) await call("POST", `/shares/${part(share)}/restore`, { path: n.path, trash: n.trash, replace: true });
	tell(notices.length === 1 ? `${isolated(notices[0].path)} is as it was before.` : `${count(notices.length, "file is", "files are")} as they were before.`);
	await readTrash(share);
});

/** Takes back what somebody has replaced and deleted since a time. @param {string} share @param {string} by @param {string} since */
export async function takeBack(share, by, since) {
	await closing(async () => tell(backAgain(await call("POST", `/shares/${part(share)}/restore`, { by, since }))));
	await readTrash(share);
}

/** @param {{files: number, skipped?: number}} back */
const backAgain = ({ files, skipped }) => `${count(files, "file is", "files are")} back.${skipped ? ` ${count(skipped, "file was", "files were")} left: somebody else has changed ${skipped === 1 ? "it" : "them"} since.` : ""}`;

/** Reads the conflicts of all folders. While the agent does not answer, those known stay; with it comes a snapshot, and they are read again. */
export const readConflicts = inTurn(async () => {
	try {
		/** @type {ShareConflict[]} */
		const conflicts = (await call("GET", "/conflicts")) ?? [];
		update(() => ({ conflicts }));
	} catch (error) {
		if (!(error instanceof ApiError && error.code === "offline")) tell(sentence(error), true);
	}
});

/** Says which content of a conflict stays. @param {ShareConflict} c @param {"name" | "copy" | "both"} keep */
export const settle = (c, keep) => attempt(async () => {
	const { path } = await call("POST", `/shares/${part(c.share)}/settle`, { copy: c.copy, keep });
	update((s) => ({ conflicts: s.conflicts.filter((o) => o.share !== c.share || o.copy !== c.copy) }));
	tell(keep === "both" ? `Both are kept: the other is now ${isolated(path)}.` : `${isolated(path)} is settled. What gave way is kept under “Deleted and replaced”.`);
	if (state.peek().accounts[c.share]) await readTrash(c.share);
});
