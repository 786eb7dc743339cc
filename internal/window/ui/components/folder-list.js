// The shared folders of this computer, and those that are offered.
import { html, h } from "../vendor/index.js";
import { matching } from "../state.js";
import { select } from "../store.js";
import { openShare, shareExisting } from "../shares.js";
import { list } from "../format.js";
import { distinct } from "../named.js";
import { InviteCard } from "./invite-card.js";
import { Icon } from "../icons.js";
import { shareWords } from "./share-words.js";
/** @import { Share } from "../types.js" */

const shares = select((s) => Object.values(s.shares).sort((a, b) => a.name.localeCompare(b.name)));
const invites = select((s) => Object.values(s.invites));
const filter = select((s) => s.filter);
const me = select((s) => s.me?.person ?? "");
const shown = select((s) => (s.pane?.kind === "share" ? s.pane.id : ""));

/** @param {Share} share */
const others = (share) => share.members?.filter((m) => m.id !== me.value) ?? [];

/** With whom a folder is shared. @param {Share} share */
function company(share) {
	const names = others(share).filter((m) => m.state !== "left" && m.state !== "declined").map(distinct);
	if (names.length) return `With ${list(names)}`;
	return others(share).some((m) => m.state === "left") ? "With nobody any more" : "With nobody yet";
}

/** @param {{}} _ */
export function FolderList(_) {
	const found = matching(shares.value, filter.value);
	if (found.length === 0 && invites.value.length === 0) {
		return html`<div class="empty">${h(Icon, { name: "shared" })}<p>${filter.value ? "No shared folder is called that." : "No shared folders yet."}</p>
			${!filter.value && html`<p class="quiet">Drop a folder on a colleague, and it can be the same on both desks.</p><button class="button" onClick=${() => shareExisting("")}>Share an existing folder…</button>`}</div>`;
	}
	return html`<div class="folders">
		${invites.value.map((invite) => h(InviteCard, { key: invite.id, invite }))}
		<ul class="folder-rows">${found.map((share) => html`<li key=${share.id}><button class=${share.id === shown.value ? "folder folder-chosen" : "folder"} aria-current=${share.id === shown.value ? "true" : null} onClick=${() => openShare(share.id)}>
			<span class=${`folder-mark folder-${share.state}`}>${h(Icon, { name: "shared" })}</span>
			<span class="folder-text"><span class="folder-name" dir="auto">${share.name}</span><span class="folder-state" dir="auto">${shareWords(share)}</span>
				<span class="folder-with" dir="auto">${company(share)}</span></span></button></li>`)}</ul>
	</div>`;
}
