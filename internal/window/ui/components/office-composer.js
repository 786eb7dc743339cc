// Where one writes to everybody. Enter asks once more, with how many that are, before anything leaves.
import { html, h, useLayoutEffect } from "../vendor/index.js";
import { announce, draft } from "../actions.js";
import { edit, leave } from "../message-actions.js";
import { gist } from "../markdown.js";
import { fleeting } from "../length.js";
import { ONLY_HERE } from "./too-long.js";
import { useTextEntry } from "./text-entry.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

/** @param {{row: Row}} props */
export function OfficeComposer({ row }) {
	const { field, text, now, tooLong, key, panel, button, names } = useTextEntry(row, submit);
	useLayoutEffect(() => {
		if (now || matchMedia("(min-width: 40rem)").matches) field.current?.focus();
	}, [row.id, now?.message.id]);
	function submit() {
		if (!text.trim() || tooLong) return;
		if (now) edit(row.id, now.message, text, []);
		else announce(row.id, text, row.members, () => draft(row.id, ""));
	}
	const label = row.members === 0 ? "Announce to everybody who comes" : `Announce to everybody (${row.machine})`;
	return html`<footer class="composer composer-office">
		${now && html`<div class="composer-doing"><span class="quote"><span class="quote-name">Edit announcement</span><span class="quote-text" dir="auto">${gist(now.message.text)}</span></span>
			<button class="button-icon" aria-label="Cancel" title="Cancel" onClick=${() => leave(row.id)}>${h(Icon, { name: "close" })}</button></div>`}
		${panel}
		${names.list}
		<textarea class="composer-field" rows="1" dir="auto" ref=${field} value=${text} aria-label=${label} placeholder=${label} aria-invalid=${tooLong ? "true" : "false"}
			aria-autocomplete="list" aria-controls=${names.controls} aria-activedescendant=${names.active} onClick=${names.look} onBlur=${names.close}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => {
				draft(row.id, e.currentTarget.value);
				names.look(e);
			}}
			onKeyDown=${key}></textarea>
		${button}
		<button class="button-icon button-send" aria-label=${now ? "Save" : "Announce…"} title=${now ? "Save" : "Announce…"} disabled=${!text.trim() || tooLong} onClick=${submit}>${h(Icon, { name: now ? "check" : "announce" })}</button>
		${tooLong && html`<p class="field-problem" role="alert">This is longer than an announcement can be (32 kB). Put it where all can read it, and announce where that is.${!now && fleeting(text) && ` ${ONLY_HERE}`}</p>`}
	</footer>`;
}
