// The colleagues, as a list of rows of one height of which only those in sight exist.
import { html, h, useEffect, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { chosenAmong, groupNames, matching, people, steady } from "../state.js";
import { showAmong } from "../marks.js";
import { select } from "../store.js";
import { openPerson } from "../actions.js";
import { EmptyPeople } from "./empty-people.js";
import { PersonRow, rowHeight } from "./person-row.js";
import { RowMenu } from "./row-menu.js";
/** @import { Row } from "../types.js" */
/** @import { Asked } from "./row-menu.js" */

const MARGIN = 6; // rows drawn beyond each edge
const all = select(people);
const filter = select((s) => s.filter);
const among = select((s) => s.among);
const groups = select((s) => groupNames(people(s)));
const favoured = select((s) => people(s).some((r) => r.favourite));
const chosen = select((s) => s.view?.person ?? "");

/** The rows in their order; it stands still while the pointer is among them. @param {{current: string[] | null}} frozen */
function ordered(frozen) {
	const found = matching(chosenAmong(all.value, among.value), filter.value);
	return frozen.current ? steady(found, frozen.current) : found;
}

/** @param {{}} _ */
export function PeopleList(_) {
	const box = useRef(/** @type {HTMLDivElement | null} */ (null));
	const frozen = useRef(/** @type {string[] | null} */ (null));
	const [sight, setSight] = useState({ top: 0, height: 800 });
	const [active, setActive] = useState("");
	const [asked, setAsked] = useState(/** @type {Asked | null} */ (null));
	const rows = ordered(frozen);
	const measure = () => box.current && setSight({ top: box.current.scrollTop, height: box.current.clientHeight });
	useLayoutEffect(() => {
		if (!box.current) return;
		const observer = new ResizeObserver(measure);
		observer.observe(box.current);
		return () => observer.disconnect();
	}, [rows.length === 0]);
	useEffect(() => keepInSight(box.current, rows, chosen.value), [chosen.value]);
	if (rows.length === 0) return among.value && all.value.length ? html`${h(Among, {})}<p class="empty quiet">Nobody here.</p>` : h(EmptyPeople, { filter: filter.value });

	const first = Math.max(0, Math.floor(sight.top / rowHeight.value) - MARGIN);
	const last = Math.min(rows.length, Math.ceil((sight.top + sight.height) / rowHeight.value) + MARGIN);
	const at = Math.max(0, rows.findIndex((r) => r.id === (active || chosen.value)));
	const drawn = rows.slice(first, last).map((row, i) => h(PersonRow, {
		key: row.id, row, place: first + i, total: rows.length, chosen: row.id === chosen.value, active: row.id === active, onOpen: () => openPerson(row.id),
	}));
	return html`${h(Among, {})}<div class="people" id="people" role="listbox" aria-label="People" tabindex="0" ref=${box} onScroll=${measure} aria-activedescendant=${rows[at] ? `person-${rows[at].id}` : null}
		onPointerEnter=${() => { frozen.current = rows.map((r) => r.id); }} onPointerLeave=${() => { frozen.current = null; measure(); }}
		onFocus=${() => setActive(rows[at]?.id ?? "")} onBlur=${() => { if (!asked) setActive(""); /* its menu has the focus */ }}
		onKeyDown=${(/** @type {KeyboardEvent} */ e) => (asksForMenu(e) ? ask(e, rows[at]?.id, setAsked) : move(e, rows, at, box.current, setActive))}
		onContextMenu=${(/** @type {MouseEvent} */ e) => ask(e, pointedAt(e) ?? rows[at]?.id, setAsked)}>
		<div class="people-space" style=${{ blockSize: `${rows.length * rowHeight.value}px` }} role="presentation">${drawn}</div>
	</div>${asked && h(RowMenu, { key: `${asked.id} ${asked.at.x} ${asked.at.y}`, asked, from: () => box.current, onClose: () => setAsked(null) })}`;
}

/** @param {KeyboardEvent} e */
const asksForMenu = (e) => e.key === "ContextMenu" || (e.key === "F10" && e.shiftKey);

/** @param {MouseEvent} e @returns {string | undefined} the row under the pointer */
const pointedAt = (e) => (e.target instanceof Element ? e.target.closest(".person")?.getAttribute("data-person") ?? undefined : undefined);

/** Asks what can be done with a row: where somebody pointed, else beside the row. @param {MouseEvent | KeyboardEvent} e @param {string | undefined} id @param {(asked: Asked) => void} set */
function ask(e, id, set) {
	const row = id && document.getElementById(`person-${id}`);
	if (!row) return;
	e.preventDefault();
	const { x, y, height } = row.getBoundingClientRect();
	set({ id, at: e instanceof MouseEvent && pointedAt(e) ? new DOMRect(e.clientX, e.clientY, 0, 0) : new DOMRect(x + height, y + height / 2, 0, 0) });
}

/** What is new from those whom the list does not show. */
const elsewhere = select((s) => {
	const all = people(s), here = new Set(chosenAmong(all, s.among));
	return all.reduce((n, r) => (here.has(r) || r.muted ? n : n + r.unread), 0);
});

/** Whom the list shows, once there is something to choose from. @param {{}} _ */
function Among(_) {
	const names = [...(favoured.value || among.value === "*" ? [["*", "Favourites"]] : []), ...groups.value.map((g) => [g, g])];
	if (among.value && !names.some(([id]) => id === among.value)) names.push([among.value, among.value]); // the last one was just taken out
	if (names.length === 0) return null;
	return html`<div class="among" role="group" aria-label="Whom to list">${[["", "Everybody"], ...names].map(([id, text]) => html`<button class="among-one" key=${id} aria-pressed=${among.value === id ? "true" : "false"} onClick=${() => showAmong(id)}><bdi dir="auto">${text}</bdi>${id === "" && elsewhere.value > 0 && html` <span class="badge" aria-label=${`${elsewhere.value} new from others`}>${elsewhere.value}</span>`}</button>`)}</div>`;
}

/** @param {HTMLElement | null} box @param {Row[]} rows @param {string} id */
function keepInSight(box, rows, id) {
	const at = rows.findIndex((r) => r.id === id);
	if (!box || at < 0) return;
	if (at * rowHeight.value < box.scrollTop) box.scrollTop = at * rowHeight.value;
	else if ((at + 1) * rowHeight.value > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * rowHeight.value - box.clientHeight;
}

/** @param {KeyboardEvent} e @param {Row[]} rows @param {number} at @param {HTMLElement | null} box @param {(id: string) => void} setActive */
function move(e, rows, at, box, setActive) {
	/** @type {Record<string, number>} */
	const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 8, PageUp: at - 8 };
	if (e.key === "Enter" || e.key === " ") {
		e.preventDefault();
		openPerson(rows[at].id);
	}
	if (!(e.key in steps) || e.altKey) return;
	e.preventDefault();
	const next = rows[Math.min(rows.length - 1, Math.max(0, steps[e.key]))];
	setActive(next.id);
	keepInSight(box, rows, next.id);
}
