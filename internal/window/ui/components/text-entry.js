// What every place where one writes has in common: the draft, emoji, and what keys do.
import { html, h, useRef, useState } from "../vendor/index.js";
import { draft } from "../actions.js";
import { compose, leave } from "../message-actions.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";
import { useEmojiNames } from "./emoji-names.js";
import { EmojiPicker } from "./emoji-picker.js";
import { useGrowth } from "./growing-field.js";
import { within } from "../fences.js";
import { LONGEST, bytes } from "../length.js";
/** @import { Row } from "../types.js" */

const drafts = select((s) => s.drafts);
const composing = select((s) => s.composing);
const enterBreaks = select((s) => s.settings.enterBreaks);
const view = select((s) => s.view);

/** Whether a key sends what is written. @param {KeyboardEvent} e @param {string} text @param {HTMLTextAreaElement | null} field */
export function sends(e, text, field) {
	if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return false;
	return e.ctrlKey || e.metaKey || !(enterBreaks.value || within(text.slice(0, field?.selectionStart ?? text.length)));
}

/** The text that is written to one row. Enter calls submit and Shift+Enter breaks the line, or Ctrl+Enter and Enter, as it is set and always within a block of code; and a composed character (IME) never sends. @param {Row} row @param {() => void} submit */
export function useTextEntry(row, submit) {
	const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	const [picking, setPicking] = useState(false);
	const text = drafts.value[row.id] ?? "";
	const now = composing.value[row.id];
	const names = useEmojiNames(field);
	useGrowth(field, text);
	const insert = (/** @type {string} */ emoji) => {
		setPicking(false);
		const at = field.current?.selectionStart ?? text.length;
		draft(row.id, text.slice(0, at) + emoji + text.slice(field.current?.selectionEnd ?? at));
		field.current?.focus();
	};
	const unpick = (/** @type {KeyboardEvent} */ e) => {
		if (e.key !== "Escape") return;
		e.preventDefault();
		setPicking(false);
		field.current?.focus();
	};
	const editLast = () => {
		const last = view.value?.messages.findLast((m) => m.mine && m.kind === "text" && !m.deleted);
		if (last) compose(row.id, "edit", last);
	};
	const key = (/** @type {KeyboardEvent} */ e) => {
		if (names.key(e)) return;
		if (e.key === "Escape" && picking) return unpick(e);
		if (e.key === "Escape" && now) {
			e.preventDefault();
			leave(row.id);
		}
		if (e.key === "ArrowUp" && !text && !now && !e.altKey) {
			e.preventDefault();
			editLast();
		}
		if (!sends(e, text, field.current)) return;
		e.preventDefault();
		submit();
	};
	const panel = picking && html`<div class="emoji-panel" role="group" aria-label="Emoji" onKeyDown=${unpick}>${h(EmojiPicker, { choose: insert })}</div>`;
	const button = html`<button class="button-icon" aria-label="Emoji" title="Emoji" aria-expanded=${picking ? "true" : "false"} onClick=${() => setPicking(!picking)}>${h(Icon, { name: "smile" })}</button>`;
	return { field, text, now, tooLong: bytes(text) > LONGEST, key, panel, button, names };
}
