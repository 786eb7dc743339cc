// Says that something is wrong with the agent or the network; otherwise it is not there.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { count } from "../format.js";
import { people } from "../state.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";

const link = select((s) => s.link);
/** Whether the empty list tells what is wrong with the network. */
const told = select((s) => s.tab === "people" && !s.filter && people(s).length === 0);
/** What is about one person stands with them. */
const troubles = select((s) => Object.values(s.problems).filter((p) => !p.share && !p.person && p.severity !== "note" && !(told.value && p.text === s.network.problem)));

/** @param {{}} _ */
export function ConnectionLine(_) {
	if (link.value === "down") return line("Lanyard is not running. Start it again and this window goes on by itself.", "");
	const [first, ...others] = troubles.value;
	return first ? line(first.text, first.remedy ?? "", others.length) : null;
}

/** @param {string} text @param {string} remedy @param {number} [more] problems beside it */
const line = (text, remedy, more = 0) => html`<div class="connection-line" role="status">${h(Icon, { name: "warning" })}<span dir="auto">${text}${remedy && ` ${remedy}`}</span>
	${more > 0 && html`<button class="button button-small" onClick=${() => show({ kind: "doctor" })}>${count(more, "more problem")}…</button>`}</div>`;
