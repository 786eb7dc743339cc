// Beside the button that sends: the times at which a text is to be sent instead.
import { h } from "../vendor/index.js";
import { attempt, show } from "../actions.js";
import { sendLater, sendMoments } from "../later.js";
import { count } from "../format.js";
import { select } from "../store.js";
import { Menu } from "./menu.js";
/** @import { Message } from "../types.js" */

const waiting = select((s) => s.laters?.length ?? 0);

/** @param {{person: string, text: string, reply: Message | null, whom: () => string[], ready: boolean}} props whom: the text mentions. ready: there is a text that can be sent */
export function LaterMenu({ person, text, reply, whom, ready }) {
	const why = ready ? undefined : text.trim() ? "This text is too long" : "Write something first";
	const items = [
		...sendMoments(new Date()).map((m, i) => ({ text: m.text, group: i === 0 ? why : undefined, disabled: !ready, run: () => attempt(() => sendLater(person, text, reply, whom(), m.time)) })),
		{ text: "Choose a time…", disabled: !ready, run: () => show({ kind: "send-later", person, text, reply, mentions: whom() }) },
		{ text: waiting.value ? `What waits (${count(waiting.value, "message or reminder", "messages and reminders")})…` : "What waits…", run: () => show({ kind: "laters" }) },
	];
	return h("span", { class: "composer-later" }, h(Menu, { label: "Send later", icon: "clock", items }));
}
