// So much was deleted or rewritten that a person is asked first.
import { html, h, useState } from "../vendor/index.js";
import { brief, count } from "../format.js";
import { answerHeld } from "../shares.js";
import { distinct } from "../named.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { HeldSet, Share } from "../types.js" */

/** @param {{share: Share, held: HeldSet}} props */
export function HeldCard({ share, held }) {
	const [busy, setBusy] = useState(false);
	const answer = async (/** @type {"apply" | "undo"} */ verb) => {
		setBusy(true);
		await answerHeld(share.id, verb, held.by.id);
		setBusy(false);
	};
	const who = held.here ? html`On this computer` : html`<bdi dir="auto">${held.by.name}</bdi>${h(Apart, { who: held.by })}:`;
	return html`<section class="card card-held" data-held=${held.by.id} aria-label=${`Changes by ${held.here ? "this computer" : distinct(held.by)} that wait for your word`}>
		<span class="card-icon">${h(Icon, { name: "warning" })}</span>
		<div class="card-body">
			<p class="card-name">${who} ${deeds(held)}</p>
			${held.folders.length > 0 && html`<ul class="plain held-folders">${held.folders.map((f) => html`<li key=${f.path}><bdi class="held-folder" dir="auto">${f.path || share.name}</bdi><span class="quiet">${count(f.files, "file")}</span></li>`)}</ul>`}
			<p class="card-state">${held.here ? "Nobody else has got this yet" : "Nothing of it was done on this computer"}; it waits since ${brief(held.since)}. New files and small changes go on.</p>
			<div class="card-verbs">
				<button class="button button-main" disabled=${busy} onClick=${() => answer("undo")}>Undo for everybody</button>
				<button class="button" disabled=${busy} onClick=${() => answer("apply")}>${held.here ? "Apply for everybody" : "Apply here"}</button>
			</div>
		</div>
	</section>`;
}

/** How many files of how many, and what was done to them. @param {HeldSet} held */
function deeds({ deleted, rewritten, of }) {
	if (rewritten === 0) return `${count(deleted, "file")} of ${of.toLocaleString()} deleted`;
	if (deleted === 0) return `${count(rewritten, "file")} of ${of.toLocaleString()} rewritten`;
	return `${count(deleted, "file")} deleted and ${rewritten.toLocaleString()} rewritten, of ${of.toLocaleString()}`;
}
