// Tells who may only read a folder, and what of theirs lies in it on this computer alone.
import { html } from "../vendor/index.js";
import { count } from "../format.js";
import { select } from "../store.js";
import { goOn, reveal, takeOver } from "../shares.js";
/** @import { Share } from "../types.js" */

const me = select((s) => s.me?.person ?? "");
const heads = {
	ro: "You may only read this folder. What you change in it stays on this computer, beside what the others have.",
	keeper: "This computer keeps a copy of the folder for the others. What is changed here stays here.",
};

/** @param {{share: Share}} props */
export function ShareRole({ share }) {
	const head = heads[/** @type {keyof typeof heads} */ (share.role)];
	const kept = share.onlyHere;
	const toMe = share.offered?.id === me.value;
	const forsaken = !share.offered && share.deserted && !share.mine && share.role === "rw";
	if (!head && !kept && !share.offered && !forsaken) return null;
	const more = kept ? kept.files - kept.paths.length : 0;
	return html`<div class="share-role" role="note" data-role=${share.role}>
		${head && html`<p>${head}</p>`}
		${toMe && html`<p><bdi dir="auto">${share.owner.name}</bdi>${share.deserted ? " has left, and offers it to you." : " offers it to you."} If you take it over, you decide who takes part.</p><button class="button button-main" onClick=${() => takeOver(share)}>Take it over</button>`}
		${share.offered && !toMe && html`<p>Offered to <bdi dir="auto">${share.offered.name}</bdi>, who has not taken it over yet.</p>`}
		${forsaken && html`<p>Whoever shared this folder has left: nobody can invite to it any more.</p><button class="button" onClick=${() => goOn(share)}>Go on with it as mine…</button>`}
		${kept && html`<details><summary>${count(kept.files, "file")} only on this computer</summary>
			<ul class="plain">${kept.paths.map((p) => html`<li key=${p}><button class="file-link" onClick=${() => reveal(share.id, p)} title="Show in folder"><bdi dir="auto">${p}</bdi></button></li>`)}
			${more > 0 && html`<li class="quiet">and ${count(more, "more file")}</li>`}</ul>
			<p class="quiet">${share.role === "rw" ? "Save or rename one to share it." : "Nobody else gets them. Whoever shares the folder can let you change it."}</p></details>`}
	</div>`;
}
