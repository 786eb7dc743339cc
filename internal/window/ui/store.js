// The one place where the state lives. Components read slices made by select and are drawn again when theirs changed.
import { computed, signal } from "./vendor/index.js";
import { initial } from "./state.js";
/** @import { State } from "./types.js" */

export const state = signal(initial());

/** Changes the state by a function of state.js. @param {(now: State) => Partial<State>} change */
export function update(change) {
	state.value = { ...state.value, ...change(state.value) };
}

/** @template T @param {(now: State) => T} slice */
export const select = (slice) => computed(() => slice(state.value));
