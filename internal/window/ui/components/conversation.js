// One conversation: who it is with, what was said, and where to write. All of it is a place to drop files.
import { html, h, useEffect, useRef } from "../vendor/index.js";
import { conflictsOf, invitesFrom, people, preparing } from "../state.js";
import { derive, select } from "../store.js";
import { openPerson } from "../actions.js";
import { countPins } from "../message-actions.js";
import { gist } from "../markdown.js";
import { ConversationHeader } from "./conversation-header.js";
import { MessageList } from "./message-list.js";
import { Composer } from "./composer.js";
import { OfficeComposer } from "./office-composer.js";
import { ConflictCard } from "./conflict-card.js";
import { FileCard } from "./file-card.js";
import { InviteCard } from "./invite-card.js";
import { UploadCard } from "./upload-card.js";
import { LiveLetters, WritingLine } from "./writing-line.js";
import { WordsBar } from "./words-bar.js";
import { useDropTarget } from "./drop-target.js";
import { distinct } from "../named.js";

const all = select(people);
const view = select((s) => s.view);
const shown = derive(() => all.value.find((r) => r.id === view.value?.person) ?? null);
const conflicts = select((s) => (s.view ? conflictsOf(s.conflicts, { person: s.view.person }) : []));
const pendingInvites = select((s) => (s.view ? invitesFrom(s, s.view.person) : []));
/** @type {import("../types.js").Pending[]} */
const none = [];
const waiting = select((s) => (s.view && s.pending[s.view.person]) || none);
const readied = select((s) => (s.view ? preparing(s, s.view.person) : []));
const letters = select((s) => (s.view && s.live[s.view.person]) || "");
const uploads = select((s) => Object.values(s.uploads).filter((u) => u.person === s.view?.person));

/** @param {{person: string}} props */
export function Conversation({ person }) {
	const [over, drop] = useDropTarget(person);
	const now = view.value;
	const row = shown.value;
	const ready = now?.status === "ready";
	useEffect(() => {
		if (ready && !row?.office) countPins(person);
	}, [person, ready]);
	if (!now || row?.id !== person) return html`<div class="quiet-centre"><p>This person is no longer on your list.</p></div>`;
	const tail = [...conflicts.value.map((c) => h(ConflictCard, { key: `${c.share} ${c.copy}`, conflict: c })), ...pendingInvites.value.map((invite) => h(InviteCard, { key: invite.id, invite })), ...readied.value.map((file) => html`<div key=${file.id} class="message message-mine message-first message-last message-file">${h(FileCard, { file })}</div>`),
		...uploads.value.map((upload) => h(UploadCard, { key: upload.id, upload })), ...(letters.value ? [h(LiveLetters, { key: "live", name: row.name, text: letters.value })] : [])];
	return html`<section class="conversation" aria-label=${row.office ? "Announcements to everybody in the office" : `Conversation with ${row.name}`} data-drop="conversation" data-person=${person} ...${drop}>
		${h(ConversationHeader, { row })}
		${h(WordsBar, { row })}
		${now.status === "error" ? h(Failed, { text: now.problem, person }) : h(MessageList, { view: now, waiting: waiting.value, name: row.name, closed: row.blocked || row.over, office: row.office, room: row.members > 0, tail })}
		${h(Announcer, {})}
		${row.office ? h(OfficeComposer, { row }) : html`${h(WritingLine, { row })}${h(Composer, { row })}`}
		${over && !row.office && html`<div class="drop-veil"><p>Send to <bdi dir="auto">${row.name}</bdi></p></div>`}
	</section>`;
}

/** @param {{text: string, person: string}} props */
function Failed({ text, person }) {
	return html`<div class="quiet-centre"><p dir="auto">${text}</p><button class="button" onClick=${() => openPerson(person)}>Try again</button></div>`;
}

/** Says new messages to a screen reader, once each: a list that is drawn again would be read again. */
function Announcer() {
	const place = useRef(/** @type {HTMLElement | null} */ (null));
	const heard = view.value?.heard;
	useEffect(() => {
		if (place.current) place.current.textContent = heard ? `${distinct(heard.author)}: ${heard.kind === "text" ? gist(heard.text) : heard.text}` : "";
	}, [heard?.id]);
	return html`<p class="unseen" role="status" aria-live="polite" ref=${place}></p>`;
}
