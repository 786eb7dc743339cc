// The whole state of the page and what changes it. Nothing here touches the document, the network or the clock: each function takes the state and returns the part that changed.
/** @import { Account, Author, Conversation, File, Invite, LiveEvent, Message, Notice, Page, Peer, Room, Row, Share, ShareConflict, Snapshot, State, StateChange, View, Words } from "./types.js" */
import { isolated } from "./text.js";

export const PAGE = 100; // messages loaded at a time
export const OFFICE = "Office"; // what everybody's conversation is called
export const CAP = 500; // rows kept; the far end is dropped and can be loaded again
const NOTICES = 200; // kept per share

/** @returns {State} */
export const initial = () => ({
	phase: "starting", link: "up", me: null, version: "", network: { interfaces: [] },
	peers: {}, conversations: {}, shares: {}, invites: {}, problems: {}, files: {}, accounts: {}, conflicts: [], watched: true, covered: false, seen: "",
	tab: "people", filter: "", narrow: null, found: null, view: null, pane: null, dialog: null, uploads: {}, drafts: {}, composing: {}, pending: {}, mentioned: {}, laters: null, latersProblem: "", toasts: [],
	openRooms: [], leftRooms: [], settings: { notifications: true, readMarks: true, typing: true, lastSeen: true, acceptFiles: 20, quiet: "", enterBreaks: false, textSize: 100, shareUp: 0, shareDown: 0 }, writing: [], live: {}, among: "", naming: false, office: "", words: {},
});

/** @template {{id: string}} T @param {T[] | null | undefined} list @returns {Record<string, T>} */
const byID = (list) => Object.fromEntries((list ?? []).map((one) => [one.id, one]));

/** @template T @param {Record<string, T>} table @param {string} key @returns {Record<string, T>} */
export function without(table, key) {
	const { [key]: _, ...rest } = table;
	return rest;
}

/** @param {State} state @param {Snapshot} s @returns {Partial<State>} */
function snapshot(state, s) {
	const pane = state.pane?.kind === "share" && !s.shares?.some((share) => share.id === state.pane?.id) ? null : state.pane;
	/** @type {Record<string, string>} */
	const kept = {}; // what an earlier window was writing; what is written here stays
	const talks = (s.conversations ?? []).map(whole);
	for (const c of talks) if (c.draft && state.phase !== "ready") kept[c.person] = c.draft;
	return {
		drafts: { ...kept, ...Object.fromEntries(Object.entries(state.drafts).filter(([, text]) => text)) },
		phase: "ready", link: "up", me: s.me, version: s.version, network: s.network ?? { interfaces: [] }, pane, settings: s.settings ?? state.settings, writing: [], live: {}, words: Object.fromEntries((s.words ?? []).map((w) => [w.person, w])), office: s.office?.id ?? "",
		peers: byID(s.peers), conversations: byID(talks), shares: byID(s.shares), invites: byID(s.invites), problems: byID(s.problems), files: byID(s.files),
	};
}

/** A room and the office have no other person: their own ID stands there, by which they are opened and written to. @param {Conversation} c @returns {Conversation} */
const whole = (c) => (c.room || c.office ? { ...c, person: c.id } : c);

/** The other person of a message's conversation, as far as the message tells. @param {State} state @param {Message} m */
function otherOf(state, m) {
	if (m.conversation === state.office) return state.office;
	return state.conversations[m.conversation]?.person ?? (m.mine ? (m.states?.[0]?.id ?? "") : m.author.id);
}

/** @param {Message[]} list @param {Message} m */
const replace = (list, m) => list.map((old) => (old.id === m.id ? m : old));

/** @param {View} view @param {Message} m @param {boolean} unseen whether it is the first that nobody is looking at @returns {View} */
function place(view, m, unseen) {
	const conversation = view.conversation || m.conversation;
	if (view.messages.some((old) => old.id === m.id)) return { ...view, messages: replace(view.messages, m) };
	const fresh = view.fresh + (m.mine || (view.atEnd && !view.later) ? 0 : 1);
	const heard = m.mine || m.kind === "change" ? view.heard : m;
	if (view.later) return { ...view, conversation, fresh, heard };
	const messages = [...view.messages, m];
	const over = view.atEnd ? Math.max(0, messages.length - CAP) : 0; // whoever reads further up keeps what they read
	const firstUnread = unseen ? m.id : view.firstUnread;
	return { ...view, conversation, fresh, heard, firstUnread, messages: messages.slice(over), more: view.more || over > 0 };
}

/** Whether nobody can be reading the conversation: a pane hides it, or a question lies over it, which has to be answered first. @param {State} state */
export const hidden = (state) => state.covered || state.dialog !== null;

/** @template T @param {T[]} list @param {(one: T) => boolean} hit */
function dropFirst(list, hit) {
	const at = list.findIndex(hit);
	return at < 0 ? list : list.toSpliced(at, 1);
}

/** @param {State} state @param {Message} m @returns {Partial<State>} */
function message(state, m) {
	/** @type {Partial<State>} */
	const changed = {};
	const row = state.conversations[m.conversation];
	const person = otherOf(state, m);
	const known = row?.last?.id === m.id;
	changed.conversations = {
		...state.conversations,
		[m.conversation]: { ...row, id: m.conversation, person, name: row?.name ?? (person === state.office ? OFFICE : m.author.name), last: m, time: m.time, unread: (row?.unread ?? 0) + (m.unread && !known ? 1 : 0) },
	};
	if (m.file && !state.files[m.file.id]) changed.files = { ...state.files, [m.file.id]: m.file }; // how far it is, file events tell
	const pending = state.pending[person] ?? [];
	if (m.mine && m.kind === "text" && pending.length && !known) changed.pending = { ...state.pending, [person]: dropFirst(pending, (p) => p.text === m.text) };
	const view = state.view;
	if (view && (view.conversation === m.conversation || (!view.conversation && view.person === person))) {
		const unseen = !m.mine && (row?.unread ?? 0) === 0 && !(state.watched && !hidden(state) && view.atEnd && !view.later);
		changed.view = place(view, m, unseen);
	}
	return changed;
}

/** A message that was edited, deleted, reacted to or pinned; those that quote it quote it as it is now. @param {State} state @param {Message} m @returns {Partial<State>} */
function amended(state, m) {
	/** @type {Partial<State>} */
	const changed = {};
	const row = state.conversations[m.conversation];
	if (row?.last?.id === m.id) changed.conversations = { ...state.conversations, [row.id]: { ...row, last: m } };
	const person = otherOf(state, m);
	const { [person]: composing, ...others } = state.composing;
	if (m.deleted && composing?.message.id === m.id) Object.assign(changed, { composing: others, drafts: composing.verb === "edit" ? { ...state.drafts, [person]: composing.before } : state.drafts });
	const { view } = state;
	if (view?.conversation !== m.conversation) return changed;
	const quoted = { text: m.text.slice(0, 400), deleted: !!m.deleted };
	changed.view = { ...view, messages: view.messages.map((old) => (old.id === m.id ? m : old.replyTo?.id === m.id ? { ...old, replyTo: { ...old.replyTo, ...quoted } } : old)) };
	return changed;
}

/** An announcement of ours got further. @param {State} state @param {{id: string, conversation: string, of: number, delivered: number, read: number}} change @returns {Partial<State>} */
function reached(state, { id, conversation, of, delivered, read }) {
	const { view } = state;
	if (view?.conversation !== conversation) return {};
	return { view: { ...view, messages: view.messages.map((m) => (m.id === id ? { ...m, reach: { of, delivered, read } } : m)) } };
}

const order = ["waiting", "carried", "delivered", "read"];

/** A state only ever goes forward: news may overtake each other. Until it is delivered, who carries a message may change, to nobody as well. @param {Message} m @param {StateChange} change @returns {Message} */
function further(m, change) {
	const states = m.states.map((s) => {
		const later = order.indexOf(change.state) > order.indexOf(s.state) || !["delivered", "read"].includes(s.state);
		return s.id === change.peer && later ? { ...s, state: change.state, through: change.through } : s;
	});
	return { ...m, states };
}

/** @param {State} state @param {StateChange} change @returns {Partial<State>} */
function advance(state, change) {
	const { view } = state;
	/** @type {Partial<State>} */
	const changed = {};
	const row = state.conversations[change.conversation];
	if (row?.last?.id === change.id) changed.conversations = { ...state.conversations, [row.id]: { ...row, last: further(row.last, change) } };
	if (view?.conversation === change.conversation) changed.view = { ...view, messages: view.messages.map((m) => (m.id === change.id ? further(m, change) : m)) };
	return changed;
}

/** A page of messages with what the live channel told of them while the page was on its way. @param {Page} page @param {LiveEvent[]} told @returns {Page} */
export function caughtUp(page, told) {
	/** @param {Message} m @param {LiveEvent} e */
	const after = (m, e) => (e.type === "amended" && e.id === m.id ? e : e.type === "state" && e.id === m.id ? further(m, e) : m);
	return { ...page, messages: page.messages.map((m) => told.reduce(after, m)) };
}

/** An answer of the agent, unless the live channel told of the same thing while the answer was on its way: of every change it tells, so what it told is not older for long.
 * @template T @param {T | undefined} before when the agent was asked @param {T | undefined} now @param {T} answer @returns {T} */
export const newest = (before, now, answer) => (now !== undefined && now !== before ? now : answer);

/** @param {State} state @param {File} file @returns {Partial<State>} */
const fileChanged = (state, file) => ({ files: { ...state.files, [file.id]: file } });

/** @param {State} state @param {Notice} notice @returns {Partial<State>} */
function notice(state, notice) {
	return accounted(state, notice.share, (now) => ({ notices: merged([notice], now.notices) }));
}

/** @type {Account} */
const unread = { notices: [], noticesLoaded: false, noticesProblem: "", trash: [], trashLoaded: false, trashProblem: "" };

/** Those that concern this person: in a share, or with somebody. @param {ShareConflict[]} all @param {{share?: string, person?: string}} where @returns {ShareConflict[]} */
export const conflictsOf = (all, { share, person }) => all.filter((c) => c.mine && (!share || c.share === share) && (!person || c.named.by.id === person || c.copied.by.id === person));

/** @param {State} state @param {string} share @returns {Account} */
export const accountOf = (state, share) => state.accounts[share] ?? unread;

/** @param {State} state @param {string} share @param {(now: Account) => Partial<Account>} change @returns {Partial<State>} */
export function accounted(state, share, change) {
	const now = accountOf(state, share);
	return { accounts: { ...state.accounts, [share]: { ...now, ...change(now) } } };
}

/** A notice that is told live and read as well is one; its time is kept to the millisecond only. @param {Notice[]} fresh @param {Notice[]} old @returns {Notice[]} newest first */
export function merged(fresh, old) {
	const key = (/** @type {Notice} */ n) => `${Date.parse(n.time)} ${n.what} ${n.path}`;
	const known = new Set(fresh.map(key));
	return [...fresh, ...old.filter((n) => !known.has(key(n)))].sort((a, b) => Date.parse(b.time) - Date.parse(a.time)).slice(0, NOTICES);
}

/** @param {State} state @param {{peer?: string, share?: string, file?: string, room?: string}} gone @returns {Partial<State>} */
function removed(state, gone) {
	const pane = state.pane && (state.pane.id === gone.share || state.pane.id === gone.peer) ? null : state.pane;
	if (gone.file) return { files: without(state.files, gone.file) };
	if (gone.room) return forgotten(state, gone.room);
	if (gone.share) return { shares: without(state.shares, gone.share), pane };
	const peers = Object.fromEntries(Object.entries(state.peers).filter(([id, p]) => id !== gone.peer && p.person !== gone.peer));
	const view = state.view && (state.conversations[state.view.person]?.room || state.view.person === state.office || Object.values(peers).some((p) => p.person === state.view?.person)) ? state.view : null;
	return { peers, pane, view };
}

/** A room that is on no list any more. @param {State} state @param {string} room @returns {Partial<State>} */
export const forgotten = (state, room) => ({
	conversations: without(state.conversations, room), leftRooms: state.leftRooms.filter((r) => r.id !== room), drafts: without(state.drafts, room), view: state.view?.person === room ? null : state.view, pane: state.pane?.id === room ? null : state.pane,
	files: Object.fromEntries(Object.entries(state.files).filter(([, f]) => f.conversation !== room)),
});

/** One line of the live channel. @param {State} state @param {LiveEvent} e @returns {Partial<State>} */
export function live(state, e) {
	switch (e.type) {
		case "snapshot": return snapshot(state, e);
		case "message": return message(state, e);
		case "amended": return amended(state, e);
		case "state": return advance(state, e);
		case "reach": return reached(state, e);
		case "presence": return { peers: { ...state.peers, [e.id]: e } };
		case "share": return { shares: { ...state.shares, [e.id]: e }, invites: without(state.invites, e.id) };
		case "file": return fileChanged(state, e);
		case "problem": return { problems: e.gone ? without(state.problems, e.id) : { ...state.problems, [e.id]: e } };
		case "invite": return { invites: e.gone ? without(state.invites, e.id) : { ...state.invites, [e.id]: e } };
		case "notice": return notice(state, e);
		case "conversation": return { conversations: { ...state.conversations, [e.id]: whole(e) }, view: adopt(state.view, whole(e)) };
		case "typing": return { writing: [...state.writing.filter((w) => w.person !== e.person || w.conversation !== e.conversation), ...(e.writes ? [e] : [])] };
		case "live": return { live: e.text ? { ...state.live, [e.person]: e.text } : without(state.live, e.person) };
		case "words": return compared(state, e);
		case "settings": return { settings: e };
		case "me": return { me: e };
		case "network": return { network: e };
		case "removed": return removed(state, e);
		case "superseded": return { phase: "superseded" };
	}
	return {}; // a newer agent may say what this page does not know
}

/** What is said about a comparison; that the words are the same, the person's row tells. @param {State} state @param {Words} w @returns {Partial<State>} */
export const compared = (state, w) => ({ words: w.ended === "same" ? without(state.words, w.person) : { ...state.words, [w.person]: w } });

/** Whether a person waits for us to compare words that they began. @param {Words | undefined} w */
export const wanted = (w) => w?.state === "comparing" && !w.mine;

/** A conversation that begins gives the one on screen its ID. @param {View | null} view @param {Conversation} row */
function adopt(view, row) {
	return view && !view.conversation && view.person === row.person ? { ...view, conversation: row.id } : view;
}

/** @param {State} state @param {string} person @returns {Conversation | undefined} */
export const conversationWith = (state, person) => Object.values(state.conversations).find((c) => c.person === person);

/** Puts an empty conversation on screen. @param {State} state @param {string} person @returns {Partial<State>} */
export function open(state, person) {
	const conversation = conversationWith(state, person)?.id ?? "";
	/** @type {View} */
	const view = { person, conversation, messages: [], more: false, later: false, firstUnread: "", status: "loading", problem: "", fresh: 0, atEnd: true };
	return { view, pane: null };
}

/** Changes the conversation on screen, if it still is that person's. @param {State} state @param {string} person @param {(view: View) => View} change @returns {Partial<State>} */
export const viewed = (state, person, change) => (state.view?.person === person ? { view: change(state.view) } : {});

/** The first page, or a page around a message. @param {View} view @param {Page} page @param {string} lastID the newest message of all, of a page that may not reach it @returns {View} */
export function arrived(view, page, lastID) {
	const { messages } = page;
	const newest = messages.at(-1);
	const later = !!newest && !!lastID && newest.id !== lastID && !messages.some((m) => m.id === lastID);
	const conversation = view.conversation || newest?.conversation || "";
	return { ...view, conversation, messages, more: page.more, later, firstUnread: page.firstUnread, status: "ready", problem: "", fresh: 0, atEnd: !later && !page.firstUnread };
}

/** @param {View} view @param {Page} page @returns {View} */
export function older(view, page) {
	const known = new Set(view.messages.map((m) => m.id));
	const messages = [...page.messages.filter((m) => !known.has(m.id)), ...view.messages];
	return { ...view, messages: messages.slice(0, CAP), more: page.more, later: view.later || messages.length > CAP };
}

/** @param {View} view @param {Page} page @returns {View} */
export function newer(view, page) {
	const known = new Set(view.messages.map((m) => m.id));
	const messages = [...view.messages, ...page.messages.filter((m) => !known.has(m.id))];
	const over = Math.max(0, messages.length - CAP);
	return { ...view, messages: messages.slice(over), more: view.more || over > 0, later: page.more };
}

/** Puts the newest page in the place of the end, after the agent was away or a late message found its place. @param {View} view @param {Page} page @returns {View} */
export function refreshed(view, page) {
	if (view.later) return view;
	const first = page.messages[0]?.id;
	const at = view.messages.findIndex((m) => m.id === first);
	const kept = at < 0 ? [] : view.messages.slice(0, at);
	const have = new Set(view.messages.map((m) => m.id));
	const known = new Set(page.messages.map((m) => m.id));
	const last = view.messages.findLastIndex((m) => known.has(m.id));
	const tail = last < 0 ? [] : view.messages.slice(last + 1); // told live, after the page was read
	const came = page.messages.filter((m) => !m.mine && m.kind !== "change" && !have.has(m.id));
	const fresh = view.atEnd ? 0 : view.fresh + came.length;
	return { ...view, heard: came.at(-1) ?? view.heard, messages: [...kept, ...page.messages, ...tail], more: at < 0 ? page.more : view.more, firstUnread: view.firstUnread || page.firstUnread, status: "ready", problem: "", fresh };
}

/** @param {State} state @returns {Row[]} one row a person and a room: favourites first, then those who are here, then the most recent */
export function people(state) {
	/** @type {Map<string, Row>} */
	const rows = new Map();
	for (const p of Object.values(state.peers)) {
		const row = rows.get(p.person);
		if (!row || better(p, row)) rows.set(p.person, person(p));
	}
	const office = everybody(state, rows);
	if (office) rows.set(office.id, office);
	for (const c of Object.values(state.conversations)) {
		if (c.room && (c.room.member || (c.room.ended && (c.last || !c.room.unopened)))) rows.set(c.person, room(c, c.room, state.me?.person ?? ""));
		const row = rows.get(c.person);
		if (row) Object.assign(row, { muted: !!c.muted, marked: !!c.marked, unread: c.unread, mentioned: !!c.mentioned, time: c.time, last: c.last ?? null });
	}
	for (const i of Object.values(state.invites)) {
		const row = rows.get(i.from.id);
		if (row) row.invites++;
	}
	return [...rows.values()].sort(ahead);
}

/** Those who may have written something, by name: everybody on the list and in a room, our own person first. @param {State} state @returns {Author[]} */
export function authors(state) {
	const me = state.me?.person ?? "";
	/** @type {Map<string, Author>} */
	const all = new Map();
	for (const c of Object.values(state.conversations)) for (const m of c.room?.members ?? []) all.set(m.id, { id: m.id, name: m.apart ? `${m.name} (${m.apart})` : m.name });
	for (const r of people(state)) if (!r.members && !r.office) all.set(r.id, { id: r.id, name: r.apart ? `${r.name} (${r.apart})` : r.name });
	all.delete(me);
	return [{ id: me, name: "Myself" }, ...[...all.values()].sort((a, b) => a.name.localeCompare(b.name))];
}

/** Rooms that ended before they were opened: they stand in no row above. @param {State} state @returns {Room[]} */
export function leftUnopened(state) {
	if (state.leftRooms.length === 0) return state.leftRooms;
	const listed = new Set(people(state).map((row) => row.id));
	return state.leftRooms.filter((room) => !listed.has(room.id));
}

/** As text two times cannot be compared: fractions have any length. @param {string} time */
const moment = (time) => Date.parse(time) || 0;

/** Of two machines the one that is here speaks for the person, else the one seen last. @param {Peer} p @param {Row} row */
const better = (p, row) => (p.link !== row.link ? p.link : moment(p.lastSeen) > moment(row.lastSeen));

const ALIKE = "Somebody else has this name or one that looks like it: the computer tells them apart";
const TAKEN_FOR = { office: "It has the name of the announcements to everybody, or one that looks like it, and is a room", person: "Somebody has this name or one that looks like it: this is a room", room: "Another room has this name or one that looks like it: who made it tells them apart" };

/** @param {string} text @param {string} why */
const apart = (text, why) => ({ apart: text, apartWhy: text && why });

/** What tells a room from whatever else its name is, or looks like. @param {Room} r @param {string} me our own person */
export const roomApart = (r, me) => apart(r.lookalikeOf ? `${r.lookalikeOf === "room" ? "" : "room "}by ${r.creator.id === me ? "you" : isolated(r.creator.name)}` : "", TAKEN_FOR[/** @type {keyof typeof TAKEN_FOR} */ (r.lookalikeOf)] ?? "");

/** @type {string[]} */
const none = [];

/** @param {Peer} p @returns {Row} */
const person = (p) => ({
	id: p.person, name: p.name, machine: p.machine, presence: p.presence, text: p.text ?? "", link: p.link, lastSeen: p.lastSeen, ...apart(p.apart ?? "", ALIKE),
	blocked: p.trust === "blocked", muted: false, marked: false, unread: 0, mentioned: false, time: "", last: null, invites: 0, members: 0, over: false, under: "",
	verified: p.trust === "verified", differed: p.trust === "differs" ? (p.differed ?? "") : "", favourite: !!p.favourite, groups: p.groups ?? none, liveText: p.liveText ?? "", card: p.card ?? "", office: false,
});

/** A room that is over for us stands among those who are not here. @param {Conversation} c @param {Room} r @param {string} me @returns {Row} */
const room = (c, r, me) => ({
	id: c.id, name: c.name, machine: `${r.size} ${r.size === 1 ? "member" : "members"}`, presence: "", text: "", link: r.member, lastSeen: c.time, ...roomApart(r, me),
	blocked: false, muted: false, marked: false, unread: 0, mentioned: false, time: "", last: null, invites: 0, members: Math.max(1, r.size), over: !r.member, under: roomUnder(r),
	verified: false, differed: "", favourite: false, groups: none, liveText: "", card: "", office: false,
});

/** Everybody's row, once there is somebody or something in it. @param {State} state @param {Map<string, Row>} rows @returns {Row | null} */
function everybody(state, rows) {
	const talk = state.conversations[state.office];
	if (!state.office || (rows.size === 0 && !talk)) return null;
	const size = [...rows.values()].filter((r) => !r.blocked).length;
	return {
		id: state.office, name: OFFICE, machine: size === 1 ? "1 person" : `${size} people`, presence: "", text: "", link: true, lastSeen: "", ...apart("", ""),
		blocked: false, muted: false, marked: false, unread: 0, mentioned: false, time: "", last: null, invites: 0, members: size, over: false, under: "",
		verified: false, differed: "", favourite: false, groups: none, liveText: "", card: "", office: true,
	};
}

/** What a room's row says before anything else. @param {Room} r */
function roomUnder(r) {
	if (r.ended) return r.ended.what === "left" ? "You left this room" : "You were removed from this room";
	return r.quiet && r.invitedBy ? `${r.invitedBy.apart ? `${r.invitedBy.name} (${r.invitedBy.apart})` : r.invitedBy.name} invited you` : "";
}

/** @param {Row} a @param {Row} b */
function ahead(a, b) {
	const here = Number(b.office) - Number(a.office) || Number(b.favourite) - Number(a.favourite) || Number(b.link) - Number(a.link) || Number(a.blocked) - Number(b.blocked);
	return here || moment(b.time) - moment(a.time) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id);
}

/** Accents and case do not matter in a search. @param {string} text */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** @template {{name: string, machine?: string}} T @param {T[]} rows @param {string} filter @returns {T[]} */
export function matching(rows, filter) {
	const words = plain(filter).split(/\s+/).filter(Boolean);
	return words.length ? rows.filter((r) => words.every((w) => plain(`${r.name} ${r.machine ?? ""}`).includes(w))) : rows;
}

/** Those whom the list shows. @param {Row[]} rows @param {string} among @returns {Row[]} */
export const chosenAmong = (rows, among) => (among === "" ? rows : rows.filter((r) => (among === "*" ? r.favourite : r.groups.some((g) => plain(g) === plain(among)))));

/** The groups of the list, by name. @param {Row[]} rows @returns {string[]} */
export function groupNames(rows) {
	/** @type {Map<string, string>} */
	const names = new Map();
	for (const g of rows.flatMap((r) => r.groups)) if (!names.has(plain(g))) names.set(plain(g), g);
	return [...names.values()].sort((a, b) => a.localeCompare(b));
}

/** Who writes in the conversation on screen. @param {State} state @returns {Author[]} */
export const writersHere = (state) => state.writing.filter((w) => w.conversation === (state.view?.conversation || "-") || (!state.view?.conversation && w.person === state.view?.person)).map((w) => ({ id: w.person, name: w.name }));

/** Keeps the order a person is looking at; newcomers join at the end. @param {Row[]} rows @param {string[]} before @returns {Row[]} */
export function steady(rows, before) {
	const rank = new Map(before.map((id, i) => [id, i]));
	return rows.toSorted((a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || 0);
}

/** @param {State} state @param {string} id @returns {Share[]} the shared folders of one person and me */
export const sharesWith = (state, id) => Object.values(state.shares).filter((s) => s.members?.some((m) => m.id === id && m.state !== "left" && m.state !== "declined"));

/** @param {State} state @param {string} id @returns {Invite[]} */
export const invitesFrom = (state, id) => Object.values(state.invites).filter((i) => i.from.id === id);

/** @param {State} state @param {string} id @returns {File[]} what is made ready for somebody and not offered yet */
export const preparing = (state, id) => Object.values(state.files).filter((f) => f.mine && f.state === "preparing" && f.to.id === id);

/** The words that wait to be sent: while a message is being changed not its words, but what stood in the composer before. @param {State} state @param {string} person */
export function drafted(state, person) {
	const now = state.composing[person];
	return now?.verb === "edit" ? now.before : state.drafts[person] ?? "";
}

/** What the title tells: whoever muted a conversation does not want to be called to it. @param {State} state */
export const unreadTotal = (state) => Object.values(state.conversations).reduce((n, c) => (c.muted ? n : n + c.unread), 0);
