// The one place where the state lives. Components read slices made by select and are drawn again when theirs changed.
import { computed, signal } from "./vendor/index.js";
import { initial } from "./state.js";
/** @import { State } from "./types.js" */

export const state = signal(initial());

/** Changes the state by a function of state.js. @param {(now: State) => Partial<State>} change */
export function update(change) {
	state.value = { ...state.value, ...change(state.value) };
}

/** @param {object} value whether it is a list or a table */
const plain = (value) => Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;

/** Whether two values hold the same: lists and tables that were made anew are compared by what is in them. @param {unknown} a @param {unknown} b @returns {boolean} */
function same(a, b) {
	if (Object.is(a, b)) return true;
	if (!a || !b || typeof a !== "object" || typeof b !== "object" || !plain(a) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
	const one = Object.entries(a), other = /** @type {Record<string, unknown>} */ (b);
	return one.length === Object.keys(b).length && one.every(([key, value]) => key in other && Object.is(value, other[key]));
}

/** What is worked out of signals; while it holds the same it is the same, and nothing is drawn anew. @template T @param {() => T} work */
export function derive(work) {
	/** @type {T | undefined} */
	let last;
	return computed(() => {
		const now = work();
		if (last === undefined || !same(last, now)) last = now;
		return /** @type {T} */ (last);
	});
}

/** @template T @param {(now: State) => T} slice */
export const select = (slice) => derive(() => slice(state.value));
