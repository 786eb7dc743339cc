// Two people have changed one file at the same time: both contents are there, and one of the two says which stays. It is never decided by the machine.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { open, settle } from "../share-files.js";
import { brief, size } from "../format.js";
import { distinct } from "../named.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { ShareConflict, ConflictSide } from "../types.js" */

const me = select((s) => s.me?.person ?? "");
const shares = select((s) => s.shares);
const up = select((s) => s.link === "up");

/** @param {{conflict: ShareConflict}} props */
export function ConflictCard({ conflict: c }) {
	const [busy, setBusy] = useState(false);
	const end = async (/** @type {"name" | "copy" | "both"} */ keep) => {
		setBusy(true);
		await settle(c, keep);
		setBusy(false);
	};
	const mine = (/** @type {ConflictSide} */ side) => side.by.id === me.value;
	const other = mine(c.named) ? c.copied.by : c.named.by;
	const own = mine(c.named) && mine(c.copied);
	const name = shares.value[c.share]?.name ?? "";
	const word = (/** @type {ConflictSide} */ side) => (own ? brief(side.time) : mine(side) ? "mine" : `${distinct(side.by)}’s`);
	const side = (/** @type {ConflictSide} */ s, /** @type {string} */ path) => html`<li><button class="file-link" disabled=${!up.value} onClick=${() => open(c.share, path)}>Open ${word(s)}</button> <span class="quiet">${size(s.size)} · ${brief(s.time)}</span></li>`;
	const disabled = busy || !up.value;
	return html`<div class="card card-invite card-conflict" data-conflict=${c.copy}>
		<span class="card-icon">${h(Icon, { name: "warning" })}</span>
		<div class="card-body">
			<p class="card-name" dir="auto">${c.path}</p>
			<p class="card-state">${own ? "You changed it on two of your computers" : html`You and <bdi dir="auto">${other.name}</bdi>${h(Apart, { who: other })} changed it`} at the same time in <bdi dir="auto">${name}</bdi>. Both are kept until one of you says which stays.</p>
			<ul class="plain card-facts">${side(c.named, c.path)}${side(c.copied, c.copy)}</ul>
			<div class="card-verbs">
				<button class="button" disabled=${disabled} onClick=${() => end("name")}>Keep ${word(c.named)}</button>
				<button class="button" disabled=${disabled} onClick=${() => end("copy")}>Keep ${word(c.copied)}</button>
				<button class="button" disabled=${disabled} onClick=${() => end("both")}>Keep both</button>
			</div>
		</div>
	</div>`;
}
