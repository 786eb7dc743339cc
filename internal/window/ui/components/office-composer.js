// Where one writes to everybody. Enter asks once more, with how many that are, before anything leaves.
import { html, h, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { announce, draft } from "../actions.js";
import { compose, edit, leave } from "../message-actions.js";
import { gist } from "../markdown.js";
import { select } from "../store.js";
import { LONGEST, bytes } from "./too-long.js";
import { useGrowth } from "./growing-field.js";
import { EmojiPicker } from "./emoji-picker.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const drafts = select((s) => s.drafts);
const composing = select((s) => s.composing);
const view = select((s) => s.view);

/** @param {{row: Row}} props */
export function OfficeComposer({ row }) {
	const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	const [picking, setPicking] = useState(false);
	const text = drafts.value[row.id] ?? "";
	const now = composing.value[row.id];
	const tooLong = bytes(text) > LONGEST;
	useGrowth(field, text);
	useLayoutEffect(() => {
		if (now || matchMedia("(min-width: 40rem)").matches) field.current?.focus();
	}, [row.id, now?.message.id]);
	const submit = () => {
		if (!text.trim() || tooLong) return;
		if (now) edit(row.id, now.message, text, []);
		else announce(row.id, text, row.members, () => draft(row.id, ""));
	};
	const insert = (/** @type {string} */ emoji) => {
		setPicking(false);
		const at = field.current?.selectionStart ?? text.length;
		draft(row.id, text.slice(0, at) + emoji + text.slice(field.current?.selectionEnd ?? at));
		field.current?.focus();
	};
	const editLast = () => {
		const last = view.value?.messages.findLast((m) => m.mine && m.kind === "text" && !m.deleted);
		if (last) compose(row.id, "edit", last);
	};
	const label = row.members === 0 ? "Announce to everybody who comes" : `Announce to everybody (${row.machine})`;
	return html`<footer class="composer composer-office">
		${now && html`<div class="composer-doing"><span class="quote"><span class="quote-name">Edit announcement</span><span class="quote-text" dir="auto">${gist(now.message.text)}</span></span>
			<button class="button-icon" aria-label="Cancel" title="Cancel" onClick=${() => leave(row.id)}>${h(Icon, { name: "close" })}</button></div>`}
		${picking && html`<div class="emoji-panel" role="group" aria-label="Emoji" onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Escape") { e.preventDefault(); setPicking(false); field.current?.focus(); } }}>${h(EmojiPicker, { choose: insert })}</div>`}
		<textarea class="composer-field" rows="1" dir="auto" ref=${field} value=${text} aria-label=${label} placeholder=${label} aria-invalid=${tooLong ? "true" : "false"}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => draft(row.id, e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
				if (e.key === "Escape" && now) {
					e.preventDefault();
					leave(row.id);
				}
				if (e.key === "ArrowUp" && !text && !now && !e.altKey) {
					e.preventDefault();
					editLast();
				}
				if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
				e.preventDefault();
				submit();
			}}></textarea>
		<button class="button-icon" aria-label="Emoji" title="Emoji" aria-expanded=${picking ? "true" : "false"} onClick=${() => setPicking(!picking)}>${h(Icon, { name: "smile" })}</button>
		<button class="button-icon button-send" aria-label=${now ? "Save" : "Announce…"} title=${now ? "Save" : "Announce…"} disabled=${!text.trim() || tooLong} onClick=${submit}>${h(Icon, { name: now ? "check" : "announce" })}</button>
		${tooLong && html`<p class="field-problem" role="alert">This is longer than an announcement can be (32 kB). Put it where all can read it, and announce where that is.</p>`}
	</footer>`;
}
