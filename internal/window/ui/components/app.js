// The whole window: list, conversation, pane, and what lies over them.
import { html, h, useRef } from "../vendor/index.js";
import { select } from "../store.js";
import { useCover } from "./cover.js";
import { Sidebar } from "./sidebar.js";
import { Welcome } from "./welcome.js";
import { Conversation } from "./conversation.js";
import { PersonPane } from "./person-pane.js";
import { RoomPane } from "./room-pane.js";
import { SharePane } from "./share-pane.js";
import { Dialogs } from "./dialogs.js";
import { Toasts } from "./toasts.js";
import { ConnectionLine } from "./connection-line.js";
import { Reminders } from "./reminders.js";
import { Notice } from "./notice.js";

const phase = select((s) => s.phase);
const person = select((s) => s.view?.person ?? "");
const link = select((s) => s.link);
const pane = select((s) => s.pane);

/** @param {{}} _ */
export function App(_) {
	const columns = useRef(/** @type {HTMLElement | null} */ (null));
	useCover(columns, pane.value);
	if (phase.value === "locked") return h(Notice, { title: "Open Lanyard from its icon", text: "This window is not signed in, or has been open for too long. Click the Lanyard icon, or start Lanyard again: a new window opens." });
	if (phase.value === "superseded") return h(Notice, { title: "Lanyard is open in another window", text: "You can close this one." });
	const shown = pane.value ? "pane" : person.value ? "conversation" : "list";
	return html`<div class="app" data-shown=${shown} data-link=${link.value}>
		${h(ConnectionLine, {})}
		${h(Reminders, {})}
		<main class="columns" ref=${columns}>
			<h1 class="unseen">Lanyard</h1>
			${h(Sidebar, {})}
			<div class="centre">${person.value ? h(Conversation, { key: person.value, person: person.value }) : h(Welcome, {})}</div>
			${pane.value?.kind === "person" && h(PersonPane, { key: pane.value.id, person: pane.value.id })}
			${pane.value?.kind === "room" && h(RoomPane, { key: pane.value.id, id: pane.value.id })}
			${pane.value?.kind === "share" && h(SharePane, { key: pane.value.id, id: pane.value.id })}
			${h(Toasts, {})}
		</main>
		${h(Dialogs, {})}
	</div>`;
}
