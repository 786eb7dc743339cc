// Why the list is empty, and what to do about it.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { show } from "../actions.js";
import { Icon } from "../icons.js";

const network = select((s) => s.network);
/** Whether messages were found: they are what was looked for, then. */
const found = select((s) => (s.found?.hits.length ?? 0) > 0);
const phase = select((s) => s.phase);
const add = () => html`<button class="button" onClick=${() => show({ kind: "add" })}>Add by address…</button>`;

/** @param {{filter: string}} props */
export function EmptyPeople({ filter }) {
	if (phase.value === "starting") return null;
	if (filter && found.value) return html`<p class="found-note found-nobody">Nobody here is called “<bdi dir="auto">${filter}</bdi>”.</p>`;
	if (filter) return html`<div class="empty"><p>Nobody here is called “<bdi dir="auto">${filter}</bdi>”.</p><p class="quiet">Somebody on another floor or network can be added by address.</p>${add()}</div>`;
	const { interfaces, problem, remedy, heard } = network.value;
	if (problem) return html`<div class="empty">${h(Icon, { name: "warning" })}<p dir="auto">${problem}</p>${remedy && html`<p class="quiet" dir="auto">${remedy}</p>`}${add()}</div>`;
	const silent = !heard || Date.parse(heard) < 0;
	return html`<div class="empty">${h(Icon, { name: "people" })}<p>Nobody else found on this network yet.</p>
		<p class="quiet">${interfaces?.length ? `Looking on ${interfaces.join(", ")}.` : "Looking."} Whoever starts Lanyard here appears by itself within seconds.</p>
		${silent && html`<p class="quiet">Some networks keep computers from finding each other. A colleague’s address, which they see under their own name, works all the same.</p>`}${add()}</div>`;
}
