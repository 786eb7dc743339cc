// The field above those who can be chosen: what is typed filters them, Enter takes the first that is found, the arrow goes down to them, Escape empties it.
import { html } from "../vendor/index.js";

/** @param {{label: string, filter: string, onFilter: (filter: string) => void, first?: string, toggle: (id: string) => void, focus?: boolean}} props first: the ID of the first that was found */
export function ChoiceField({ label, filter, onFilter, first, toggle, focus = false }) {
	const key = (/** @type {KeyboardEvent} */ e) => {
		if (e.key === "ArrowDown") goDown(e);
		if (e.key === "Escape" && filter) {
			e.preventDefault(); // the filter goes first, the question after it
			e.stopPropagation();
			onFilter("");
		}
		if (e.key !== "Enter" || e.isComposing || !filter || !first) return;
		e.preventDefault();
		toggle(first);
		onFilter("");
	};
	return html`<label class="field">${label}<input type="text" role="searchbox" dir="auto" autocomplete="off" autofocus=${focus} placeholder="Type a name" value=${filter} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => onFilter(e.currentTarget.value)} onKeyDown=${key} /></label>`;
}

/** @param {KeyboardEvent} e */
function goDown(e) {
	const box = e.currentTarget instanceof Element && e.currentTarget.closest(".picker")?.querySelector("input[type=checkbox]");
	if (!(box instanceof HTMLElement)) return;
	e.preventDefault();
	box.focus();
}

/** Goes through those who can be chosen by arrow keys, from the first back to the field; Enter chooses as Space does. @param {KeyboardEvent} e */
export function choiceKey(e) {
	if (e.altKey || !(e.currentTarget instanceof Element) || !(e.target instanceof HTMLElement)) return;
	if (e.key === "Enter" && !e.repeat) {
		e.preventDefault();
		e.target.click();
	}
	if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
	e.preventDefault();
	const all = [...e.currentTarget.querySelectorAll("input")];
	const next = all.findIndex((box) => box === e.target) + (e.key === "ArrowDown" ? 1 : -1);
	const field = next < 0 ? e.currentTarget.closest(".picker")?.querySelector("input") : null;
	(field ?? all[Math.max(0, Math.min(next, all.length - 1))])?.focus();
}
