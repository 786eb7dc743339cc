// Keys that work wherever one is in the window. What a key means at one place only, that place says itself and prevents; it does not come here then.
import { closeView, openPerson, show, showPane } from "./actions.js";
import { chosenAmong, matching, people } from "./state.js";
import { lookNoMore, narrowTo, openHit } from "./search.js";
import { state, update } from "./store.js";

/** What a person may press, for the dialog that lists it. @returns {[string, string][]} */
export const shortcuts = () => [
	["Ctrl K", "Find people, rooms and messages"],
	["Ctrl F", "Find in this conversation"],
	["Ctrl Shift F", "Find in all conversations"],
	["Alt ↓ · Alt ↑", "Next and previous conversation"],
	["Alt Shift ↓ · Alt Shift ↑", "Next and previous unread conversation"],
	["F6", "From the list to the messages, to where you write, to the details"],
	["Tab, then ↑ · ↓", "From the menu of a message to that of the one above or below"],
	["↑", "Change your last message, while nothing is written"],
	[state.peek().settings.enterBreaks ? "Ctrl Enter" : "Enter", "Send"],
	...(state.peek().settings.enterBreaks ? /** @type {[string, string][]} */ ([["Enter", "New line"]]) : /** @type {[string, string][]} */ ([["Shift Enter", "New line; in a block of code that is not closed Enter begins one, too, and Ctrl Enter sends"]])),
	["Esc", "Close what lies on top; back to where you write"],
	["Ctrl /", "This list"],
];

/** @param {string} selector @returns {boolean} whether it is on screen */
function focusOn(selector) {
	const place = document.querySelector(selector);
	if (!(place instanceof HTMLElement) || place.getClientRects().length === 0) return false;
	place.focus();
	return true;
}

const SEARCH = ".sidebar input[type=search]";

/** Goes to the search field, with all that stands in it selected, before the next key: what is typed now is no message. A narrow window shows the list for it. */
function find() {
	if (state.peek().tab !== "people") update(() => ({ tab: "people", filter: "", narrow: null, found: null }));
	if (!focusOn(SEARCH)) {
		closeView();
		return soon(() => void focusOn(SEARCH));
	}
	if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
}

/** Looks for what was said in the conversation on screen, or for what was sent there. @param {boolean} [files] */
export function findHere(files = false) {
	const within = state.peek().view?.person ?? "";
	find();
	narrowTo({ within, files });
}

/** Looks in all conversations, for what was looked for in one, too. */
function findEverywhere() {
	if (state.peek().narrow?.within) narrowTo({ within: "" });
	find();
}

/** Runs when what was changed is drawn, still before the next key: Preact draws in a microtask. @param {() => void} run */
const soon = (run) => queueMicrotask(run);

/** Opens the first of what the search shows: a person or room, else the newest message. */
export function openFirst() {
	const s = state.peek();
	if (s.narrow?.within) {
		const [newest] = s.found?.hits ?? [];
		if (newest && focusOn(".found-row")) void openHit(newest); // arrow keys go on from there
		return;
	}
	const first = matching(chosenAmong(people(s), s.among), s.filter)[0];
	if (!s.filter.trim()) return;
	if (!first) return void focusOn(".found-row");
	lookNoMore();
	openPerson(first.id);
	toComposer();
}

/** Opens the row that stands so many further in the list. @param {number} step @param {boolean} unread whether only those count that have something unread */
function go(step, unread) {
	const s = state.peek();
	const rows = matching(chosenAmong(people(s), s.among), s.narrow?.within ? "" : s.filter);
	const at = rows.findIndex((r) => r.id === s.view?.person);
	let next = at < 0 && step < 0 ? rows.length - 1 : at + step;
	while (unread && rows[next] && !rows[next].unread && !rows[next].marked) next += step;
	if (!rows[next]) return;
	openPerson(rows[next].id);
	toComposer();
}

const toComposer = () => soon(() => void focusOn(".composer-field"));

const places = ["#people", ".messages", ".composer-field", ".pane-body"];

/** @param {number} step from where the focus is to the next place that is on screen */
function walk(step) {
	const at = places.findIndex((p) => document.querySelector(p)?.contains(document.activeElement));
	for (let i = 1; i <= places.length; i++) {
		if (focusOn(places[(Math.max(at, 0) + step * i + places.length * 2) % places.length])) return;
	}
}

/** Closes what lies on top, a search first, and goes back to where one writes. */
function back() {
	const { filter, narrow, tab } = state.peek();
	if (tab === "people" && (filter || narrow)) lookNoMore();
	else if (state.peek().pane) showPane(null);
	toComposer();
}

/** @param {KeyboardEvent} e @returns {(() => void) | undefined} what it asks for */
function wanted(e) {
	const command = (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
	if (command && e.key.toLowerCase() === "k") return find;
	if (command && e.key.toLowerCase() === "f" && state.peek().view) return () => findHere();
	if ((e.ctrlKey || e.metaKey) && e.shiftKey && !e.altKey && e.key.toLowerCase() === "f") return findEverywhere;
	if (command && e.key === "/") return () => show({ kind: "keys" });
	if (e.ctrlKey || e.metaKey) return undefined;
	if (e.altKey && e.key === "ArrowDown") return () => go(1, e.shiftKey);
	if (e.altKey && e.key === "ArrowUp") return () => go(-1, e.shiftKey);
	if (e.key === "F6") return () => walk(e.shiftKey ? -1 : 1);
	if (e.key === "Escape" && !e.altKey) return back;
	return undefined;
}

/** Whether a letter is typed where none can stand. Space scrolls and presses buttons. @param {KeyboardEvent} e */
const astray = (e) => [...e.key].length === 1 && e.key !== " " && !e.ctrlKey && !e.metaKey && !e.altKey && !(e.target instanceof Element && e.target.closest("input, textarea, select, [contenteditable], [role=menu]"));

/** What a key does in the search field. @param {KeyboardEvent} e */
export function searchKey(e) {
	const s = state.peek();
	if (e.key === "Escape" && (s.filter || s.narrow) && !s.narrow?.within) {
		e.preventDefault();
		lookNoMore();
	}
	if (e.key === "Enter" && !e.isComposing && s.tab === "people") {
		e.preventDefault(); // else it would break a line where the focus goes
		openFirst();
	}
	if (e.key !== "ArrowDown" || e.altKey) return;
	e.preventDefault();
	if (!focusOn("#people")) focusOn(".found-row");
}

/** Goes through what was found by arrow keys, and from the first back to the field. @param {KeyboardEvent} e */
export function foundKey(e) {
	if (e.altKey || (e.key !== "ArrowDown" && e.key !== "ArrowUp")) return;
	e.preventDefault();
	const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".found-row, .found-more")]);
	const next = all.findIndex((row) => row === document.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
	if (next < 0) focusOn(SEARCH);
	else all[Math.min(next, all.length - 1)]?.focus();
}

export const watchKeys = () => addEventListener("keydown", (e) => {
	if (e.defaultPrevented || e.isComposing || state.peek().dialog || state.peek().phase !== "ready") return;
	if (astray(e)) return void focusOn(".composer-field"); // where the letter goes then
	const run = wanted(e);
	if (!run) return;
	e.preventDefault();
	run();
});
