// Addresses of what elements draw and play: they send no Authorization header, so the agent signs a URL for each, good for an hour. Those wanted at the same
// time are asked for together.
import { call } from "./api.js";
import { useEffect, useState } from "./vendor/index.js";

const MOST = 200; // in one request
const MARGIN = 5 * 60_000; // milliseconds before its end a link is not given out any more: it may be used for a while

/** @type {Map<string, {url: Promise<string>, until: number}>} */
const known = new Map();
/** @type {Map<string, PromiseWithResolvers<string>>} */
let wanted = new Map();

/** @param {string} what ID/content or ID/thumbnail @returns {Promise<string>} */
export function link(what) {
	const have = known.get(what);
	if (have && have.until > Date.now()) return have.url;
	const asked = wanted.get(what);
	if (asked) return asked.promise;
	if (wanted.size === 0) queueMicrotask(ask);
	const made = Promise.withResolvers();
	wanted.set(what, made);
	return made.promise;
}

function ask() {
	const all = [...wanted];
	wanted = new Map();
	for (let at = 0; at < all.length; at += MOST) some(all.slice(at, at + MOST));
}

/** @param {[string, PromiseWithResolvers<string>][]} wants */
async function some(wants) {
	try {
		/** @type {{links: string[], seconds: number}} */
		const { links, seconds } = await call("POST", "/window/links", { files: wants.map(([what]) => what) });
		wants.forEach(([what, made], i) => {
			made.resolve(links[i] ?? "");
			known.set(what, { url: made.promise, until: Date.now() + seconds * 1000 - MARGIN });
		});
	} catch (error) {
		for (const [, made] of wants) made.reject(error);
	}
}

/** The address of a file's content or thumbnail, "" until it is known. @param {string} id @param {"content" | "thumbnail"} kind @returns {string} */
export function useLink(id, kind) {
	const [url, setURL] = useState("");
	useEffect(() => {
		let gone = false;
		setURL("");
		link(`${id}/${kind}`).then((made) => { if (!gone) setURL(made); }, (error) => console.warn("no address for a file", error));
		return () => { gone = true; };
	}, [id, kind]);
	return url;
}
