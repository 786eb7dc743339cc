// Chooses who a message is passed on to.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { closing, sentence, show, tell } from "../actions.js";
import { count, list } from "../format.js";
import { forward } from "../message-actions.js";
import { titled } from "../text.js";
import { Dialog } from "./dialog.js";
import { FilteredChoice } from "./filtered-choice.js";
/** @import { Message } from "../types.js" */

const all = select(people);
const NAMED = 3; // so many are called by their names

/** @param {{message: Message}} props */
export function ForwardDialog({ message }) {
	const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
	const [problem, setProblem] = useState("");
	const go = async () => {
		const to = chosen.flatMap((id) => all.value.find((r) => r.id === id) ?? []).map(titled);
		try {
			await closing(async () => {
				for (const [i, person] of chosen.entries()) {
					await forward(message, person);
					setChosen(chosen.slice(i + 1)); // who has it does not get it twice if the next one fails
				}
			});
			tell(`Forwarded to ${to.length > NAMED ? count(to.length, "conversation") : list(to)}.`);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${chosen.length === 0} onClick=${go}>Forward</button>`;
	return h(Dialog, { title: "Forward to", verbs, problem }, h(FilteredChoice, { label: "Who gets this message", focus: true, nobody: "Nobody and no room on your list", rows: all.value.filter((r) => !r.blocked && !r.over && !r.office), chosen, onChange: setChosen }));
}
