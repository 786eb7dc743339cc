// Says that something is wrong with the agent or the network; otherwise it is not there.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";

const link = select((s) => s.link);
/** What is about one person stands with them. */
const trouble = select((s) => Object.values(s.problems).find((p) => !p.share && !p.person && p.severity !== "note"));

/** @param {{}} _ */
export function ConnectionLine(_) {
	if (link.value === "down") return line("Lanyard is not running. Start it again and this window goes on by itself.", "");
	return trouble.value ? line(trouble.value.text, trouble.value.remedy ?? "") : null;
}

/** @param {string} text @param {string} remedy */
const line = (text, remedy) => html`<div class="connection-line" role="status">${h(Icon, { name: "warning" })}<span dir="auto">${text}${remedy && ` ${remedy}`}</span></div>`;
