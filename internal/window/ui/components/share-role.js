// Tells who may only read a folder, and what of theirs lies in it on this computer alone.
import { html } from "../vendor/index.js";
import { count } from "../format.js";
import { reveal } from "../shares.js";
/** @import { Share } from "../types.js" */

const heads = {
	ro: "You may only read this folder. What you change in it stays on this computer, beside what the others have.",
	keeper: "This computer keeps a copy of the folder for the others. What is changed here stays here.",
};

/** @param {{share: Share}} props */
export function ShareRole({ share }) {
	const head = heads[/** @type {keyof typeof heads} */ (share.role)];
	const kept = share.onlyHere;
	if (!head && !kept) return null;
	const more = kept ? kept.files - kept.paths.length : 0;
	return html`<div class="share-role" role="note" data-role=${share.role}>
		${head && html`<p>${head}</p>`}
		${kept && html`<details><summary>${count(kept.files, "file")} only on this computer</summary>
			<ul class="plain">${kept.paths.map((p) => html`<li key=${p}><button class="file-link" onClick=${() => reveal(share.id, p)} title="Show in folder"><bdi dir="auto">${p}</bdi></button></li>`)}
			${more > 0 && html`<li class="quiet">and ${count(more, "more file")}</li>`}</ul>
			<p class="quiet">${share.role === "rw" ? "Save or rename one to share it." : "Nobody else gets them. Whoever shares the folder can let you change it."}</p></details>`}
	</div>`;
}
