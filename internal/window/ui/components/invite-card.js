// Somebody offers a shared folder.
import { html, h, useState } from "../vendor/index.js";
import { count, size } from "../format.js";
import { attempt } from "../actions.js";
import { accept, acceptElsewhere, decline } from "../shares.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { Invite } from "../types.js" */

/** @param {{invite: Invite}} props */
export function InviteCard({ invite }) {
	const [busy, setBusy] = useState(false);
	const yes = async () => {
		setBusy(true);
		await attempt(() => accept(invite, ""));
		setBusy(false);
	};
	return html`<div class="card card-invite" data-invite=${invite.id}>
		<span class="card-icon">${h(Icon, { name: "shared" })}</span>
		<div class="card-body">
			<p class="card-name" dir="auto">${invite.name}</p>
			<p class="card-facts">${count(invite.files, "file")} · ${size(invite.bytes)}</p>
			<p class="card-state"><bdi dir="auto">${invite.from.name}</bdi>${h(Apart, { who: invite.from })} wants to share this folder with you: it would be the same on both computers and stay the same.</p>
			<div class="card-verbs">
				<button class="button button-main" disabled=${busy} onClick=${yes}>Accept</button>
				<button class="button" disabled=${busy} onClick=${() => acceptElsewhere(invite)}>Accept into another folder…</button>
				<button class="button" disabled=${busy} onClick=${() => decline(invite)}>Decline</button>
			</div>
		</div>
	</div>`;
}
