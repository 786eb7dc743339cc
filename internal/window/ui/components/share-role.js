// Tells who may only read a folder, and what lies in it on this computer alone.
import { html, h, useState } from "../vendor/index.js";
import { count } from "../format.js";
import { select } from "../store.js";
import { goOn, publish, reveal, takeOver } from "../shares.js";
/** @import { OnlyHere as Kept, Share } from "../types.js" */

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
	return html`<div class="share-role" role="note" data-role=${share.role}>
		${head && html`<p>${head}</p>`}
		${toMe && html`<p><bdi dir="auto">${share.owner.name}</bdi>${share.deserted ? " has left, and offers it to you." : " offers it to you."} If you take it over, you decide who takes part.</p><button class="button button-main" onClick=${() => takeOver(share)}>Take it over</button>`}
		${share.offered && !toMe && html`<p>Offered to <bdi dir="auto">${share.offered.name}</bdi>, who has not taken it over yet.</p>`}
		${forsaken && html`<p>Whoever shared this folder has left: nobody can invite to it any more.</p><button class="button" onClick=${() => goOn(share)}>Go on with it as mine…</button>`}
		${kept && h(OnlyHere, { share, kept })}
	</div>`;
}

/** What lies in the folder on this computer only. @param {{share: Share, kept: Kept}} props */
function OnlyHere({ share, kept }) {
	const [busy, setBusy] = useState(false);
	const mayShare = share.role === "rw";
	const more = kept.files - kept.paths.length;
	const give = async (/** @type {string[]} */ paths) => {
		setBusy(true);
		await publish(share, paths);
		setBusy(false);
	};
	return html`<details><summary>${count(kept.files, "file")} only on this computer</summary>
		<p class="quiet">${mayShare ? "Nobody else gets what lies here alone until you share it, or save or rename it: perhaps the others have deleted it." : "Nobody else gets them. Whoever shares the folder can let you change it."}</p>
		<ul class="plain">${kept.paths.map((p) => html`<li key=${p} class="only-here"><button class="file-link" onClick=${() => reveal(share.id, p)} title="Show in folder"><bdi dir="auto">${p}</bdi></button>
			${mayShare && kept.files > 1 && html`<button class="button button-small" disabled=${busy} aria-label=${`Share ${p}`} onClick=${() => give([p])}>Share</button>`}</li>`)}
		${more > 0 && html`<li class="quiet">and ${count(more, "more file")}</li>`}</ul>
		${mayShare && html`<button class="button" disabled=${busy} onClick=${() => give([])}>${kept.files === 1 ? "Share it" : `Share all ${kept.files.toLocaleString()}`}</button>`}</details>`;
}
