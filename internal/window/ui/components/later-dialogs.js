// Choosing a time: to send a text, to be reminded, or another one for what waits already.
import { html, h, useState } from "../vendor/index.js";
import { closing, sentence } from "../actions.js";
import { changeLater, remind, remindMoments, sendLater } from "../later.js";
import { fieldTime } from "../format.js";
import { candidates, pointed, stillMentioned } from "../mentions.js";
import { state } from "../store.js";
import { gist } from "../markdown.js";
import { oneLine } from "../text.js";
import { Cancel, Dialog } from "./dialog.js";
/** @import { Child } from "../vendor/index.js" */
/** @import { Later, Message, Quote } from "../types.js" */

const CLOCK = "This computer’s clock counts. If Lanyard is not running then, it happens as soon as it runs again.";
const HOUR = 3_600_000;

/**
 * The field for a time and the button that takes it; what went wrong stands below.
 * @param {{title: string, verb: string, first: Date, run: (time: Date) => Promise<void>, children?: Child, ready?: boolean}} props
 */
function Choice({ title, verb, first, run, children, ready = true }) {
	const [value, setValue] = useState(() => fieldTime(first));
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const go = async () => {
		const time = new Date(value);
		if (Number.isNaN(time.getTime())) return setProblem("Choose a day and a time.");
		if (time.getTime() <= Date.now()) return setProblem("This time has passed. Choose a later one.");
		setBusy(true);
		try {
			await closing(() => run(time));
		} catch (error) {
			setBusy(false);
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${!ready || busy} onClick=${go}>${verb}</button>`;
	return h(Dialog, { title, verbs, problem }, html`${children}
		<label class="field">Day and time<input type="datetime-local" min=${fieldTime(new Date())} value=${value} aria-invalid=${problem ? "true" : "false"}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setValue(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" && ready) go(); }} /></label>
		<p class="quiet field-hint">${CLOCK}</p>`);
}

/** @param {{person: string, text: string, reply: Message | null, mentions: string[]}} props */
export function SendLaterDialog({ person, text, reply, mentions }) {
	return h(Choice, { title: "Send later", verb: "Send then", first: new Date(Date.now() + HOUR), run: (time) => sendLater(person, text, reply, mentions, time) },
		html`<p class="later-words" dir="auto">${gist(text)}</p>`);
}

/** A message on one line; the name of a file is no markup. @param {Pick<Quote, "kind" | "text"> | undefined} message */
const saidIn = (message) => (message?.kind === "text" ? gist : oneLine)(message?.text ?? "");

/** @param {{message: Message}} props */
export function RemindDialog({ message }) {
	const [problem, setProblem] = useState("");
	const at = async (/** @type {Date} */ time) => {
		try {
			await closing(() => remind(message, time));
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	return h(Choice, { title: "Remind me", verb: "Remind me then", first: new Date(Date.now() + HOUR), run: (time) => remind(message, time) }, html`
		<p class="later-words" dir="auto">${saidIn(message)}</p>
		<div class="moments" role="group" aria-label="Often chosen">${remindMoments(new Date()).map((m) => html`<button class="button" key=${m.text} onClick=${() => at(m.time)}>${m.text}</button>`)}</div>
		${problem && html`<p class="field-problem" role="alert" dir="auto">${problem}</p>`}`);
}

/** @param {{later: Later}} props */
export function ChangeLaterDialog({ later }) {
	const [text, setText] = useState(later.text ?? "");
	const whom = () => stillMentioned(text, later.text ?? "", pointed(later, undefined, ""), candidates(state.peek(), later.person), []);
	const first = new Date(Math.max(Date.parse(later.time), Date.now() + 60_000));
	const words = later.text
		? html`<label class="field">Message to ${later.name}<textarea class="later-field" rows="3" dir="auto" value=${text} onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => setText(e.currentTarget.value)}></textarea></label>`
		: html`<p class="later-words" dir="auto">${saidIn(later.about)}</p>`;
	return h(Choice, { title: later.text ? "Change what is sent later" : "Change the reminder", verb: "Save", first, ready: !later.text || !!text.trim(), run: (time) => changeLater(later, text, whom(), time) }, words);
}
