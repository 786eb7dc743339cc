// What a message said before it was changed.
import { html, h } from "../vendor/index.js";
import { exactly } from "../format.js";
import { show } from "../actions.js";
import { RichText } from "./rich-text.js";
import { Dialog } from "./dialog.js";
import { distinct } from "../named.js";
/** @import { Version } from "../types.js" */

/** @param {{versions: Version[]}} props */
export function VersionsDialog({ versions }) {
	const verbs = html`<span class="grow"></span><button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	const now = versions.findLastIndex((v) => !v.refused);
	return h(Dialog, { title: "Versions of this message", verbs }, html`<ol class="versions">${versions.map((v, i) => html`
		<li><p class="version-time">${i === now && html`<strong>Now</strong> · `}${v.refused && html`<strong>Refused: only you see this</strong> · `}<time datetime=${v.time}>${exactly(v.time)}</time></p>${v.deleted ? html`<p class="quiet" dir="auto">Deleted by ${distinct(v.deleted)}</p>` : h(RichText, { text: v.text })}</li>`)}</ol>`);
}
