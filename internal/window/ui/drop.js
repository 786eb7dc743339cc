// Turns what was dropped, pasted or chosen into items: single files, and folders with all that is in them.
/** @import { Item } from "./types.js" */

/** Takes the entries at once: the drop's own list is dead after the event. @param {DataTransfer} data @returns {(FileSystemEntry | globalThis.File)[]} */
export function take(data) {
	const out = [];
	for (const item of data.items) {
		if (item.kind !== "file") continue;
		const entry = item.webkitGetAsEntry() ?? item.getAsFile();
		if (entry) out.push(entry);
	}
	return out;
}

/** @param {DragEvent} event whether files are being dragged, rather than text of the page */
export const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

/** @param {(FileSystemEntry | globalThis.File)[]} taken @returns {Promise<Item[]>} */
export const items = (taken) => Promise.all(taken.map((one) => (one instanceof File ? single(one) : whole(one))));

/** @param {globalThis.File} file @returns {Item} */
const single = (file) => ({ name: file.name, folder: false, files: [{ path: file.name, file }], folders: [], leftOut: [], unread: [], bytes: file.size });

/** @param {FileSystemEntry} entry @returns {Promise<Item>} */
async function whole(entry) {
	if (entry.isFile) return single(await fileOf(/** @type {FileSystemFileEntry} */ (entry)));
	/** @type {Item} */
	const item = { name: entry.name, folder: true, files: [], folders: [], leftOut: [], unread: [], bytes: 0 };
	await walk(/** @type {FileSystemDirectoryEntry} */ (entry), "", item);
	return item;
}

const HIDDEN = ".lanyard"; // what Lanyard keeps in a shared folder: it is nobody's work, and never sent

/** @param {string} element of a path */
const hidden = (element) => element.toLowerCase() === HIDDEN;

/** Takes what is in a folder. What cannot be read is noted: whether the rest may go without it is the agent's to say. @param {FileSystemDirectoryEntry} folder @param {string} prefix @param {Item} item */
async function walk(folder, prefix, item) {
	const inside = await entriesOf(folder).catch((error) => {
		if (!prefix) throw error;
		item.unread.push({ path: prefix.slice(0, -1), folder: true });
		return null;
	});
	if (!inside) return;
	if (inside.length === 0 && prefix) item.folders.push(prefix.slice(0, -1));
	for (const entry of inside) {
		const path = prefix + entry.name;
		if (hidden(entry.name)) {
			item.leftOut.push(path);
			continue;
		}
		if (entry.isDirectory) {
			await walk(/** @type {FileSystemDirectoryEntry} */ (entry), `${path}/`, item);
			continue;
		}
		const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry)).catch(() => null);
		if (!file) {
			item.unread.push({ path, folder: false });
			continue;
		}
		item.files.push({ path, file });
		item.bytes += file.size;
	}
}

/** Reads until nothing more comes: one call gives at most a hundred. @param {FileSystemDirectoryEntry} folder */
async function entriesOf(folder) {
	const reader = folder.createReader();
	/** @type {FileSystemEntry[]} */
	const all = [];
	for (;;) {
		/** @type {FileSystemEntry[]} */
		const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (some.length === 0) return all;
		all.push(...some);
	}
}

/** @param {FileSystemFileEntry} entry @returns {Promise<globalThis.File>} */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** The hidden folder in which a file lies, "" if it is in none. @param {string} path */
function within(path) {
	const elements = path.split("/");
	return elements.slice(0, elements.findIndex(hidden) + 1).join("/");
}

/** What a file input holds. With webkitdirectory every file names its folder. @param {FileList} list @returns {Item[]} */
export function chosen(list) {
	const files = [...list];
	const root = files[0]?.webkitRelativePath.split("/")[0];
	if (!root) return files.map(single);
	const all = files.map((file) => ({ path: file.webkitRelativePath.slice(root.length + 1), file }));
	const inside = all.filter((one) => !within(one.path));
	const leftOut = [...new Set(all.map((one) => within(one.path)).filter((path) => path !== ""))];
	return [{ name: root, folder: true, files: inside, folders: [], leftOut, unread: [], bytes: inside.reduce((n, one) => n + one.file.size, 0) }];
}

/** @param {Item[]} list the sum of what was dropped */
export const total = (list) => ({ files: list.reduce((n, i) => n + i.files.length, 0), bytes: list.reduce((n, i) => n + i.bytes, 0) });
