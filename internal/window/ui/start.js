// Signs the window in, draws it and keeps it alive.
import { html, h, render, effect } from "./vendor/index.js";
import { begin, forget } from "./session.js";
import { inTurn } from "./in-turn.js";
import { Live } from "./live.js";
import { live, unreadTotal } from "./state.js";
import { select, state, update } from "./store.js";
import { lastOpened, openPerson, refresh, resume, tell, toEnd, told } from "./actions.js";
import { countPins } from "./message-actions.js";
import { loadOpenRooms } from "./rooms.js";
import { asked } from "./words.js";
import { loadLaters } from "./later.js";
import { openShare, shareExisting } from "./shares.js";
import { readConflicts } from "./share-files.js";
import { losesDraft } from "./length.js";
import { applyTheme, handOver, takeOver, watchDrafts } from "./memory.js";
import { attend, watchAttention } from "./attention.js";
import { watchKeys } from "./keys.js";
import { App } from "./components/app.js";
/** @import { LiveEvent, Message } from "./types.js" */

const NEW_SHARE = "new"; // as a share in a focus event: the dialog that shares an existing folder
const PATIENCE = 1200; // ms without a live channel that nobody needs to hear of

/** @param {Element} place */
export async function start(place) {
	applyTheme();
	render(html`${h(App, {})}`, place);
	titleTellsUnread();
	textAsLarge();
	keepDropsFromNavigating();
	askBeforeLosing();
	takeOver();
	watchDrafts();
	watchKeys();
	let signedIn = false;
	try {
		signedIn = await begin();
	} catch {
		update(() => ({ link: "down" })); // the agent went while the page loaded; the live channel finds it again
		signedIn = true;
	}
	if (!signedIn) return lock();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let late;
	const channel = new Live({
		event: (e) => {
			clearTimeout(late);
			late = undefined;
			hear(e);
		},
		down: () => {
			late ??= setTimeout(() => update(() => ({ link: "down" })), PATIENCE);
		},
		locked: lock,
	});
	channel.connect();
	watchAttention();
}

function lock() {
	forget();
	update(() => ({ phase: "locked" }));
}

/** @param {LiveEvent} e */
function hear(e) {
	const first = state.peek().phase === "starting";
	const late = e.type === "message" && isLate(e);
	told(e);
	update((s) => live(s, e));
	if (e.type === "snapshot") arrived(first);
	if (late || e.type === "room" && e.id === state.peek().view?.conversation) refreshOnce(undefined); // a line has its place, and may take others away
	if (e.type === "amended" && e.conversation === state.peek().view?.conversation && (e.pinned || state.peek().view?.pins)) countPins(state.peek().view?.person ?? "");
	if (e.type === "snapshot" || (e.type === "notice" && (e.what === "conflict" || state.peek().conflicts.length))) readConflicts(undefined);
	if (e.type === "rooms" || e.type === "snapshot") loadOpenRooms(undefined);
	if (e.type === "words") asked(e);
	if (e.type === "later" || e.type === "snapshot") loadLaters();
	if (e.type === "focus") focus(e);
	if (e.type === "superseded") {
		handOver();
		window.close();
	}
}

const refreshOnce = inTurn(refresh); // a room with many members is made by as many changes

/** @param {boolean} first whether this is the window's first snapshot, or one after the agent was away */
function arrived(first) {
	if (!first) {
		attend();
		refresh();
		resume();
		return;
	}
	const last = lastOpened();
	const wide = matchMedia("(min-width: 40rem)").matches;
	if (last && wide && !state.peek().view && (state.peek().conversations[last]?.room || Object.values(state.peek().peers).some((p) => p.person === last))) openPerson(last);
}

/** A message that was written earlier than what is on screen has its place further up, which only the agent knows. @param {Message} m */
function isLate(m) {
	const { view } = state.peek();
	const newest = view?.messages.at(-1);
	return !!newest && view?.conversation === m.conversation && Date.parse(m.time) < Date.parse(newest.time) && !view.messages.some((old) => old.id === m.id);
}

/** A notification was clicked, or an entry of the tray's menu. conversation may be a person's ID too, share an invitation's. @param {{conversation?: string, share?: string}} what */
function focus({ conversation = "", share = "" }) {
	const { conversations, shares, invites, peers, view } = state.peek();
	if (share === NEW_SHARE) return shareExisting("");
	if (shares[share]) return openShare(share);
	const person = conversations[conversation]?.person ?? invites[share]?.from.id ?? Object.values(peers).find((p) => p.person === conversation)?.person;
	if (person && view?.person === person && view.status === "ready" && !view.atEnd) toEnd(person); // what the notification told of stands at the end
	if (person) openPerson(person);
	else tell("What this notification was about is no longer here.");
}

/** Closing the window would end an upload, and lose a message or a draft that the agent does not have. */
function askBeforeLosing() {
	addEventListener("beforeunload", (event) => {
		const now = state.peek();
		if (losesDraft(now) || Object.keys(now.uploads).length || Object.values(now.pending).some((list) => list.length)) event.preventDefault();
	});
}

function titleTellsUnread() {
	const unread = select(unreadTotal);
	effect(() => {
		document.title = unread.value ? `(${unread.value}) Lanyard` : "Lanyard";
	});
}

/** All sizes hang on that of the page's text. */
function textAsLarge() {
	const size = select((s) => s.settings.textSize);
	effect(() => {
		document.documentElement.style.fontSize = size.value === 100 ? "" : `${size.value}%`;
	});
}

/** A file dropped beside every target would otherwise open in the window's place. Where the element below the pointer was drawn anew, entering it is all that comes before the drop. */
function keepDropsFromNavigating() {
	for (const kind of /** @type {const} */ (["dragenter", "dragover"])) addEventListener(kind, (event) => {
		event.preventDefault();
		if (!event.dataTransfer) return;
		const target = event.target instanceof Element && event.target.closest("[data-drop]");
		event.dataTransfer.dropEffect = target ? "copy" : "none";
	});
	addEventListener("drop", (event) => event.preventDefault());
}
