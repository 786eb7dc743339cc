// Four words to be compared with a person, by voice or face to face.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { sentence, show } from "../actions.js";
import { alarming, compare, judge, why } from "../words.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";
import { Dialog } from "./dialog.js";

const all = select((s) => s.words);

/** @param {{person: string, name: string}} props */
export function WordsDialog({ person, name }) {
	const [problem, setProblem] = useState("");
	const [waits, setWaits] = useState(true);
	const now = all.value[person];
	const words = now?.state === "comparing" ? now.words : undefined;
	const begin = () => {
		setProblem("");
		setWaits(true);
		compare(person).catch((error) => setProblem(sentence(error))).finally(() => setWaits(false));
	};
	useEffect(begin, [person]);
	/** @param {boolean} same */
	const say = async (same) => {
		try {
			await judge(person, same);
			if (same) show(null);
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const bad = !waits && alarming(now?.ended);
	const verbs = html`<span class="grow"></span>${!words && !waits && html`<button class="button" onClick=${begin}>Begin again</button>`}<button class="button" onClick=${() => show(null)}>${words ? "Not now" : "Close"}</button>
		${words && html`<button class="button" onClick=${() => say(false)}>They differ</button><button class="button" onClick=${() => say(true)}>They are the same</button>`}`;
	return h(Dialog, { title: `Is it really ${name}?`, verbs, problem }, words
		? html`<p>${`Ask ${name} which words they see: on the telephone, or at their desk, not in a message. You both see these unless somebody is between your computers:`}</p>
			<p class="words-four" dir="ltr" lang="en">${words.map((word) => html`<span key=${word}>${word}</span>`)}</p><p class="words-digits" dir="ltr" title="The same as a number">${now?.digits}</p>
			<p class="quiet">${`Say what you heard. ${name} says it on their computer, too.`}</p>`
		: html`<p role="status" class=${bad ? "verdict verdict-bad" : "quiet"}>${bad && h(Icon, { name: "warning" })}<span>${waits ? "Asking their computer…" : why(now?.ended, name)}</span></p>`);
}
