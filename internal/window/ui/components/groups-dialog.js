// The groups of the list that a person is in.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { groupNames, people } from "../state.js";
import { closing, sentence } from "../actions.js";
import { renameGroup, setGroups } from "../marks.js";
import { Cancel, Dialog } from "./dialog.js";
import { Icon } from "../icons.js";

const all = select(people);

/** @param {{person: string}} props */
export function GroupsDialog({ person }) {
	const row = all.value.find((r) => r.id === person);
	const [chosen, setChosen] = useState(row?.groups ?? []);
	const [fresh, setFresh] = useState("");
	const [problem, setProblem] = useState("");
	const fresher = useRef(/** @type {HTMLInputElement | null} */ (null)); // where one goes on from a name
	const [naming, setNaming] = useState(""); // the group that gets another name
	const names = groupNames(all.value);
	const save = async () => {
		try {
			await closing(() => setGroups(person, fresh.trim() ? [...chosen, fresh] : chosen));
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	/** @param {string} old @param {string} wanted */
	const rename = async (old, wanted) => {
		const name = wanted.trim();
		try {
			if (name && name !== old) await renameGroup(old, name);
			setChosen((now) => now.map((one) => (one === old ? name || old : one)));
			setNaming("");
			setProblem("");
			fresher.current?.focus();
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const toggle = (/** @type {string} */ name) => setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
	return h(Dialog, { verbs: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" onClick=${save}>Save</button>`, title: html`Groups of <bdi dir="auto">${row?.name ?? ""}</bdi>`, problem }, html`
		${names.length > 0 && html`<div class="switches" role="group" aria-label="Groups">${names.map((name) => html`<div class="group-line" key=${name}>${naming === name ? h(GroupName, { name, onDone: (wanted) => rename(name, wanted) }) : html`<label class="switch"><input type="checkbox" checked=${chosen.includes(name)} onChange=${() => toggle(name)} /><bdi dir="auto">${name}</bdi></label>
			<button class="button-icon" aria-label=${`Rename ${name}`} title="Rename" onClick=${() => setNaming(name)}>${h(Icon, { name: "edit" })}</button>`}</div>`)}</div>`}
		<label class="field">New group<input dir="auto" autofocus ref=${fresher} value=${fresh} placeholder="Sales" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setFresh(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) save(); }} /></label>
		<p class="quiet">Only you see groups.</p>`);
}

/** @param {{name: string, onDone: (wanted: string) => void}} props */
function GroupName({ name, onDone }) {
	const [wanted, setWanted] = useState(name);
	const field = useRef(/** @type {HTMLInputElement | null} */ (null));
	useEffect(() => field.current?.select(), []);
	return html`<input class="own-field" dir="auto" aria-label=${`New name of ${name}`} maxlength="160" ref=${field} value=${wanted} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setWanted(e.currentTarget.value)}
		onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
			if (e.key === "Enter" && !e.isComposing) onDone(wanted);
			if (e.key !== "Escape") return;
			e.preventDefault(); // the question stays
			e.stopPropagation();
			onDone(name);
		}} />`;
}
