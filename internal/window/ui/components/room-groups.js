// The groups of a room that are mentioned together: on its page, and the question that names one.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { sentence, show } from "../actions.js";
import { nameGroup } from "../rooms.js";
import { isolated } from "../text.js";
import { list as listed } from "../format.js";
import { Cancel, Dialog } from "./dialog.js";
import { Menu } from "./menu.js";
import { FilteredChoice } from "./filtered-choice.js";
import { apartOf, distinct } from "../named.js";
/** @import { Room, RoomGroup } from "../types.js" */

const conversations = select((s) => s.conversations);
const colleagues = select((s) => new Map(people(s).filter((r) => !r.members).map((r) => [r.id, r])));
const me = select((s) => s.me);

/** @param {{room: Room}} props */
export function RoomGroups({ room }) {
	const groups = room.groups ?? [];
	const called = new Map(room.members.map((m) => [m.id, distinct(m)]));
	const items = (/** @type {RoomGroup} */ g) => [
		{ text: "Change…", run: () => show({ kind: "room-group", id: room.id, group: g }) },
		{ text: "Take away…", danger: true, run: () => takeAway(room, g) },
	];
	if (!room.member && groups.length === 0) return null;
	return html`<h3>Groups to mention</h3>
		${room.member && html`<p class="quiet">Type @ and the name of a group to mention all who are in it. @everyone mentions all members.</p>`}
		${groups.length > 0 && html`<ul class="plain room-groups">${groups.map((g) => html`<li class="member" key=${g.name}><span class="member-text"><bdi class="member-name" dir="auto">@${g.name}</bdi><span class="member-state" dir="auto">${listed(g.members.map((id) => called.get(id) ?? "").sort((a, b) => a.localeCompare(b))) || "Nobody who is a member"}</span></span>
			${room.member && h(Menu, { label: `More for the group ${g.name}`, icon: "more", items: items(g) })}</li>`)}</ul>`}
		${room.member && html`<div class="card-verbs"><button class="button" onClick=${() => show({ kind: "room-group", id: room.id, group: null })}>New group…</button></div>`}`;
}

/** @param {Room} room @param {RoomGroup} group */
function takeAway(room, group) {
	show({ kind: "confirm", title: `Take the group ${isolated(group.name)} away?`, text: "It can no longer be mentioned, by anybody in the room. Nobody leaves the room by it.", action: "Take away", run: () => nameGroup(room.id, group.name, []) });
}

/** @param {{id: string, group: RoomGroup | null}} props group: the one that is changed, null for a new one */
export function RoomGroupDialog({ id, group }) {
	const room = conversations.value[id]?.room;
	const [name, setName] = useState(group?.name ?? "");
	const [chosen, setChosen] = useState(group?.members ?? []);
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState("");
	const ready = !!name.trim() && chosen.length > 0 && !busy;
	const go = async () => {
		if (!ready) return;
		setBusy(true);
		setProblem("");
		try {
			await nameGroup(id, name, chosen);
			show(null);
		} catch (error) {
			setProblem(sentence(error));
			setBusy(false);
		}
	};
	const rows = (room?.members ?? []).map((m) => colleagues.value.get(m.id) ?? { id: m.id, name: m.name, machine: "", presence: m.id === me.value?.person ? me.value.presence : "offline", link: m.id === me.value?.person, apart: apartOf(m) });
	const verbs = html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${!ready} onClick=${go}>${group ? "Save" : "Name the group"}</button>`;
	return h(Dialog, { title: group ? html`The group <bdi dir="auto">${group.name}</bdi>` : "New group to mention", verbs, problem }, html`
		${!group && html`<label class="field">Name<input dir="auto" autofocus autocomplete="off" maxlength="160" value=${name} placeholder="Sales" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setName(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) go(); }} /></label>`}
		${h(FilteredChoice, { label: "Who is in it", rows, chosen, onChange: setChosen })}
		<p class="quiet">Everybody in the room sees the group and can change it.</p>`);
}
