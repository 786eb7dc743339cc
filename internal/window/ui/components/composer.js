// Where one writes. Enter sends, Shift+Enter breaks the line, and a composed character (IME) never sends.
import { html, h, useLayoutEffect, useRef } from "../vendor/index.js";
import { select } from "../store.js";
import { draft, send } from "../actions.js";
import { take } from "../drop.js";
import { choose } from "./conversation-header.js";
import { offer } from "./drop-target.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const drafts = select((s) => s.drafts);
const LONGEST = 32 << 10; // bytes of one message
const measure = new TextEncoder();

/** @param {{row: Row}} props */
export function Composer({ row }) {
	const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	const text = drafts.value[row.id] ?? "";
	const tooLong = text.length > LONGEST / 4 && measure.encode(text).length > LONGEST;
	useLayoutEffect(() => grow(field.current), [text]);
	useLayoutEffect(() => {
		if (matchMedia("(min-width: 40rem)").matches) field.current?.focus();
	}, [row.id]);
	const submit = () => {
		if (!text.trim() || tooLong) return;
		draft(row.id, "");
		send(row.id, text);
		field.current?.focus();
	};
	if (row.blocked) return html`<footer class="composer-closed">You blocked this person. Unblock them to write.</footer>`;
	return html`<footer class="composer">
		<button class="button-icon" aria-label=${`Send files to ${row.name}`} title="Send files" onClick=${() => choose(row.id, false)}>${h(Icon, { name: "attach" })}</button>
		<textarea class="composer-field" rows="1" dir="auto" ref=${field} value=${text} aria-label=${`Message to ${row.name}`} placeholder=${`Message to ${row.name}`} aria-invalid=${tooLong ? "true" : "false"}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => draft(row.id, e.currentTarget.value)}
			onPaste=${(/** @type {ClipboardEvent} */ e) => pasted(e, row.id)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
				if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
				e.preventDefault();
				submit();
			}}></textarea>
		<button class="button-icon button-send" aria-label="Send" title="Send" disabled=${!text.trim() || tooLong} onClick=${submit}>${h(Icon, { name: "send" })}</button>
		${tooLong && html`<p class="field-problem" role="alert">This is longer than a message can be (32 kB). Save it as a file and drop it here.</p>`}
	</footer>`;
}

/** As high as its text, up to eight lines (composer.css). @param {HTMLTextAreaElement | null} field */
function grow(field) {
	if (!field) return;
	field.style.blockSize = "auto";
	field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

/** Pasted pictures and files are offered like dropped ones; text is pasted as text. @param {ClipboardEvent} e @param {string} person */
function pasted(e, person) {
	if (!e.clipboardData?.files.length || e.clipboardData.types.includes("text/plain")) return;
	e.preventDefault();
	offer(person, take(e.clipboardData));
}
