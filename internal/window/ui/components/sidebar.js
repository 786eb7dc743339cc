// The list column: search, people or folders, and oneself.
import { html, h } from "../vendor/index.js";
import { select, update } from "../store.js";
import { searchKey } from "../keys.js";
import { show } from "../actions.js";
import { shareExisting } from "../shares.js";
import { look, toggleNarrow } from "../search.js";
import { OwnName } from "./own-name.js";
import { PeopleList } from "./people-list.js";
import { FolderList } from "./folder-list.js";
import { OpenRooms } from "./open-rooms.js";
import { LeftRooms } from "./left-rooms.js";
import { FoundNarrow } from "./found-narrow.js";
import { Menu } from "./menu.js";
import { FoundList } from "./found-list.js";
import { Splitter } from "./splitter.js";
import { Icon } from "../icons.js";

const tab = select((s) => s.tab);
const filter = select((s) => s.filter);
const narrow = select((s) => s.narrow);
const waiting = select((s) => Object.keys(s.invites).length);
const troubled = select((s) => Object.values(s.shares).some((share) => share.state === "problem" || share.state === "held"));

/** @param {{}} _ */
export function Sidebar(_) {
	const folders = tab.value === "folders";
	const within = narrow.value?.within;
	return html`<nav class="sidebar" aria-label="People and folders">
		<header class="sidebar-head">
			<div class="search">${h(Icon, { name: "search" })}
				<input type="search" dir="auto" aria-label=${folders ? "Search folders" : within ? "Search this conversation" : "Search people and messages"} placeholder=${folders ? "Search folders" : within ? "Search this conversation" : "Search (Ctrl K)"} value=${filter.value}
					onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => look(e.currentTarget.value)} onKeyDown=${searchKey} />
				${!folders && html`<button class="search-narrow" aria-label="Narrow the search" title="Narrow the search" aria-expanded=${narrow.value ? "true" : "false"} onClick=${toggleNarrow}>${h(Icon, { name: "filter" })}</button>`}
			</div>
			${folders ? plus("Share an existing folder", () => shareExisting("")) : h(Menu, { label: "New room, or a colleague by address", icon: "plus", items: [{ text: "New room…", run: () => show({ kind: "new-room" }) }, { text: "Add a colleague by address…", run: () => show({ kind: "add" }) }] })}
		</header>
		${!folders && h(FoundNarrow, {})}
		<div class="tabs" role="tablist" aria-label="What to list">
			${choice("people", "People", "")}${choice("folders", "Shared folders", waiting.value ? String(waiting.value) : troubled.value ? "!" : "")}
		</div>
		<div class="sidebar-list" role="tabpanel" id="list-panel" aria-labelledby=${`tab-${tab.value}`}>${folders ? h(FolderList, {}) : within ? h(FoundList, {}) : html`${h(PeopleList, {})}${h(OpenRooms, {})}${h(LeftRooms, {})}${h(FoundList, {})}`}</div>
		${h(OwnName, {})}${h(Splitter, {})}
	</nav>`;
}

/** @param {string} text @param {() => void} run */
const plus = (text, run) => html`<button class="button-icon" aria-label=${text} title=${text} onClick=${run}>${h(Icon, { name: "plus" })}</button>`;

/** @param {"people" | "folders"} id @param {string} text @param {string} badge */
function choice(id, text, badge) {
	const chosen = tab.value === id;
	const other = id === "people" ? "folders" : "people";
	const arrow = (/** @type {KeyboardEvent} */ e) => {
		if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
		update(() => ({ tab: other }));
		document.getElementById(`tab-${other}`)?.focus();
	};
	return html`<button role="tab" id=${`tab-${id}`} class="tab" aria-selected=${chosen ? "true" : "false"} aria-controls="list-panel" tabindex=${chosen ? 0 : -1} onKeyDown=${arrow}
		onClick=${() => update(() => ({ tab: id }))}>${text}${badge && html`<span class="badge" aria-label=${badge === "!" ? "needs attention" : `${badge} waiting`}>${badge}</span>`}</button>`;
}
