// Tells the agent what is on screen, so that it notifies of everything else, and marks as read what was seen.
import { call } from "./api.js";
import { effect } from "./vendor/index.js";
import { sentence, tell } from "./actions.js";
import { readUpTo } from "./read-marks.js";
import { hidden } from "./state.js";
import { select, state, update } from "./store.js";
/** @import { View } from "./types.js" */

const WINDOW = crypto.randomUUID();

const seen = select((s) => (s.phase === "ready" && s.link === "up" && s.view?.status === "ready" && !hidden(s) ? (s.view.conversation || s.view.person) : ""));
/** The newest message of theirs up to which the conversation was seen: where its end is on screen the last of all. */
const newest = select((s) => {
	const { view } = s;
	if (!view || view.status !== "ready" || hidden(s)) return "";
	const to = view.atEnd && !view.later ? view.messages.length : view.messages.findIndex((m) => m.id === s.seen) + 1;
	return view.messages.slice(0, to).findLast((m) => !m.mine && m.kind !== "change")?.id ?? "";
});

const focused = () => document.visibilityState === "visible" && document.hasFocus();

/** @param {boolean} closed */
function report(closed) {
	const attention = { window: WINDOW, conversation: seen.peek(), focused: !closed && focused(), closed };
	call("PUT", "/attention", attention, { keepalive: closed }).catch(() => {}); // told again with the next change, and after every reconnection
}

let marked = "";

/** Whether one message is known to stand behind another. @param {View} view @param {string} id @param {string} other */
function behind(view, id, other) {
	const at = view.messages.findIndex((m) => m.id === other);
	return at >= 0 && view.messages.findIndex((m) => m.id === id) > at;
}

/** Reading is what a person does who has a message whole in a focused window. */
function markRead() {
	const { view, conversations } = state.peek();
	const upTo = newest.peek();
	if (!view || !upTo || !focused() || behind(view, marked, upTo)) return; // who scrolls back reads nothing anew
	const unread = conversations[view.conversation]?.unread ?? 0;
	if (unread === 0 && marked === upTo) return;
	marked = upTo;
	readUpTo(view.person, upTo, (id) => behind(view, upTo, id), (error) => {
		marked = "";
		if (error.code !== "offline") tell(sentence(error), true);
	});
}

/** Tells again what is on screen: an agent forgets it with the connection. */
export const attend = () => report(false);

/** The window was entered or left. */
function looked() {
	update(() => ({ watched: focused() }));
	report(false);
	markRead();
}

export function watchAttention() {
	update(() => ({ watched: focused() }));
	effect(() => {
		seen.value;
		report(false);
	});
	effect(() => {
		newest.value;
		markRead();
	});
	addEventListener("focus", looked);
	addEventListener("blur", looked);
	document.addEventListener("visibilitychange", looked);
	addEventListener("pagehide", () => report(true));
}
