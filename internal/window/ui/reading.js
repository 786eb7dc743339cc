// How far the reader has come in what is unread.
/** @import { View } from "./types.js" */

/** The rows of messages in a list. @param {HTMLElement} box */
const rowsOf = (box) => [...box.querySelectorAll("[data-message]")].filter((row) => row instanceof HTMLElement);

/** How many of the first ones keep a rule that those behind them break. @template T @param {T[]} all @param {(one: T) => boolean} rule */
function leading(all, rule) {
	let low = 0;
	for (let high = all.length; low < high;) {
		const middle = (low + high) >> 1;
		if (rule(all[middle])) low = middle + 1;
		else high = middle;
	}
	return low;
}

/**
 * The last message that is wholly in sight or above, once the first unread one has been in sight: who went elsewhere in the conversation saw none of those between.
 * @param {HTMLElement} box @param {View} view @param {string} begun the first unread one if it has been in sight already
 * @returns {{begun: string, id: string}} id is empty while nothing unread was seen whole
 */
export function comeTo(box, view, begun) {
	const none = { begun, id: "" };
	if (!view.firstUnread) return none;
	const rows = rowsOf(box);
	const from = rows.findIndex((row) => row.dataset.message === view.firstUnread);
	if (from < 0) return none;
	const { top, bottom } = box.getBoundingClientRect();
	const rect = (/** @type {HTMLElement} */ row) => row.getBoundingClientRect();
	const here = leading(rows, (row) => rect(row).bottom <= top) <= from && rect(rows[from]).top < bottom;
	if (!here && begun !== view.firstUnread) return none;
	const last = leading(rows, (row) => rect(row).bottom <= bottom + 1) - 1; // positions are fractions of pixels
	return { begun: view.firstUnread, id: last < from ? "" : rows[last].dataset.message ?? "" };
}
