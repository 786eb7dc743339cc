// The groups of the list that a person is in.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { groupNames, people } from "../state.js";
import { closing, sentence, show } from "../actions.js";
import { setGroups } from "../marks.js";
import { Dialog } from "./dialog.js";

const all = select(people);

/** @param {{person: string}} props */
export function GroupsDialog({ person }) {
	const row = all.value.find((r) => r.id === person);
	const [chosen, setChosen] = useState(row?.groups ?? []);
	const [fresh, setFresh] = useState("");
	const [problem, setProblem] = useState("");
	const names = groupNames(all.value);
	const save = async () => {
		try {
			await closing(() => setGroups(person, fresh.trim() ? [...chosen, fresh] : chosen));
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const toggle = (/** @type {string} */ name) => setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" onClick=${save}>Save</button>`, title: html`Groups of <bdi dir="auto">${row?.name ?? ""}</bdi>`, problem }, html`
		${names.length > 0 && html`<div class="switches" role="group" aria-label="Groups">${names.map((name) => html`<label class="switch" key=${name}><input type="checkbox" checked=${chosen.includes(name)} onChange=${() => toggle(name)} /><bdi dir="auto">${name}</bdi></label>`)}</div>`}
		<label class="field">New group<input dir="auto" autofocus value=${fresh} placeholder="Sales" onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setFresh(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && !e.isComposing) save(); }} /></label>
		<p class="quiet">Only you see groups.</p>`);
}
