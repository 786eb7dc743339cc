// A shared folder: how it is, who has it, what happened in it, and what can be brought back.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { conflictsOf } from "../state.js";
import { select } from "../store.js";
import { show } from "../actions.js";
import { leave, readAccount, reveal, setRunning } from "../shares.js";
import { count, size } from "../format.js";
import { Pane } from "./pane.js";
import { Menu } from "./menu.js";
import { PathText } from "./path-text.js";
import { ProgressBar } from "./progress-bar.js";
import { ConflictCard } from "./conflict-card.js";
import { FolderFiles } from "./folder-files.js";
import { ShareMembers } from "./share-members.js";
import { ShareRole } from "./share-role.js";
import { ShareNotices } from "./share-notices.js";
import { ShareProblems } from "./share-problems.js";
import { HeldCard } from "./held-card.js";
import { TrashList } from "./trash-list.js";
import { shareWords } from "./share-words.js";
/** @import { Share } from "../types.js" */
/** @typedef {"files" | "news" | "trash"} Part */

const shares = select((s) => s.shares);
const conflicts = select((s) => s.conflicts);
const up = select((s) => s.link === "up");

/** @param {{id: string}} props */
export function SharePane({ id }) {
	const [part, setPart] = useState(/** @type {Part} */ ("files"));
	const share = shares.value[id];
	useEffect(() => {
		if (up.value) readAccount(id);
	}, [id, share?.state, up.value]);
	if (!share) return h(Pane, { title: "Shared folder", label: "Shared folder" }, html`<p class="quiet">This folder is no longer shared on this computer.</p>`);
	const tab = (/** @type {Part} */ which, /** @type {string} */ text) => html`<button class="tab" aria-pressed=${part === which ? "true" : "false"} onClick=${() => setPart(which)}>${text}</button>`;
	return h(Pane, { title: share.name, label: `Shared folder ${share.name}` }, html`
		<div class="share" data-share=${id} data-share-state=${share.state}>
			${h(Summary, { share })}
			${h(ShareRole, { share })}
			${share.held?.map((held) => h(HeldCard, { key: held.by.id + held.here, share, held }))}
			${conflictsOf(conflicts.value, { share: id }).map((c) => h(ConflictCard, { key: c.copy, conflict: c }))}
			${h(ShareProblems, { share })}
			<h3>Who has it</h3>${h(ShareMembers, { share })}
			<div class="tabs tabs-pane" role="group" aria-label="What to show">${tab("files", "Files")}${tab("news", "What happened")}${tab("trash", "Deleted and replaced")}</div>
			${part === "files" ? h(FolderFiles, { key: id, share }) : part === "news" ? h(ShareNotices, { id }) : h(TrashList, { id })}
		</div>`);
}

/** What comes and goes stands below what is clicked, so that a button stays where it is. @param {{share: Share}} props */
function Summary({ share }) {
	const paused = share.state === "paused";
	const items = [
		{ text: "Invite somebody…", run: () => show({ kind: "invite", share: share.id }) },
		{ text: paused ? "Go on" : "Pause", run: () => setRunning(share.id, paused ? "resume" : "pause") },
		{ text: "What is not shared…", run: () => show({ kind: "rules", share }) },
		{ text: "Limit how fast…", run: () => show({ kind: "limit", share }) },
		{ text: "Leave this folder…", danger: true, run: () => leave(share) },
	];
	const { progress } = share;
	return html`<div class="share-summary">
		<p class=${`share-state share-${share.state}`}><span class="share-dot"></span><span>${shareWords(share)}</span></p>
		<p class="quiet">${count(share.files, "file")} · ${size(share.bytes)}</p>
		<p class="path quiet">${h(PathText, { path: share.path })}</p>
		<div class="card-verbs"><button class="button" onClick=${() => reveal(share.id, "")}>Open folder</button>
			${paused && html`<button class="button button-main" onClick=${() => setRunning(share.id, "resume")}>Go on</button>`}
			${h(Menu, { label: `More for ${share.name}`, icon: "more", items })}</div>
		${share.state === "syncing" && progress?.total > 0 && h(ProgressBar, { ...progress, label: `Progress of ${share.name}` })}
	</div>`;
}
