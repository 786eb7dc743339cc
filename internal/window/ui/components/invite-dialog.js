// Chooses who else gets a shared folder.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { sentence, show } from "../actions.js";
import { invite } from "../shares.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";

const all = select(people);
const shares = select((s) => s.shares);

/** @param {{share: string}} props */
export function InviteDialog({ share }) {
	const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
	const [problem, setProblem] = useState("");
	const now = shares.value[share];
	const members = new Set(now?.members?.filter((m) => m.state !== "left" && m.state !== "declined").map((m) => m.id));
	const candidates = all.value.filter((r) => !members.has(r.id) && !r.blocked);
	const toggle = (/** @type {string} */ id) => setChosen((list) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id]));
	const go = async () => {
		try {
			await invite(share, chosen);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	return h(Dialog, { verbs: html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${chosen.length === 0} onClick=${go}>Invite</button>`, title: html`Invite to “<bdi dir="auto">${now?.name ?? ""}</bdi>”`, problem }, html`
		${candidates.length === 0 && html`<p class="quiet">Everybody on your list has this folder already.</p>`}
		<div class="invite-list">${candidates.map((r) => html`<label class="invite-choice" key=${r.id}><input type="checkbox" checked=${chosen.includes(r.id)} onChange=${() => toggle(r.id)} />
			${h(Avatar, { name: r.name, presence: r.presence, link: r.link })}<span dir="auto">${r.name}</span>${r.lookalike && html`<bdi class="quiet" dir="auto">${r.machine}</bdi>`}</label>`)}</div>
		`);
}
