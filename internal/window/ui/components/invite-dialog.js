// Chooses who else gets a shared folder.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { sentence, show } from "../actions.js";
import { invite } from "../shares.js";
import { Dialog } from "./dialog.js";
import { roles } from "./share-words.js";
import { PeopleChoice } from "./people-choice.js";

const all = select(people);
const shares = select((s) => s.shares);

/** @param {{share: string}} props */
export function InviteDialog({ share }) {
	const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
	const [role, setRole] = useState("rw");
	const [problem, setProblem] = useState("");
	const now = shares.value[share];
	const members = new Set(now?.members?.filter((m) => m.state !== "left" && m.state !== "declined").map((m) => m.id));
	const candidates = all.value.filter((r) => !members.has(r.id) && !r.blocked && !r.members && !r.office);
	const go = async () => {
		try {
			await invite(share, chosen, role);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${chosen.length === 0} onClick=${go}>Invite</button>`, title: html`Invite to “<bdi dir="auto">${now?.name ?? ""}</bdi>”`, problem }, html`
		${candidates.length === 0 && html`<p class="quiet">Everybody on your list has this folder already.</p>`}
		${h(PeopleChoice, { label: "Who else gets this folder", rows: candidates, chosen, onChange: setChosen })}
		${candidates.length > 0 && html`<fieldset class="plain-set" aria-label="What they may do">${roles.map((r) => html`<label class="switch" key=${r.id}><input type="radio" name="role" value=${r.id} checked=${r.id === role} onChange=${() => setRole(r.id)} /><span>${r.text}<br /><span class="quiet">${r.about}</span></span></label>`)}</fieldset>`}
		`);
}
