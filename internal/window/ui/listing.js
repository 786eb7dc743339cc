// The files of a shared folder as pages that are read as they come into sight, and again while something changes.
import { useEffect, useRef, useState } from "./vendor/index.js";
import { sentence } from "./actions.js";
import { listFiles } from "./share-files.js";
/** @import { SharedFile } from "./types.js" */

/** @typedef {{after: string, files: SharedFile[], next: string}} Page */
/** How fast a file comes: what was here at a time. @typedef {{done: number, at: number, rate: number}} Pace */
/** @typedef {{pages: Page[], status: "loading" | "ready" | "error", problem: string}} Listing */

const PAUSE = 700; // ms between two readings of what is in sight

const names = new Intl.Collator(navigator.language, { numeric: true, sensitivity: "base" });

/** Folders first, by name, where all is known; a longer list stays in the order in which it comes. @param {Page[]} pages @returns {SharedFile[]} */
export function inOrder(pages) {
	const files = pages.flatMap((p) => p.files);
	if (pages.length !== 1 || pages[0].next) return files;
	return files.sort((a, b) => Number(!!b.folder) - Number(!!a.folder) || names.compare(a.path, b.path));
}

/** Puts a page that was read in its place; what no longer follows on it is read anew. @param {Page[]} pages @param {Page} page @returns {Page[]} */
export function withPage(pages, page) {
	const at = pages.findIndex((p) => p.after === page.after);
	if (at < 0) return pages.length === 0 || pages[pages.length - 1].next === page.after ? [...pages, page] : pages;
	const follows = pages[at + 1]?.after === page.next;
	return [...pages.slice(0, at), page, ...(follows ? pages.slice(at + 1) : [])];
}

/** How fast the files come that are on their way, from what was here before. @param {Map<string, Pace>} before @param {SharedFile[]} files @param {number} now @returns {Map<string, Pace>} */
export function paces(before, files, now) {
	const out = new Map();
	for (const f of files) {
		if (f.state !== "coming" || f.folder) continue;
		const was = before.get(f.path), done = f.done ?? 0;
		if (!was || done < was.done) out.set(f.path, { done, at: now, rate: 0 });
		else if (done === was.done && now - was.at < 3000) out.set(f.path, was);
		else out.set(f.path, { done, at: now, rate: now > was.at ? ((done - was.done) * 1000) / (now - was.at) : was.rate });
	}
	return out;
}

/** The files of a folder, or those found. changed: anything that is another one when files may have changed. @param {{share: string, under: string, find: string, changed: unknown, up: boolean}} what */
export function useListing({ share, under, find, changed, up }) {
	const [now, set] = useState(/** @type {Listing} */ ({ pages: [], status: "loading", problem: "" }));
	const pace = useRef(/** @type {Map<string, Pace>} */ (new Map()));
	const sight = useRef(""); // where the page in sight begins
	const stop = useRef(new AbortController());
	const last = useRef({ at: 0, changed }); // when it was read last, and as of what
	const read = async (/** @type {string} */ after) => {
		const { signal } = stop.current;
		last.current = { at: Date.now(), changed };
		try {
			const { files, next = "" } = await listFiles(share, { under, find, after }, signal);
			if (signal.aborted) return;
			pace.current = new Map([...pace.current, ...paces(pace.current, files, Date.now())]);
			set((old) => ({ pages: withPage(old.pages, { after, files, next }), status: "ready", problem: "" }));
		} catch (error) {
			if (!signal.aborted) set((old) => ({ ...old, status: "error", problem: sentence(error) }));
		}
	};
	useEffect(() => {
		stop.current = new AbortController();
		sight.current = "";
		pace.current = new Map();
		set({ pages: [], status: "loading", problem: "" });
		if (up) read("");
		return () => stop.current.abort();
	}, [share, under, find, up]);
	const coming = now.pages.some((p) => p.files.some((f) => f.state === "coming" || f.coming));
	useEffect(() => {
		if (!up || now.status === "loading" || (!coming && last.current.changed === changed)) return;
		const timer = setTimeout(() => read(sight.current), Math.max(0, last.current.at + PAUSE - Date.now()));
		return () => clearTimeout(timer);
	}, [changed, coming && now.pages, up]);
	return {
		...now, pace: pace.current,
		/** Says which row is in sight first and last; reads on before the end comes into sight. @param {number} first @param {number} last */
		look(first, last) {
			let rows = 0;
			for (const page of now.pages) {
				if (first >= rows) sight.current = page.after;
				rows += page.files.length;
			}
			const end = now.pages.at(-1);
			if (end?.next && last >= rows - 40 && now.status === "ready") {
				set((old) => ({ ...old, status: "loading" }));
				read(end.next);
			}
		},
		again: () => read(sight.current),
	};
}
