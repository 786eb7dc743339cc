// Several of many people, chosen by check boxes below a field that filters them.
import { html, h, useState } from "../vendor/index.js";
import { matching } from "../state.js";
import { PeopleChoice } from "./people-choice.js";
/** @import { Row } from "../types.js" */

/** @param {{label: string, rows: Pick<Row, "id" | "name" | "machine" | "presence" | "link" | "apart">[], chosen: string[], onChange: (chosen: string[]) => void}} props chosen: IDs of persons, also of those whom the filter does not show */
export function FilteredChoice({ label, rows, chosen, onChange }) {
	const [filter, setFilter] = useState("");
	const found = matching(rows, filter);
	const key = (/** @type {KeyboardEvent} */ e) => {
		if (e.key === "Escape" && filter) {
			e.preventDefault(); // the filter goes first, the question after it
			e.stopPropagation();
			setFilter("");
		}
		if (e.key !== "Enter" || e.isComposing || !filter || found.length === 0) return;
		e.preventDefault();
		const first = found[0].id;
		onChange(chosen.includes(first) ? chosen.filter((id) => id !== first) : [...chosen, first]);
		setFilter("");
	};
	return html`<div class="picker">
		<label class="field">${label}<input type="text" role="searchbox" dir="auto" autocomplete="off" placeholder="Type a name" value=${filter} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setFilter(e.currentTarget.value)} onKeyDown=${key} /></label>
		${found.length === 0 ? html`<p class="quiet" role="status">No member is called “<bdi dir="auto">${filter}</bdi>”.</p>` : h(PeopleChoice, { label, rows: found, chosen, onChange })}
		<p class="quiet picker-note" role="status">${chosen.length > 0 ? `${chosen.length} chosen.` : ""}</p>
	</div>`;
}
