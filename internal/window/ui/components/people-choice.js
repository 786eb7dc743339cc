// Several people, or rooms, chosen by check boxes.
import { html, h } from "../vendor/index.js";
import { Avatar } from "./avatar.js";
import { choiceKey } from "./choice-field.js";
/** @import { Row } from "../types.js" */

/** @param {{label: string, rows: (Pick<Row, "id" | "name" | "machine" | "presence" | "link" | "apart"> & Partial<Pick<Row, "members">>)[], chosen: string[], onChange: (chosen: string[]) => void}} props chosen: IDs; what has members is a room */
export function PeopleChoice({ label, rows, chosen, onChange }) {
	const toggle = (/** @type {string} */ id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
	return html`<div class="people-choice" role="group" aria-label=${label} onKeyDown=${choiceKey}>${rows.map((r) => html`<label class="person-choice" key=${r.id}><input type="checkbox" checked=${chosen.includes(r.id)} onChange=${() => toggle(r.id)} />
		${h(Avatar, { name: r.name, person: r.id, presence: r.presence, link: r.link, room: r.members ? r.id : "" })}<span dir="auto">${r.name}</span>${r.apart && html`<bdi class="quiet" dir="auto">${r.apart}</bdi>`}</label>`)}</div>`;
}
