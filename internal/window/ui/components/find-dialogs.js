// Ways to something said long ago: its day, its star, its pin.
import { html, h, useState } from "../vendor/index.js";
import { exactly } from "../format.js";
import { sentence, show } from "../actions.js";
import { jump, openListed } from "../message-actions.js";
import { gist } from "../markdown.js";
import { people } from "../state.js";
import { state } from "../store.js";
import { isolated, titled } from "../text.js";
import { Dialog } from "./dialog.js";
import { Apart } from "./named.js";
/** @import { Message } from "../types.js" */

/** @param {{person: string}} props */
export function DateDialog({ person }) {
	const [day, setDay] = useState("");
	const [problem, setProblem] = useState("");
	const go = async () => {
		try {
			setProblem(await jump(person, day));
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${!day} onClick=${go}>Show</button>`;
	return h(Dialog, { title: "Jump to a date", verbs, problem }, html`<input class="field" type="date" aria-label="Date" value=${day} autofocus onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setDay(e.currentTarget.value)} />`);
}

/** Where a message stands, in words. @param {Message} message @returns {string} */
function place({ conversation }) {
	const s = state.peek();
	const id = s.conversations[conversation]?.person;
	const row = people(s).find((r) => r.id === id);
	if (!row) return isolated(s.conversations[conversation]?.name ?? "");
	const name = titled(row);
	return row.office ? name : row.members || row.over ? `room ${name}` : `with ${name}`;
}

/** @param {{title: string, none: string, all?: boolean, messages: Message[]}} props none: what is said when there are none; all: whether they are from all conversations, and which is told of each */
export function MessagesDialog({ title, none, all, messages }) {
	const verbs = html`<span class="grow"></span><button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title, verbs }, messages.length === 0 ? html`<p class="quiet">${none}</p>` : html`<ol class="versions">${messages.map((m) => html`
		<li key=${m.id}><button class="quote" onClick=${() => openListed(m)}><span class="quote-name" dir="auto"><bdi dir="auto">${m.author.name}</bdi>${h(Apart, { who: m.author })}${all && html`<span class="quote-place">${place(m)}</span>`}</span><span class="quote-text" dir="auto">${m.kind === "text" ? gist(m.text) : m.text}</span>
			<time datetime=${m.time}>${exactly(m.time)}</time></button></li>`)}</ol>`);
}
