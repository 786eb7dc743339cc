// Whether a pane hides the conversation: in a narrow window it takes its place, in a less narrow one it lies over it and may leave too little of it to be read.
import { useLayoutEffect } from "../vendor/index.js";
import { state, update } from "../store.js";
/** @import { Pane } from "../types.js" */

const LEAST = 15; // times the size of the text: what can be read is at least as wide

/** @param {HTMLElement} columns */
function covers(columns) {
	const centre = columns.querySelector(".centre")?.getBoundingClientRect();
	const pane = columns.querySelector(".pane")?.getBoundingClientRect();
	if (!centre) return false;
	const beside = pane ? Math.max(pane.left - centre.left, centre.right - pane.right) : centre.width; // on whichever side it is
	return Math.min(beside, centre.width) < LEAST * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** Keeps the state's idea of it. @param {{current: HTMLElement | null}} columns @param {Pane | null} pane */
export function useCover(columns, pane) {
	useLayoutEffect(() => {
		const box = columns.current;
		const look = () => {
			const covered = !!box && !!pane && covers(box);
			if (covered !== state.peek().covered) update(() => ({ covered }));
		};
		look();
		if (!box || !pane) return;
		const resized = new ResizeObserver(look);
		for (const part of box.querySelectorAll(":scope > *")) resized.observe(part);
		return () => resized.disconnect();
	}, [pane]);
}
