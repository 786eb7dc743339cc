// The list of people that opens at an `@` in the composer. Arrow keys move, Enter and Tab choose, Escape closes; the focus stays in the text.
import { html, useState } from "../vendor/index.js";
import { candidates, offered, typed } from "../mentions.js";
import { count } from "../format.js";
import { select, update } from "../store.js";
/** @import { Candidate } from "../mentions.js" */

const ID = "mention-list";
/** @type {Candidate[]} */
const nobody = [];
const all = select((s) => (s.view ? candidates(s, s.view.person) : nobody));

/** @param {string} person @param {{current: HTMLTextAreaElement | null}} field */
export function useMentions(person, field) {
	const [typing, setTyping] = useState(/** @type {{at: number, words: string} | null} */ (null));
	const [active, setActive] = useState(0);
	const found = typing ? offered(all.value, typing.words) : nobody;
	const close = () => setTyping(null);
	const look = () => {
		const f = field.current;
		setTyping(f && f.selectionStart === f.selectionEnd ? typed(f.value, f.selectionStart, all.peek()) : null);
		setActive(0);
	};
	const choose = (/** @type {Candidate} */ who) => {
		const f = field.current;
		if (!f || !typing) return;
		const before = `${f.value.slice(0, typing.at)}@${who.name} `;
		f.value = before + f.value.slice(f.selectionStart);
		f.setSelectionRange(before.length, before.length);
		f.dispatchEvent(new InputEvent("input", { bubbles: true })); // as if the name had been typed
		update((s) => ({ mentioned: { ...s.mentioned, [person]: [...(s.mentioned[person] ?? []).filter((id) => id !== who.id), who.id] } }));
		close();
		f.focus();
	};
	/** @param {KeyboardEvent} e @returns {boolean} whether the key was for the list */
	const key = (e) => {
		if (found.length === 0 || e.isComposing) return false;
		const step = { ArrowDown: 1, ArrowUp: -1 }[e.key] ?? 0;
		if (step) setActive((active + step + found.length) % found.length);
		else if ((e.key === "Enter" && !e.shiftKey) || e.key === "Tab") choose(found[active]);
		else if (e.key === "Escape") close();
		else return false;
		e.preventDefault();
		return true;
	};
	const open = found.length > 0;
	const list = html`<p class="unseen" role="status">${open ? `${count(found.length, "person or group", "people and groups")} to mention. ${found[active]?.name ?? ""}` : ""}</p>${open && html`
		<ul class="mention-list" id=${ID} role="listbox" aria-label="People and groups to mention">${found.map((who, i) => html`
			<li key=${who.id} id=${`${ID}-${i}`} role="option" class="mention-choice" aria-selected=${i === active ? "true" : "false"}
				onPointerDown=${(/** @type {PointerEvent} */ e) => e.preventDefault()} onClick=${() => choose(who)}><bdi dir="auto">${who.name}</bdi>
				<span class="quiet"><bdi dir="auto">${who.about ?? who.machine}</bdi>${!who.inside && " · not in this conversation, is not told"}</span></li>`)}</ul>`}`;
	return { list, key, look, close, controls: open ? ID : null, active: open ? `${ID}-${active}` : null };
}
