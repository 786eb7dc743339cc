// Words that somebody began where nothing can be written any more: to be copied, or thrown away.
import { html, h, useRef } from "../vendor/index.js";
import { undraft } from "../actions.js";
import { copy, leave } from "../message-actions.js";
import { select } from "../store.js";
import { useGrowth } from "./growing-field.js";

const drafts = select((s) => s.drafts);
const composing = select((s) => s.composing);

/** What stood in the composer, and what was put aside while a message was being changed. @param {{person: string}} props */
export function UnsentWords({ person }) {
	const now = composing.value[person];
	const edits = now?.verb === "edit";
	const text = drafts.value[person] ?? "";
	const begun = edits ? now.before : text;
	return html`${edits && text.trim() && text !== now.message.text && h(Words, { key: "change", label: "Your change of a message was not saved", text, discard: () => leave(person) })}
		${begun.trim() && h(Words, { key: "begun", label: "Your words were not sent", text: begun, discard: () => undraft(person) })}`;
}

/** @param {{label: string, text: string, discard: () => void}} props */
function Words({ label, text, discard }) {
	const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	useGrowth(field, text);
	return html`<div class="unsent"><label class="field">${label}<textarea class="unsent-text" rows="1" dir="auto" readonly ref=${field} value=${text}></textarea></label>
		<button class="button" onClick=${() => copy(text)}>Copy</button><button class="button" onClick=${discard}>Discard</button></div>`;
}
