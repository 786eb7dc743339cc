// What a person does with shared folders.
import { call, part } from "./api.js";
import { ApiError } from "./api.js";
import { attempt, sentence, show, showPane, tell } from "./actions.js";
import { state, update } from "./store.js";
import { without } from "./state.js";
/** @import { Invite, Item, Notice, Share, TrashEntry } from "./types.js" */

/** Puts a share on the state and on screen. @param {Share} share */
function arrive(share) {
	update((s) => ({ shares: { ...s.shares, [share.id]: share }, invites: without(s.invites, share.id), dialog: null }));
	openShare(share.id);
}

/** Asks the desktop for a folder. @param {string} title @returns {Promise<{path: string, problem: string}>} an empty path without a problem means that the person closed the dialog */
export async function askFolder(title) {
	try {
		return { path: (await call("POST", "/dialogs/folder", { title })).path, problem: "" };
	} catch (error) {
		if (error instanceof ApiError && error.code === "cancelled") return { path: "", problem: "" };
		return { path: "", problem: sentence(error) };
	}
}

/** "Share an existing folder…": the dialog of the desktop first, then the path for consent. @param {string} person */
export async function shareExisting(person) {
	show({ kind: "folder", person, name: "", paths: [], path: "", looking: true, problem: "" });
	const { path, problem } = await askFolder("Which folder do you want to share?");
	if (!stillChoosing()) return;
	if (path || problem) show({ kind: "folder", person, name: "", paths: path ? [path] : [], path, looking: false, problem });
	else show(null);
}

const stillChoosing = () => state.peek().dialog?.kind === "folder";

/** Looks for the folder that was dropped: a page never learns its path. @param {string} person @param {Item} item */
export async function locate(person, item) {
	show({ kind: "folder", person, name: item.name, paths: [], path: "", looking: true, problem: "" });
	const entries = item.files.slice(0, 1000).map(({ path, file }) => ({ path, size: file.size }));
	/** @type {string[]} */
	let paths = [];
	try {
		paths = (await call("POST", "/shares/locate", { name: item.name, entries })).paths ?? [];
	} catch (error) {
		tell(sentence(error), true);
	}
	if (!stillChoosing()) return;
	if (paths.length) show({ kind: "folder", person, name: item.name, paths, path: paths[0], looking: false, problem: "" });
	else await chooseAnother(person, item.name);
}

/** The folder was not found, or another one is meant. @param {string} person @param {string} name */
export async function chooseAnother(person, name) {
	const before = state.peek().dialog;
	const title = name ? `Where is the folder “${name}”?` : "Which folder do you want to share?";
	const { path, problem } = await askFolder(title);
	if (!stillChoosing()) return;
	const now = before?.kind === "folder" ? before : null;
	if (path || problem) show({ kind: "folder", person, name, paths: path ? [path] : [], path: path || (now?.path ?? ""), looking: false, problem });
	else if (now?.paths.length) show({ ...now, looking: false });
	else show({ kind: "folder", person, name, paths: [], path: "", looking: false, problem: "" });
}

/** @param {string} path @param {string} name @param {string} person */
export async function share(path, name, person) {
	arrive(await call("POST", "/shares", { path, name, with: [person] }));
}

/** Accepts into the usual place, or into a folder of one's choice. @param {Invite} invite @param {string} at */
export async function accept(invite, at) {
	arrive(await call("POST", `/shares/${part(invite.id)}/accept`, { at }));
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
export async function openShare(id) {
	showPane({ kind: "share", id });
	await attempt(async () => {
		/** @type {[Notice[], TrashEntry[]]} */
		const [notices, trash] = await Promise.all([call("GET", `/shares/${part(id)}/notices?limit=100`), call("GET", `/shares/${part(id)}/trash`)]);
		update((s) => ({ notices: { ...s.notices, [id]: notices ?? [] }, trash: { ...s.trash, [id]: trash ?? [] } }));
	});
}

/** @param {string} id */
export async function refreshTrash(id) {
	/** @type {TrashEntry[] | null} */
	const trash = await call("GET", `/shares/${part(id)}/trash`);
	update((s) => ({ trash: { ...s.trash, [id]: trash ?? [] } }));
}

/** Brings back what was deleted or replaced. @param {string} id @param {string} path @param {string} trash an entry's ID, empty for the newest */
export const restore = (id, path, trash) => attempt(async () => {
	const back = await call("POST", `/shares/${part(id)}/restore`, { path, trash });
	tell(`“${back.path}” is back.`);
	await refreshTrash(id);
});

/** @param {string} id @param {"pause" | "resume"} verb */
export const setRunning = (id, verb) => attempt(async () => {
	/** @type {Share | null} */
	const changed = await call("POST", `/shares/${part(id)}/${verb}`);
	if (changed?.id) update((s) => ({ shares: { ...s.shares, [id]: changed } }));
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

/** @param {string} id @param {string[]} persons */
export async function invite(id, persons) {
	await call("POST", `/shares/${part(id)}/invite`, { with: persons });
	show(null);
}

/** @param {Share} share @param {{id: string, name: string}} member */
export const removeMember = (share, member) => show({
	kind: "confirm", title: `Remove ${member.name} from “${share.name}”?`, action: "Remove",
	text: `${member.name} keeps the folder as it is now and gets no further changes.`,
	run: () => call("POST", `/shares/${part(share.id)}/remove`, { person: member.id }),
});

/** Shows a file of the share in the system's file manager. @param {string} id @param {string} path */
export const reveal = (id, path) => attempt(() => call("POST", `/shares/${part(id)}/reveal`, { path }));
