// Makes an element a place where files and folders for a person can be dropped.
import { useState } from "../vendor/index.js";
import { carriesFiles, items, take } from "../drop.js";
import { attempt, show, tell } from "../actions.js";
import { state } from "../store.js";

/** Asks what to do with what was dropped on, pasted to or chosen for a person. @param {string} person @param {(FileSystemEntry | File)[]} taken */
export const offer = (person, taken) => attempt(async () => {
	if (person === state.peek().office) return tell("Files are sent to people and rooms, not to everybody in the office.", true);
	const room = state.peek().conversations[person]?.room;
	if (room && !room.member) return tell("You are not a member of this room, so nothing can be sent to it.");
	const dropped = await items(taken);
	if (dropped.length) show({ kind: "drop", person, items: dropped });
});

/** @param {string} person @returns {[boolean, Record<string, (e: DragEvent) => void>]} whether files are over it, and the handlers */
export function useDropTarget(person) {
	const [over, setOver] = useState(false);
	return [over, {
		onDragEnter: (e) => {
			if (carriesFiles(e)) setOver(true);
		},
		// Leaving comes for every element inside; of one that was taken off the page it never comes. Not every browser says where to.
		onDragLeave: (e) => {
			const [whole, to] = [/** @type {Element} */ (e.currentTarget), e.relatedTarget ?? document.elementFromPoint(e.clientX, e.clientY)];
			if (!(to instanceof Node) || !whole.contains(to)) setOver(false);
		},
		onDrop: (e) => {
			e.preventDefault();
			setOver(false);
			if (e.dataTransfer && carriesFiles(e)) offer(person, take(e.dataTransfer));
		},
	}];
}
