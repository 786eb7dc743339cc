// Brings dropped files to the agent: one request a file, three at once, because that is what is quickest and leaves connections free.
import { bearer } from "./session.js";
import { call, failure, ApiError, part } from "./api.js";
import { sentence, tell } from "./actions.js";
import { count } from "./format.js";
import { update } from "./store.js";
import { firstOf, isolated } from "./text.js";
import { without } from "./state.js";
/** @import { File, Item, Share } from "./types.js" */

const AT_ONCE = 3;
/** @type {Map<string, AbortController>} */
const running = new Map();

/** Uploads an item and lets the agent send it or share it. @param {Item} item @param {string} person @param {"send" | "share"} action @returns {Promise<Share | File | null>} what the agent made of it; null if nothing, which was told */
export async function upload(item, person, action) {
	let id = "";
	try {
		id = (await call("POST", "/uploads", { name: item.name, folder: item.folder, bytes: item.bytes, files: item.files.length + item.unread.filter((one) => !one.folder).length })).id;
		const stop = new AbortController();
		running.set(id, stop);
		begin(id, item, person, action);
		await content(id, item, stop.signal);
		const body = action === "send" ? { action, to: person } : { action, with: [person], name: item.name };
		const made = await call("POST", `/uploads/${part(id)}/finish`, body);
		end(id);
		if (action === "send") {
			told(item);
			warn(made);
		}
		return made;
	} catch (error) {
		if (running.get(id)?.signal.aborted) return null;
		if (id) call("DELETE", `/uploads/${part(id)}`).catch(() => {}); // the agent forgets an upload that stands still by itself
		end(id);
		tell(`“${item.name}” was not sent. ${sentence(error)}`, true);
		return null;
	}
}

const NAMED = 3; // of what is left out

/** Says at once what of a folder is not sent. @param {Item} item */
function told(item) {
	const all = item.leftOut.length;
	if (all > 0) tell(`${count(all, "item")} in ${isolated(item.name)} left out, since Lanyard's own folders, and system or temporary files that cannot be read or named, are not sent: ${firstOf(item.leftOut.slice(0, NAMED), all)}.`);
}

/** Says at once what Windows cannot store of what was just offered. @param {File} file */
function warn(file) {
	const all = file.unportable ?? 0;
	if (all === 0) return;
	tell(`Windows cannot store ${count(all, "name")} in ${isolated(file.name)} (${firstOf(file.unportableNames ?? [], all)}): who has Windows cannot receive it until you rename ${all === 1 ? "it" : "them"} and send it again.`, true);
}

/** @param {string} id */
export function cancel(id) {
	running.get(id)?.abort();
	call("DELETE", `/uploads/${part(id)}`).catch((error) => tell(sentence(error), true));
	end(id);
}

/** @param {string} id @param {Item} item @param {string} person @param {string} action */
function begin(id, item, person, action) {
	const upload = { id, person, name: item.name, folder: item.folder, files: item.files.length, total: item.bytes, done: 0, rate: 0, problem: "", share: action === "share", started: performance.now() };
	update((s) => ({ uploads: { ...s.uploads, [id]: upload } }));
}

/** @param {string} id */
function end(id) {
	running.delete(id);
	update((s) => ({ uploads: without(s.uploads, id) }));
}

/** @param {string} id @param {Item} item @param {AbortSignal} stop */
async function content(id, item, stop) {
	for (const { path, folder } of item.unread) {
		await call("POST", `/uploads/${part(id)}/leave-out`, { path, folder });
		item.leftOut.push(path);
	}
	for (const folder of item.folders) await put(`/uploads/${part(id)}/${encodePath(folder)}?dir=1`, new Blob([]), stop, () => {});
	const queue = [...item.files];
	let done = 0;
	const lane = async () => {
		for (let next = queue.shift(); next; next = queue.shift()) {
			let before = 0;
			const loaded = (/** @type {number} */ now) => {
				done += now - before;
				before = now;
				progress(id, done);
			};
			const sent = put(`/uploads/${part(id)}/${encodePath(next.path)}`, next.file, stop, loaded);
			await sent.catch((error) => leaveOut(id, item, next, error, stop));
			loaded(next.file.size);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Goes on without a file that could not be brought, if it is nobody's work. @param {string} id @param {Item} item @param {Item["files"][number]} file @param {unknown} error why it could not @param {AbortSignal} stop */
async function leaveOut(id, item, file, error, stop) {
	if (stop.aborted || !item.folder) throw error;
	await call("POST", `/uploads/${part(id)}/leave-out`, { path: file.path, bytes: file.file.size }).catch((refused) => {
		throw error instanceof ApiError && error.status > 0 ? error : refused;
	});
	item.leftOut.push(file.path);
}

/** @param {string} id @param {number} done */
const progress = (id, done) => update((s) => {
	const upload = s.uploads[id];
	if (!upload) return {};
	const seconds = (performance.now() - upload.started) / 1000;
	return { uploads: { ...s.uploads, [id]: { ...upload, done, rate: seconds > 0.3 ? done / seconds : 0 } } };
});

const encodePath = (/** @type {string} */ path) => path.split("/").map(part).join("/");

/** XMLHttpRequest, because fetch tells no progress of what is sent and is slower. @param {string} path @param {Blob} body @param {AbortSignal} stop @param {(loaded: number) => void} loaded @returns {Promise<void>} */
const put = (path, body, stop, loaded) => new Promise((resolve, reject) => {
	stop.throwIfAborted();
	const request = new XMLHttpRequest();
	request.open("PUT", `/api/v1${path}`);
	request.setRequestHeader("Authorization", `Bearer ${bearer()}`);
	request.setRequestHeader("Content-Type", "application/octet-stream");
	request.upload.onprogress = (event) => loaded(event.loaded);
	request.onload = () => {
		if (request.status >= 300) return reject(failure(request.status, request.responseText));
		loaded(body.size);
		resolve();
	};
	request.onerror = () => reject(new ApiError("offline", "The file could not be read, or Lanyard does not answer. Try again.", 0));
	request.onabort = () => reject(stop.reason);
	stop.addEventListener("abort", () => request.abort(), { once: true });
	request.send(body);
});
