// The list that opens while one writes, to complete what was begun: people at an `@`, emoji at a `:`. Arrow keys move, Enter and Tab choose, Escape closes; the focus stays in the text.
import { html, useState } from "../vendor/index.js";
/** @import { VNode } from "../vendor/index.js" */

/**
 * @template T
 * @typedef {object} Kind what is completed
 * @property {string} id of the list
 * @property {string} label
 * @property {(text: string, caret: number) => {at: number, words: string} | null} typed what is begun before the caret, and where
 * @property {(words: string) => T[]} offered
 * @property {(one: T) => string} words that come in the place of what was begun
 * @property {(one: T) => string} key
 * @property {(one: T) => string} name for those who do not see it
 * @property {(one: T) => VNode} row
 * @property {(n: number) => string} count
 * @property {(one: T) => void} [chosen]
 */

/** Puts words between two places of a field, as if they had been typed. @param {HTMLTextAreaElement} f @param {number} from @param {number} to @param {string} words */
export function put(f, from, to, words) {
	f.value = f.value.slice(0, from) + words + f.value.slice(to);
	f.setSelectionRange(from + words.length, from + words.length);
	f.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** @template T @param {{current: HTMLTextAreaElement | null}} field @param {Kind<T>} kind */
export function useCompletion(field, kind) {
	const [typing, setTyping] = useState(/** @type {{at: number, words: string} | null} */ (null));
	const [active, setActive] = useState(0);
	const found = typing ? kind.offered(typing.words) : [];
	const close = () => setTyping(null);
	const look = () => {
		const f = field.current;
		setTyping(f && f.selectionStart === f.selectionEnd ? kind.typed(f.value, f.selectionStart) : null);
		setActive(0);
	};
	const choose = (/** @type {T} */ one) => {
		const f = field.current;
		if (!f || !typing) return;
		put(f, typing.at, f.selectionStart, kind.words(one));
		kind.chosen?.(one);
		close();
		f.focus();
	};
	/** @param {KeyboardEvent} e @returns {boolean} whether the key was for the list */
	const key = (e) => {
		if (found.length === 0 || e.isComposing) return false;
		const step = { ArrowDown: 1, ArrowUp: -1 }[e.key] ?? 0;
		if (step) setActive((active + step + found.length) % found.length);
		else if ((e.key === "Enter" && !e.shiftKey) || e.key === "Tab") choose(found[active]);
		else if (e.key === "Escape") close();
		else return false;
		e.preventDefault();
		return true;
	};
	const open = found.length > 0;
	const list = html`<p class="unseen" role="status">${open ? `${kind.count(found.length)}. ${kind.name(found[active])}` : ""}</p>${open && html`
		<ul class="completion" id=${kind.id} role="listbox" aria-label=${kind.label}>${found.map((one, i) => html`
			<li key=${kind.key(one)} id=${`${kind.id}-${i}`} role="option" class="completion-choice" aria-selected=${i === active ? "true" : "false"}
				onPointerDown=${(/** @type {PointerEvent} */ e) => e.preventDefault()} onClick=${() => choose(one)}>${kind.row(one)}</li>`)}</ul>`}`;
	return { list, key, look, close, controls: open ? kind.id : null, active: open ? `${kind.id}-${active}` : null };
}
