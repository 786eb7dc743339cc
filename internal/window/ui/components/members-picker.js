// Colleagues to be chosen among many: a field that filters, the groups of one's list as shortcuts, and those chosen so far.
import { html, h, useState } from "../vendor/index.js";
import { chosenAmong, groupNames, matching, people } from "../state.js";
import { select } from "../store.js";
import { ChoiceField } from "./choice-field.js";
import { PeopleChoice } from "./people-choice.js";
import { Icon } from "../icons.js";
/** @import { Row } from "../types.js" */

const SHOWN = 50; // of those who match; more are found by typing
const all = select(people);

/** @param {{label: string, without: string[], chosen: string[], onChange: (chosen: string[]) => void, focus?: boolean, none: string}} props without: persons who cannot be chosen; none: what is said when nobody can */
export function MembersPicker({ label, without, chosen, onChange, focus = false, none }) {
	const [filter, setFilter] = useState("");
	const able = all.value.filter((r) => !r.members && !r.office && !r.blocked && !without.includes(r.id));
	if (able.length === 0) return html`<p class="quiet">${none}</p>`;
	const found = matching(able, filter);
	const toggle = (/** @type {string} */ id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
	return html`<div class="picker">
		${chosen.length > 0 && html`<ul class="chips" aria-label="Chosen">${chosen.map((id) => h(Chip, { key: id, row: all.value.find((r) => r.id === id), onRemove: () => onChange(chosen.filter((one) => one !== id)) }))}</ul>`}
		${h(ChoiceField, { label, filter, onFilter: setFilter, first: found[0]?.id, toggle, focus })}
		${h(Groups, { able, chosen, onChange })}
		${found.length === 0 ? html`<p class="quiet" role="status">Nobody on your list is called “<bdi dir="auto">${filter}</bdi>”.</p>` : h(PeopleChoice, { label, rows: found.slice(0, SHOWN), chosen, onChange })}
		<p class="quiet picker-note" role="status">${chosen.length > 0 ? `${chosen.length} chosen. ` : ""}${found.length > SHOWN ? `${found.length - SHOWN} more are not shown: type a name to find them.` : ""}</p>
	</div>`;
}

/** @param {{row: Row | undefined, onRemove: () => void}} props */
function Chip({ row, onRemove }) {
	const name = row?.name ?? "Somebody";
	return html`<li><button class="chip" aria-label=${`Do not choose ${name}`} title=${`Do not choose ${name}`} onClick=${onRemove}><bdi dir="auto">${name}</bdi>${h(Icon, { name: "close" })}</button></li>`;
}

/** Everybody of a group at once. @param {{able: Row[], chosen: string[], onChange: (chosen: string[]) => void}} props */
function Groups({ able, chosen, onChange }) {
	const groups = [...(able.some((r) => r.favourite) ? [["*", "Favourites"]] : []), ...groupNames(able).map((g) => [g, g])];
	if (groups.length === 0) return null;
	return html`<div class="among" role="group" aria-label="Choose a group">${groups.map(([id, text]) => {
		const inside = chosenAmong(able, id).map((r) => r.id);
		const every = inside.every((one) => chosen.includes(one));
		const toggle = () => onChange(every ? chosen.filter((one) => !inside.includes(one)) : [...new Set([...chosen, ...inside])]);
		return html`<button class="among-one" key=${id} aria-pressed=${every ? "true" : "false"} onClick=${toggle}><bdi dir="auto">${text}</bdi> (${inside.length})</button>`;
	})}</div>`;
}
