// What a person does with people and messages: each verb asks the agent and changes the state.
import { PAGE, arrived, caughtUp, conversationWith, drafted, newer, newest, older, open, refreshed, viewed } from "./state.js";
import { fleeting } from "./length.js";
import { ApiError, call, part } from "./api.js";
import { readKnown } from "./read-marks.js";
import { state, update } from "./store.js";
import { batch } from "./vendor/index.js";
/** @import { Dialog, LiveEvent, Message, Page, Pane, Peer, Pending, View } from "./types.js" */

let toasts = 0;

/** Shows a sentence for a while, once at a time. @param {string} text @param {boolean} [bad] */
export function tell(text, bad = false) {
	if (state.peek().toasts.some((t) => t.text === text)) return;
	const id = ++toasts;
	update((s) => ({ toasts: [...s.toasts.slice(-2), { id, text, bad }] }));
	setTimeout(() => update((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) })), bad ? 10_000 : 5_000);
}

/** @param {unknown} error @returns {string} the sentence for a person */
export const sentence = (error) => (error instanceof ApiError ? error.message : `Something went wrong in this window: ${error instanceof Error ? error.message : String(error)}`);

/** Runs a verb and tells if it went wrong. @param {() => Promise<unknown>} run */
export async function attempt(run) {
	try {
		await run();
		return true;
	} catch (error) {
		tell(sentence(error), true);
		return false;
	}
}

/** @param {Dialog | null} dialog */
export const show = (dialog) => update(() => ({ dialog }));

/** Does what the dialog on screen was for, and then closes it: only itself, as another may have been opened meanwhile. @template T @param {() => Promise<T>} run @returns {Promise<T>} */
export async function closing(run) {
	const { dialog } = state.peek();
	const result = await run();
	update((s) => (s.dialog === dialog ? { dialog: null } : {}));
	return result;
}

/** @param {Pane | null} pane */
export const showPane = (pane) => update(() => ({ pane }));

/** @type {Set<LiveEvent[]>} */
const onTheirWay = new Set(); // for each page that was asked for, what was told since

/** What the live channel told: a page that is on its way may not know of it. @param {LiveEvent} e */
export const told = (e) => onTheirWay.forEach((list) => list.push(e));

/** @param {string} person @param {string} query @param {LiveEvent[]} [since] is given what the live channel tells meanwhile @returns {Promise<Page>} */
export async function messages(person, query, since = []) {
	onTheirWay.add(since);
	try {
		return caughtUp(await call("GET", `/conversations/${part(person)}/messages?limit=${PAGE}${query}`), since);
	} finally {
		onTheirWay.delete(since);
	}
}

/** @param {string} person @returns {Message[]} what is on screen of theirs */
const shown = (person) => (state.peek().view?.person === person ? (state.peek().view?.messages ?? []) : []);

/** @param {string} person */
const lastID = (person) => conversationWith(state.peek(), person)?.last?.id ?? "";

/** The newest page, with what the live channel brought while it was on its way. @param {string} person @returns {Promise<Page>} */
async function newestPage(person) {
	/** @type {LiveEvent[]} */
	const since = [];
	let page = await messages(person, "", since);
	if (meanwhile(person, page, since).further) page = await messages(person, "", since); // once: what is not in that one either has its place before it
	const { below } = meanwhile(person, page, since);
	return caughtUp({ ...page, messages: [...page.messages, ...below] }, since);
}

/** What was told of while a page was on its way and is not in it: what stands below it, and whether there is some that its author's clock dates before its end; the place of that only the agent knows.
 * @param {string} person @param {Page} page @param {LiveEvent[]} since */
function meanwhile(person, page, since) {
	const here = new Map([...shown(person), ...page.messages].map((m) => [m.id, m]));
	const known = new Set(page.messages.map((m) => m.id));
	const talk = conversationWith(state.peek(), person)?.id;
	const end = page.messages.at(-1)?.time ?? "";
	const came = since.flatMap((e) => (e.type === "message" ? [e] : [])).filter((e) => e.conversation === talk && !known.has(e.id));
	const fits = came.filter((e) => here.has(e.id) || !(Date.parse(e.time) < Date.parse(end)));
	return { below: fits.map((e) => here.get(e.id) ?? e), further: fits.length < came.length };
}

const LAST = "lanyard.last";

/** Whose conversation was opened last in a window of this computer; empty: none ever was. */
export const lastOpened = () => localStorage.getItem(LAST) ?? "";

/** Opens a conversation at its first unread message, else at its end. @param {string} person */
export async function openPerson(person) {
	const now = state.peek().view;
	if (now?.person === person && now.status === "ready") return void showPane(null);
	update((s) => open(s, person));
	localStorage.setItem(LAST, person);
	const row = conversationWith(state.peek(), person);
	if (row?.marked || (row?.room?.unopened || row?.room?.quiet) && row.unread === 0) attempt(() => call("PUT", `/conversations/${part(person)}/read`, { upTo: "" }));
	try {
		await readKnown(person);
		let page = await newestPage(person);
		const unread = page.firstUnread;
		const further = !!unread && !page.messages.some((m) => m.id === unread);
		if (further) page = { ...(await messages(person, `&around=${part(unread)}`)), firstUnread: unread };
		update((s) => viewed(s, person, (view) => arrived(view, page, further ? lastID(person) : "")));
	} catch (error) {
		update((s) => viewed(s, person, (view) => ({ ...view, status: "error", problem: sentence(error) })));
	}
}

/** Opens a conversation at one of its messages. @param {string} person @param {string} id */
export async function openMessage(person, id) {
	update((s) => open(s, person));
	localStorage.setItem(LAST, person);
	try {
		const page = await messages(person, `&around=${part(id)}`);
		update((s) => viewed(s, person, (view) => ({ ...arrived(view, page, lastID(person)), atEnd: false, target: { id } })));
	} catch (error) {
		update((s) => viewed(s, person, (view) => ({ ...view, status: "error", problem: sentence(error) })));
	}
}

export const closeView = () => update(() => ({ view: null, pane: null }));

let loading = false; // one page at a time: scrolling asks often

/** @param {string} person @param {"older" | "newer"} way */
export async function loadMore(person, way) {
	const view = state.peek().view;
	if (loading || view?.person !== person || view.status !== "ready") return;
	const end = (/** @type {View} */ of) => (way === "older" ? of.messages[0] : of.messages.at(-1));
	const edge = end(view);
	if (!edge) return;
	loading = true;
	await attempt(async () => {
		const query = way === "older" ? `&before=${part(edge.id)}` : `&after=${part(edge.id)}`;
		const page = await messages(person, query).finally(() => { loading = false; }); // before it is drawn: the drawn list may want more at once
		const fits = (/** @type {View} */ now) => end(now)?.id === edge.id; // not if the reader went elsewhere meanwhile
		update((s) => viewed(s, person, (now) => (!fits(now) ? now : way === "older" ? older(now, page) : newer(now, page))));
	});
}

/** Leaves what was read further up and goes to the newest message. @param {string} person */
export async function toEnd(person) {
	if (state.peek().view?.later) {
		await attempt(async () => {
			const page = await newestPage(person);
			update((s) => viewed(s, person, (view) => ({ ...arrived(view, page, ""), firstUnread: view.firstUnread })));
		});
	}
	update((s) => viewed(s, person, (view) => ({ ...view, atEnd: true, fresh: 0 })));
}

/** Asks for the end of the conversation on screen again. */
export async function refresh() {
	const person = state.peek().view?.person;
	if (!person) return;
	await attempt(async () => {
		const page = await newestPage(person);
		update((s) => viewed(s, person, (view) => refreshed(view, page)));
	});
}

let keys = 0;

/** Whoever reads further up sees the end again, where their words stand. @param {string} person @param {string} text @param {Message | null} [reply] what it answers @param {string[]} [mentions] persons */
export function send(person, text, reply = null, mentions = []) {
	const { view } = state.peek();
	if (view?.person === person && view.later) toEnd(person);
	/** @type {Pending} */
	const pending = { key: `pending-${++keys}`, text, time: new Date().toISOString(), problem: "", reply, mentions };
	update((s) => ({ pending: { ...s.pending, [person]: [...(s.pending[person] ?? []), pending] }, ...viewed(s, person, (view) => ({ ...view, atEnd: true, fresh: 0 })) }));
	return deliver(person, pending);
}

/** Writes to everybody, after one look at how many that are. @param {string} office @param {string} text @param {number} people @param {() => void} done */
export const announce = (office, text, people, done) => show({
	kind: "confirm", harmless: true, action: "Announce", text: text.length > 400 ? `${text.slice(0, 400)}…` : text,
	title: people === 0 ? "To everybody who comes to the office within 30 days" : `To everybody in the office: ${people === 1 ? "1 person" : `${people} people`}`,
	run: async () => {
		const message = await call("POST", "/announcements", { text });
		done();
		update((s) => viewed(s, office, (view) => ({ ...confirmed(view, message), atEnd: true, fresh: 0 })));
	},
});

let chain = Promise.resolve(); // messages leave in the order they were written

/** @param {string} person @param {Pending} pending */
export function deliver(person, pending) {
	chain = chain.then(() => post(person, pending));
	return chain;
}

/** @param {string} person @param {Pending} pending */
async function post(person, pending) {
	const mark = (/** @type {string} */ problem) => update((s) => ({ pending: { ...s.pending, [person]: s.pending[person]?.map((p) => (p.key === pending.key ? { ...p, problem } : p)) ?? [] } }));
	mark("");
	try {
		/** @type {Message} */
		const message = await call("POST", `/conversations/${part(person)}/messages`, { text: pending.text, ...(pending.reply ? { replyTo: pending.reply.id } : {}), ...(pending.mentions.length ? { mentions: pending.mentions } : {}) });
		batch(() => {
			discard(person, pending.key);
			update((s) => viewed(s, person, (view) => confirmed(view, message)));
		});
	} catch (error) {
		mark(sentence(error));
	}
}

/** The live channel may have brought the message before the answer did. @param {import("./types.js").View} view @param {Message} message */
function confirmed(view, message) {
	const known = view.later || view.messages.some((m) => m.id === message.id);
	return { ...view, conversation: view.conversation || message.conversation, messages: known ? view.messages : [...view.messages, message] };
}

/** @param {string} person @param {string} key of a message that could not be stored */
export const discard = (person, key) => update((s) => ({ pending: { ...s.pending, [person]: s.pending[person]?.filter((p) => p.key !== key) ?? [] } }));

/** Sends what the agent could not take while it was away. An answer may have been lost on the way: what it has is not sent twice. */
export async function resume() {
	const drafts = [...unkept];
	unkept.clear();
	drafts.forEach(keep);
	for (const [person, pending] of Object.entries(state.peek().pending)) {
		const failed = pending.filter((p) => p.problem);
		if (failed.length === 0) continue;
		await attempt(async () => {
			const has = (await messages(person, "")).messages.filter((m) => m.mine);
			for (const p of failed) {
				const at = has.findIndex((m) => m.text === p.text && Date.parse(m.time) >= Date.parse(p.time));
				if (at < 0) deliver(person, p);
				else discard(person, p.key);
				if (at >= 0) has.splice(at, 1);
			}
		});
	}
}

/** @param {string} person @param {string} text what stands in the composer */
export function draft(person, text) {
	update((s) => ({ drafts: { ...s.drafts, [person]: text } }));
	if (state.peek().composing[person]?.verb === "edit") return; // these are the words of a message that stands already
	clearTimeout(saving.get(person));
	if (text) saving.set(person, setTimeout(() => keep(person), SAVE));
	else keep(person); // it is sent, or gone: a window that closes now leaves nothing
}

/** Puts words back into the composer that were written elsewhere and not sent, after those that stand there. @param {string} person @param {string} text @param {string} from what the words began with: if that stands there they take its place */
export function giveBack(person, text, from) {
	const { composing, drafts } = state.peek();
	const now = composing[person];
	const joined = (/** @type {string} */ before) => (before === from || !before ? text : `${before}\n${text}`);
	if (now?.verb !== "edit") return draft(person, joined(drafts[person] ?? ""));
	update((s) => ({ composing: { ...s.composing, [person]: { ...now, before: joined(now.before) } } })); // they stand there once the change is done
}

/** Throws away what waits to be sent, also while a message is being changed, whose words stand in the composer then. @param {string} person */
export function undraft(person) {
	const now = state.peek().composing[person];
	if (now?.verb !== "edit") return draft(person, "");
	update((s) => ({ composing: { ...s.composing, [person]: { ...now, before: "" } } }));
	keep(person);
}

const SAVE = 500; // milliseconds of quiet before a draft is kept
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const saving = new Map();

/** @type {Set<string>} */
const unkept = new Set(); // whose drafts the agent could not take while it was away

/** Has the agent keep a draft over restarts. @param {string} person */
async function keep(person) {
	saving.delete(person);
	const text = drafted(state.peek(), person);
	if (fleeting(text)) return; // the composer says so
	try {
		await call("PUT", `/conversations/${part(person)}/draft`, { text });
	} catch (error) {
		if (error instanceof ApiError && error.code === "offline") unkept.add(person); // until the agent is back
		else console.warn("the draft is kept in this window only, until the next letter", error);
	}
}

/** @param {string} name */
export const rename = (name) => call("PUT", "/me/name", { name }).then((me) => update(() => ({ me })));

/** @param {string} presence @param {string} text */
export const setPresence = (presence, text) => attempt(() => call("PUT", "/me/presence", { presence, text }).then((me) => update(() => ({ me }))));

/** @param {string} address @returns {Promise<void>} fails with the sentence to show */
export async function addByAddress(address) {
	const { peers } = state.peek();
	/** @type {Peer} */
	const peer = await closing(() => call("POST", "/peers", { address }));
	update((s) => ({ peers: { ...s.peers, [peer.id]: newest(peers[peer.id], s.peers[peer.id], peer) } }));
	await openPerson(peer.person);
}

/** @param {string} person @param {"block" | "unblock"} verb */
export const block = (person, verb) => attempt(() => call("POST", `/peers/${part(person)}/${verb}`));

/** Who was blocked and taken off the list since: the state does not know them. @returns {Promise<Peer[]>} */
export const forgotten = async () => (await call("GET", "/blocked")).filter((/** @type {Peer} */ p) => p.forgotten);

/** @param {string} person */
export const remove = (person) => call("DELETE", `/peers/${part(person)}`).then(() => update((s) => ({ view: s.view?.person === person ? null : s.view, pane: null, peers: Object.fromEntries(Object.entries(s.peers).filter(([, p]) => p.person !== person)) })));

/** @param {string} file @param {"accept" | "decline" | "cancel" | "pause" | "resume" | "reveal" | "open"} verb */
export const onFile = (file, verb) => attempt(() => call("POST", `/files/${part(file)}/${verb}`));
