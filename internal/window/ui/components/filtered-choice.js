// Several of many people or rooms, chosen by check boxes below a field that filters them.
import { html, h, useState } from "../vendor/index.js";
import { matching } from "../state.js";
import { list } from "../format.js";
import { ChoiceField } from "./choice-field.js";
import { PeopleChoice } from "./people-choice.js";
/** @import { Row } from "../types.js" */

const SHOWN = 50; // of those who match; more are found by typing

/** @param {{label: string, rows: (Pick<Row, "id" | "name" | "machine" | "presence" | "link" | "apart"> & Partial<Pick<Row, "members">>)[], chosen: string[], onChange: (chosen: string[]) => void, focus?: boolean, nobody?: string}} props chosen: IDs, also of those whom the filter does not show; nobody: who it is of whom none is called so */
export function FilteredChoice({ label, rows, chosen, onChange, focus = false, nobody = "No member" }) {
	const [filter, setFilter] = useState("");
	const found = matching(rows, filter);
	const toggle = (/** @type {string} */ id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
	const names = rows.filter((r) => chosen.includes(r.id)).map((r) => `\u2068${r.name}\u2069`);
	return html`<div class="picker">
		${h(ChoiceField, { label, filter, onFilter: setFilter, first: found[0]?.id, toggle, focus })}
		${found.length === 0 ? html`<p class="quiet" role="status">${nobody} is called “<bdi dir="auto">${filter}</bdi>”.</p>` : h(PeopleChoice, { label, rows: found.slice(0, SHOWN), chosen, onChange })}
		<p class="quiet picker-note" role="status">${names.length > 3 ? `${names.length} chosen. ` : names.length > 0 ? `Chosen: ${list(names)}. ` : ""}${found.length > SHOWN ? `${found.length - SHOWN} more are not shown: type a name to find them.` : ""}</p>
	</div>`;
}
