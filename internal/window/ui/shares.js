// What a person does with shared folders.
import { ApiError, call, part } from "./api.js";
import { attempt, closing, sentence, show, showPane, tell } from "./actions.js";
import { state, update } from "./store.js";
import { accounted, merged, newest, without } from "./state.js";
import { distinct } from "./named.js";
import { effect } from "./vendor/index.js";
/** @import { Choosing, Invite, Item, Notice, Share, TrashEntry } from "./types.js" */

/** Puts the share that the agent answers with on the state and on screen. @param {Promise<Share>} answer */
async function arrive(answer) {
	const { shares } = state.peek();
	const share = await closing(() => answer);
	update((s) => ({ shares: { ...s.shares, [share.id]: newest(shares[share.id], s.shares[share.id], share) }, invites: without(s.invites, share.id) }));
	openShare(share.id);
}

/** Asks the desktop for a folder. @param {string} title @param {AbortSignal} [signal] @returns {Promise<{path: string, problem: string}>} an empty path without a problem means that the person closed the dialog */
export async function askFolder(title, signal) {
	try {
		return { path: (await call("POST", "/dialogs/folder", { title }, { signal })).path, problem: "" };
	} catch (error) {
		if (error instanceof ApiError && error.code === "cancelled") return { path: "", problem: "" };
		if (error instanceof ApiError && error.code === "no-dialog") return { path: "", problem: "No dialog can be shown here: type the folder’s whole path." };
		return { path: "", problem: sentence(error) };
	}
}

/** Asks the desktop for the folder while the page's own dialog waits; closing that one closes the other. @param {Choosing} now @param {Choosing | null} otherwise what is shown if the person chose nothing */
async function choose(now, otherwise) {
	/** @type {Choosing} */
	const waiting = { ...now, waits: "desktop", problem: "" };
	show(waiting);
	const stop = new AbortController();
	const watch = effect(() => {
		if (state.value.dialog !== waiting) stop.abort();
	});
	const { path, problem } = await askFolder(now.name ? `Where is the folder “${now.name}”?` : "Which folder do you want to share?", stop.signal);
	watch();
	if (stop.signal.aborted) return;
	if (path) show({ ...now, paths: [path], path, waits: "", problem: "" });
	else show(problem ? { ...now, paths: [], waits: "", problem } : otherwise);
}

/** @param {string} person @param {string} name @returns {Choosing} */
const nothingYet = (person, name) => ({ kind: "folder", person, name, paths: [], path: "", waits: "", problem: "" });

/** "Share an existing folder…": the dialog of the desktop first, then the path for consent. @param {string} person empty: chosen too */
export const shareExisting = (person) => choose(nothingYet(person, ""), person ? null : nothingYet(person, ""));

/** Another folder than the one shown is meant. @param {Choosing} now */
export const chooseAnother = (now) => choose(now, now);

/** Looks for the folder that was dropped: a page never learns its path. @param {string} person @param {Item} item */
export async function locate(person, item) {
	/** @type {Choosing} */
	const searching = { ...nothingYet(person, item.name), waits: "search" };
	show(searching);
	const entries = item.files.slice(0, 1000).map(({ path, file }) => ({ path, size: file.size }));
	/** @type {string[]} */
	let paths = [];
	try {
		paths = (await call("POST", "/shares/locate", { name: item.name, entries })).paths ?? [];
	} catch (error) {
		tell(sentence(error), true);
	}
	if (state.peek().dialog !== searching) return;
	if (paths.length) show({ ...searching, paths, path: paths[0], waits: "" });
	else await choose(nothingYet(person, item.name), nothingYet(person, item.name));
}

/** @param {string} path @param {string} name @param {string[]} persons */
export async function share(path, name, persons) {
	await arrive(call("POST", "/shares", { path, name, with: persons }));
}

/** Accepts into the usual place, or into a folder of one's choice. @param {Invite} invite @param {string} at */
export async function accept(invite, at) {
	await arrive(call("POST", `/shares/${part(invite.id)}/accept`, { at }));
}

/** @param {Invite} invite */
export async function acceptElsewhere(invite) {
	const { path, problem } = await askFolder(`Where should “${invite.name}” be kept?`);
	if (path || problem) show({ kind: "accept", invite, path, problem });
}

/** @param {Invite} invite */
export const decline = (invite) => attempt(async () => {
	await call("POST", `/shares/${part(invite.id)}/decline`);
	update((s) => ({ invites: without(s.invites, invite.id) }));
});

/** @param {string} id */
export const openShare = (id) => showPane({ kind: "share", id });

/** Reads what happened in a share and what lies in its trash. One that is just being opened or is paused may not answer: its pane asks again when that changes. @param {string} id */
export const readAccount = (id) => Promise.all([readNotices(id), readTrash(id)]);

/** @param {string} id */
async function readNotices(id) {
	try {
		/** @type {Notice[]} */
		const list = (await call("GET", `/shares/${part(id)}/notices?limit=100`)) ?? [];
		update((s) => accounted(s, id, (now) => ({ notices: merged(list, now.notices), noticesLoaded: true, noticesProblem: "" })));
	} catch (error) {
		update((s) => accounted(s, id, () => ({ noticesProblem: sentence(error) })));
	}
}

/** @param {string} id */
export async function readTrash(id) {
	try {
		/** @type {TrashEntry[]} */
		const trash = (await call("GET", `/shares/${part(id)}/trash`)) ?? [];
		update((s) => accounted(s, id, () => ({ trash, trashLoaded: true, trashProblem: "" })));
	} catch (error) {
		update((s) => accounted(s, id, () => ({ trashProblem: sentence(error) })));
	}
}

/** Brings back what was deleted or replaced. @param {string} id @param {string} path @param {string} trash an entry's ID, empty for the newest */
export const restore = (id, path, trash) => attempt(async () => {
	const back = await call("POST", `/shares/${part(id)}/restore`, { path, trash });
	tell(`“${back.path}” is back.`);
	await readTrash(id);
});

/** @param {string} id @param {"pause" | "resume"} verb */
export const setRunning = (id, verb) => attempt(async () => {
	const { shares } = state.peek();
	/** @type {Share | null} */
	const changed = await call("POST", `/shares/${part(id)}/${verb}`);
	if (changed?.id) update((s) => ({ shares: { ...s.shares, [id]: newest(shares[id], s.shares[id], changed) } }));
});

/** Takes a folder of a share on this computer, or off it. @param {Share} share @param {"select" | "deselect"} verb @param {string} path */
export async function take(share, verb, path) {
	const { shares } = state.peek();
	/** @type {Share} */
	const changed = await call("POST", `/shares/${part(share.id)}/${verb}`, { path });
	update((s) => ({ shares: { ...s.shares, [share.id]: newest(shares[share.id], s.shares[share.id], changed) } }));
}

/** Says of what waits in a share, of one person, whether it is wanted. @param {string} id @param {"apply" | "undo"} verb @param {string} by */
export const answerHeld = (id, verb, by) => attempt(async () => {
	const { shares } = state.peek();
	/** @type {Share} */
	const changed = await call("POST", `/shares/${part(id)}/${verb}`, { by });
	update((s) => ({ shares: { ...s.shares, [id]: newest(shares[id], s.shares[id], changed) } }));
});

/** Gives the others what is on this computer only: all of it, or one file. @param {Share} share @param {string[]} paths */
export const publish = (share, paths) => attempt(async () => {
	await call("POST", `/shares/${part(share.id)}/publish`, { paths });
});

/** @param {Share} share */
export const leave = (share) => show({
	kind: "confirm", title: `Leave “${share.name}”?`, action: "Leave",
	text: `The folder stays on this computer in ${share.path}, but is no longer kept equal with anybody.`,
	run: async () => {
		await call("POST", `/shares/${part(share.id)}/leave`);
		update((s) => ({ shares: without(s.shares, share.id), pane: null }));
	},
});

/** @param {string} id @param {string[]} persons @param {string} role */
export async function invite(id, persons, role) {
	await closing(() => call("POST", `/shares/${part(id)}/invite`, { with: persons, role }));
}

/** @param {Share} share @param {{id: string}} member @param {string} role */
export const setRole = (share, member, role) => attempt(() => call("POST", `/shares/${part(share.id)}/role`, { person: member.id, role }));

/** Offers the share to a member, who owns it once they take it. @param {Share} share @param {{id: string, name: string}} member */
export const handOver = (share, member) => show({
	kind: "confirm", title: `Hand “${share.name}” over to ${distinct(member)}?`, action: "Offer it",
	text: `${distinct(member)} is asked, and then decides who takes part. You stay in the folder.`,
	run: () => call("POST", `/shares/${part(share.id)}/owner`, { person: member.id }),
});

/** @param {Share} share @param {{up: number, down: number}} limit KiB in a second, 0 = none */
export async function setLimit(share, limit) {
	await closing(() => call("POST", `/shares/${part(share.id)}/limit`, limit));
}

/** @param {Share} share */
export const takeOver = (share) => attempt(() => call("POST", `/shares/${part(share.id)}/take`));

/** Goes on with a folder whose owner is gone, as a new one. @param {Share} share */
export const goOn = (share) => show({
	kind: "confirm", title: `Go on with “${share.name}” as yours?`, action: "Go on",
	text: "It becomes a new shared folder in the same place. All others who take part are invited to it, and keep their folders.",
	run: async () => {
		const next = await call("POST", `/shares/${part(share.id)}/continue`);
		update((s) => ({ shares: { ...without(s.shares, share.id), [next.id]: next } }));
		openShare(next.id);
	},
});

/** @param {Share} share @param {{id: string, name: string}} member */
export const removeMember = (share, member) => show({
	kind: "confirm", title: `Remove ${distinct(member)} from “${share.name}”?`, action: "Remove",
	text: `${distinct(member)} keeps the folder as it is now and gets no further changes.`,
	run: () => call("POST", `/shares/${part(share.id)}/remove`, { person: member.id }),
});

/** Shows a file of the share in the system's file manager. @param {string} id @param {string} path */
export const reveal = (id, path) => attempt(() => call("POST", `/shares/${part(id)}/reveal`, { path }));
