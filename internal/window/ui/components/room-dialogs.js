// Questions about rooms: a new one, whom to invite, another name.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { closing, sentence } from "../actions.js";
import { bringIn, makeRoom, renameRoom } from "../rooms.js";
import { Cancel, Dialog } from "./dialog.js";
import { MembersPicker } from "./members-picker.js";

const conversations = select((s) => s.conversations);
const cancel = () => html`<span class="grow"></span>${h(Cancel, {})}`;

/** Does what the dialog asks, once at a time, and tells if it went wrong. @param {() => Promise<unknown>} run @returns {[() => Promise<void>, boolean, string]} */
function useVerb(run) {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState("");
	const go = async () => {
		if (busy) return;
		setBusy(true);
		setProblem("");
		try {
			await run();
		} catch (error) {
			setProblem(sentence(error));
			setBusy(false);
		}
	};
	return [go, busy, problem];
}

/** One of two ways a room can be. @param {string} name @param {boolean} chosen @param {() => void} choose @param {string} title @param {string} about */
const way = (name, chosen, choose, title, about) => html`<label class="switch"><input type="radio" name=${name} checked=${chosen} onChange=${choose} /><span>${title}<br /><span class="quiet">${about}</span></span></label>`;

/** @param {{}} _ */
export function NewRoomDialog(_) {
	const [name, setName] = useState("");
	const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
	const [open, setOpen] = useState(false);
	const [closedHistory, setClosed] = useState(false);
	const [make, busy, problem] = useVerb(() => makeRoom({ name, with: chosen, open, closedHistory }));
	const ready = !!name.trim() && !busy;
	const verbs = html`${cancel()}<button class="button button-main" disabled=${!ready} onClick=${make}>${busy ? "Making…" : "Make the room"}</button>`;
	return h(Dialog, { title: "New room", verbs, problem }, html`
		<label class="field">Name<input dir="auto" autofocus autocomplete="off" maxlength="160" value=${name} placeholder="Budget 2027" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setName(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing && ready) make(); }} /></label>
		${h(MembersPicker, { label: "Members", without: [], chosen, onChange: setChosen, none: "Nobody else is on your list yet. You can invite people when they are." })}
		<div class="ways" role="radiogroup" aria-label="Who comes in">
			${way("door", !open, () => setOpen(false), "By invitation", "Only whom a member invites.")}${way("door", open, () => setOpen(true), "Open to the office", "Everybody here finds it and can join.")}</div>
		<div class="ways" role="radiogroup" aria-label="What newcomers can read">
			${way("history", !closedHistory, () => setClosed(false), "Newcomers read everything", "Also what was said before they came.")}${way("history", closedHistory, () => setClosed(true), "Newcomers read what comes later", "Nothing that was said before they came.")}</div>
		<p class="quiet">Both stay as they are for as long as there is the room.</p>`);
}

/** @param {{id: string}} props */
export function InviteToRoomDialog({ id }) {
	const room = conversations.value[id]?.room;
	const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
	const [go, busy, problem] = useVerb(() => closing(() => bringIn(id, chosen)));
	const verbs = html`${cancel()}<button class="button button-main" disabled=${busy || chosen.length === 0} onClick=${go}>Invite</button>`;
	return h(Dialog, { title: html`Invite to <bdi dir="auto">${room?.name ?? ""}</bdi>`, verbs, problem }, html`
		${h(MembersPicker, { label: "Whom to invite", without: room?.members.map((m) => m.id) ?? [], chosen, onChange: setChosen, focus: true, none: "Everybody on your list is a member already." })}
		<p class="quiet">They are members at once. ${room?.closedHistory ? "They get what is said from now on, and nothing earlier." : "They can read what was said before."}</p>`);
}

/** @param {{id: string}} props */
export function RenameRoomDialog({ id }) {
	const [name, setName] = useState(conversations.value[id]?.name ?? "");
	const [go, busy, problem] = useVerb(() => closing(() => renameRoom(id, name)));
	const ready = !!name.trim() && !busy;
	const verbs = html`${cancel()}<button class="button button-main" disabled=${!ready} onClick=${go}>Rename</button>`;
	return h(Dialog, { title: "Another name for the room", verbs, problem }, html`
		<label class="field">Name<input dir="auto" autofocus autocomplete="off" maxlength="160" value=${name} onFocus=${(/** @type {FocusEvent & {currentTarget: HTMLInputElement}} */ e) => e.currentTarget.select()} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setName(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing && ready) go(); }} /></label>
		<p class="quiet">Everybody in the room sees the new name.</p>`);
}
