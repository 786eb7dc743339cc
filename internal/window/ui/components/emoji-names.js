// The list of emoji that opens at a `:` and the beginning of a name. A whole name between two colons becomes its emoji at once.
import { html } from "../vendor/index.js";
import { begun, begunAt, named } from "../emoji.js";
import { put, useCompletion } from "./completion.js";

/** @param {{current: HTMLTextAreaElement | null}} field */
export function useEmojiNames(field) {
	const names = useCompletion(field, {
		id: "emoji-names", label: "Emoji of that name",
		typed: begunAt,
		offered: begun,
		words: ([sign]) => `${sign} `,
		key: ([sign]) => sign,
		name: ([, called]) => called,
		row: ([sign, called]) => html`<bdi>${sign}</bdi><span class="quiet">${called}</span>`,
		count: (n) => (n === 1 ? "1 emoji" : `${n} emoji`),
	});
	const look = (/** @type {Event} */ e) => {
		const f = field.current;
		const done = f && e instanceof InputEvent && e.data === ":" && !e.isComposing ? named(f.value, f.selectionStart) : null;
		if (f && done) put(f, done.at, f.selectionStart, done.sign);
		else names.look();
	};
	return { ...names, look };
}
