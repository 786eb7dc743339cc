// What was dropped here and is on its way into the agent. Until it is through, this window must stay open.
import { html, h } from "../vendor/index.js";
import { cancel } from "../upload.js";
import { ProgressBar } from "./progress-bar.js";
import { Icon } from "../icons.js";
/** @import { Upload } from "../types.js" */

/** @param {{upload: Upload}} props */
export function UploadCard({ upload }) {
	return html`<div class="message message-mine message-first message-last message-file"><div class="card" data-upload=${upload.id}>
		<span class="card-icon">${h(Icon, { name: upload.folder ? "folder" : "file" })}</span>
		<div class="card-body">
			<p class="card-name" dir="auto">${upload.name}</p>
			${h(ProgressBar, { done: upload.done, total: upload.total, rate: upload.rate, label: `Reading ${upload.name}` })}
			<p class="card-state">${upload.share ? "Making the shared copy" : "Reading"}; keep this window open until it is done</p>
			<div class="card-verbs"><button class="button" onClick=${() => cancel(upload.id)}>Cancel</button></div>
		</div></div></div>`;
}
