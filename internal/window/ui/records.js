// What was said, as a whole: written into a file, kept for so long, and checked.
import { ApiError, call, failure, part } from "./api.js";
import { bearer } from "./session.js";
import { closing } from "./actions.js";
import { count } from "./format.js";
/** @import { Gone, Retention, Verification } from "./types.js" */

/** @typedef {"html" | "json" | "csv"} Format */

const BROKEN = "The file did not come whole, and nothing was saved. Try again.";

/** Characters that some system does not take in a file's name. @param {string} name */
const fileName = (name) => name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, "_").slice(0, 80).replace(/[. ]+$/u, "") || "conversation";

/** Saves what was said where the browser saves files. @param {string} person empty for all conversations @param {string} name of the person or room @param {Format} format @param {AbortSignal} signal */
export async function exportTalk(person, name, format, signal) {
	const query = `format=${format}${person ? `&conversation=${part(person)}` : ""}`;
	const body = await fetched(`/export?${query}`, signal);
	const link = document.createElement("a");
	link.href = URL.createObjectURL(body);
	link.download = `Lanyard - ${person ? fileName(name) : "all conversations"}.${format}`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has long begun to read it
}

/** An answer that is a file. What breaks off on the way fails. @param {string} path @param {AbortSignal} signal @returns {Promise<Blob>} */
async function fetched(path, signal) {
	let answer;
	try {
		answer = await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${bearer()}` }, signal });
	} catch (error) {
		if (signal.aborted) throw error;
		throw new ApiError("offline", "Lanyard does not answer. Start it again.", 0);
	}
	if (!answer.ok) throw failure(answer.status, await answer.text());
	try {
		return await answer.blob();
	} catch (error) {
		if (signal.aborted) throw error;
		throw new ApiError("offline", BROKEN, 0);
	}
}

/** @returns {Promise<Retention>} for how long messages are kept */
export const retention = () => call("GET", "/retention");

/** @param {string} person empty for all conversations @param {number | null} days 0 for ever, null as all are */
export async function keep(person, days) {
	const body = days === null ? { conversation: person, days: 0, default: true } : person ? { conversation: person, days } : { days };
	await closing(() => call("PUT", "/retention", body));
}

/** @param {string} person empty for all conversations @returns {Promise<Verification[]>} */
export const verify = (person) => call("GET", person ? `/verify?conversation=${part(person)}` : "/verify");

/** Why entries have no words. @type {[keyof Gone, string][]} */
const reasons = [["deleted", "deleted by who wrote them"], ["tooOld", "too old to be kept"], ["forgotten", "forgotten with a room"], ["notOurs", "not for you"], ["awaited", "not here yet, others are asked for them"], ["unexplained", "nothing here tells why: messages were kept for a shorter time once, or somebody emptied them"]];

/** How many entries have no words, and why, in one sentence; "" for none. @param {Verification[]} all */
export function gone(all) {
	const sum = (/** @type {keyof Gone} */ why) => all.reduce((n, v) => n + v.gone[why], 0);
	const parts = reasons.filter(([why]) => sum(why) > 0).map(([why, words]) => `${sum(why)} ${words}`);
	const n = all.reduce((n, v) => n + v.dropped, 0);
	return n === 0 ? "" : `${count(n, "entry has", "entries have")} no words here: ${parts.join("; ")}. That is no alteration.`;
}
