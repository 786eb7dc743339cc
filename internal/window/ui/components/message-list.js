// The messages, loaded in pages as one scrolls, never more than the cap.
import { html, h, useLayoutEffect, useMemo, useRef } from "../vendor/index.js";
import { rows } from "../rows.js";
import { day } from "../format.js";
import { select, state, update } from "../store.js";
import { viewed } from "../state.js";
import { loadMore, toEnd } from "../actions.js";
import { lightUp } from "../light-up.js";
import { comeTo } from "../reading.js";
import { ChangeRow } from "./change-row.js";
import { alongMenus, hasMenu } from "./message-extras.js";
import { MessageRow, PendingRow } from "./message-row.js";
import { ScrollKeeper } from "./scroll-keeper.js";
import { Icon } from "../icons.js";
/** @import { VNode } from "../vendor/index.js" */
/** @import { Pending, View } from "../types.js" */
/** @import { ListRow } from "../rows.js" */

const AHEAD = 600; // pixels before an end at which the next page is asked for

/** Persons who are blocked, as one text: their announcements go from the screen at once, wherever the agent is with hiding them. */
const blocked = select((state) => Object.values(state.peers).filter((p) => p.trust === "blocked").map((p) => p.person).join(" "));

/** @param {{view: View, waiting: Pending[], name: string, closed?: boolean, office?: boolean, room?: boolean, tail: VNode[]}} props waiting: not with the agent yet; closed: nothing can be written. tail: cards that stand after the last message */
export function MessageList({ view, waiting, name, closed = false, office = false, room = false, tail }) {
	const box = useRef(/** @type {HTMLDivElement | null} */ (null));
	const content = useRef(/** @type {HTMLOListElement | null} */ (null));
	const keeper = useRef(/** @type {ScrollKeeper | null} */ (null));
	const begun = useRef(""); // the first unread message, once it was in sight
	const before = useRef({ opened: false, atEnd: false, pending: 0, target: /** @type {View["target"]} */ (undefined) });
	keeper.current?.look(); // the reader may have moved since the last scroll event, and what follows changes the list
	const shut = office ? blocked.value : "";
	const list = useMemo(() => rows(shut ? { ...view, messages: view.messages.filter((m) => !shut.includes(m.author.id)) } : view, waiting), [view.messages, view.later, waiting, view.firstUnread, shut]);

	const end = list.findLast((row) => row.kind === "message" && hasMenu(row.message))?.key ?? "";

	useLayoutEffect(() => {
		if (!box.current || !content.current) return;
		keeper.current = new ScrollKeeper(box.current, content.current);
		return () => keeper.current?.stop();
	}, []);
	useLayoutEffect(() => {
		const keep = keeper.current;
		if (!keep || view.status !== "ready") return;
		const { opened, atEnd, pending, target } = before.current;
		if (view.target && view.target !== target) sought(box.current, keep, view.target.id);
		else if (!opened && view.firstUnread) keep.show("unread");
		else if ((view.atEnd && !atEnd) || waiting.length > pending) keep.toEnd();
		else keep.restore();
		keep.follows(view.later);
		before.current = { opened: true, atEnd: view.atEnd, pending: waiting.length, target: view.target };
		fill(box.current, view, keep);
		read(box.current, view, begun);
	});
	const scrolled = () => {
		const keep = keeper.current;
		if (!keep || !before.current.opened) return;
		keep.look();
		fill(box.current, view, keep);
		read(box.current, view, begun);
	};
	return html`<div class="messages" ref=${box} onScroll=${scrolled} onKeyDown=${alongMenus} tabindex="0" role="region" aria-label="Messages" aria-busy=${view.status === "loading" ? "true" : "false"}>
		<ol class="message-rows" ref=${content}>
			${view.more && html`<li class="message-edge">Loading earlier messages…</li>`}
			${view.status === "ready" && list.length === 0 && tail.length === 0 && html`<li class="message-none">${closed ? "Nothing was said." : office ? "Nothing announced yet. What somebody announces stands here for everybody in the office, and for those who come within 30 days." : room ? "Nothing said yet. What you write reaches its members, each as soon as they are here." : html`Nothing said yet. What you write reaches <bdi dir="auto">${name}</bdi> as soon as both of you are here.`}</li>`}
			${list.map((row) => drawn(row, view, end))}
			${tail.map((card, i) => html`<li class="message-row" key=${`tail-${i}`}>${card}</li>`)}
		</ol>
		${(view.fresh > 0 || view.later || (view.status === "ready" && !view.atEnd)) && html`<button class="to-end" onClick=${() => toEnd(view.person)}>${h(Icon, { name: "down" })}${view.fresh > 0 ? `${view.fresh} new` : "Newest"}</button>`}
	</div>`;
}

/** @param {ListRow} row @param {View} view @param {string} end of the last message that has a menu */
function drawn(row, view, end) {
	switch (row.kind) {
		case "day": return html`<li class="message-day" key=${row.key} data-key=${row.key}><span>${day(row.time)}</span></li>`;
		case "unread": return html`<li class="message-unread" key=${row.key} data-key="unread"><span>New messages</span></li>`;
		case "change": return h(ChangeRow, { key: row.key, lines: row.lines, id: row.key });
		case "pending": return h(PendingRow, { key: row.key, pending: row.pending, person: view.person, first: row.first });
		case "message": return h(MessageRow, { key: row.key, message: row.message, person: view.person, first: row.first, last: row.last, newest: row.newest, end: row.key === end });
	}
}

/** Shows the message that one went to, and lights it up for a moment. @param {HTMLElement | null} box @param {ScrollKeeper} keep @param {string} id */
function sought(box, keep, id) {
	keep.show(id);
	const row = box?.querySelector(`[data-key="${CSS.escape(id)}"]`);
	lightUp(row?.querySelector("article") ?? row);
}

/** Keeps how far the reader has come in what is unread. @param {HTMLElement | null} box @param {View} view @param {{current: string}} begun */
function read(box, view, begun) {
	if (!box || view.status !== "ready" || state.peek().covered) return;
	const come = comeTo(box, view, begun.current);
	begun.current = come.begun;
	if (come.id && come.id !== state.peek().seen) update(() => ({ seen: come.id }));
}

/** Asks for more where the reader comes near an end, and keeps the state's idea of where they are. @param {HTMLElement | null} box @param {View} view @param {ScrollKeeper} keep */
function fill(box, view, keep) {
	if (!box || view.status !== "ready" || state.peek().covered) return; // under a pane nobody comes near an end
	const below = box.scrollHeight - box.clientHeight - box.scrollTop;
	if (view.more && box.scrollTop < AHEAD) loadMore(view.person, "older");
	else if (view.later && below < AHEAD) loadMore(view.person, "newer");
	const atEnd = keep.atEnd && !view.later;
	if (atEnd !== view.atEnd || (atEnd && view.fresh > 0)) update((s) => viewed(s, view.person, (now) => ({ ...now, atEnd, fresh: atEnd ? 0 : now.fresh })));
}
