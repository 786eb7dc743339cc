// The list of what waits: texts to be sent and reminders, each with what can be done with it.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { cancelLater, loadLaters, showAbout } from "../later.js";
import { ahead, exactly } from "../format.js";
import { gist } from "../markdown.js";
import { select } from "../store.js";
import { Dialog } from "./dialog.js";
import { Icon } from "../icons.js";
/** @import { Later } from "../types.js" */

const laters = select((s) => s.laters);
const problem = select((s) => s.latersProblem);

/** @param {Later} l */
const said = (l) => (!l.about?.here ? "A message that is not here any more" : l.about.deleted ? "Deleted message" : gist(l.about.text ?? ""));

/** @param {Later} l */
function about(l) {
	if (l.again) return html`<p class="field-problem" dir="auto">${`Not yet: ${l.problem}. It is tried again each minute.`}</p>`;
	if (l.problem) return html`<p class="field-problem" dir="auto">${`Not sent: ${l.problem}`}</p>`;
	const what = l.text ? "To be sent" : l.rung ? "Reminded" : "Reminder";
	return html`<time class="quiet" datetime=${l.time}>${`${what} ${l.rung ? exactly(l.time) : ahead(l.time)}`}</time>`;
}

/** @param {{later: Later}} props */
function LaterItem({ later }) {
	const which = later.text ? `message to ${later.name}` : `reminder of ${said(later)}`;
	return html`<li class="later-item">
		<span class="later-kind">${h(Icon, { name: later.text ? "send" : "clock", label: later.text ? "Message" : "Reminder" })}</span>
		<div class="later-what"><p><bdi class="later-name" dir="auto">${later.name}</bdi></p><p class="later-words" dir="auto">${later.text ? gist(later.text) : said(later)}</p>${about(later)}</div>
		<div class="later-verbs">${later.message && later.about?.here && html`<button class="button button-small" aria-label=${`Show the message of this ${which}`} onClick=${() => showAbout(later)}>Show</button>`}
			<button class="button button-small" aria-label=${`Edit: ${which}`} onClick=${() => show({ kind: "change-later", later })}>Edit</button>
			<button class="button button-small" aria-label=${`${later.rung ? "Done" : "Cancel"}: ${which}`} onClick=${() => cancelLater(later)}>${later.rung ? "Done" : "Cancel"}</button></div>
	</li>`;
}

/** @param {{}} _ */
export function LaterList(_) {
	const all = laters.value;
	const again = problem.value && html`<button class="button" onClick=${loadLaters}>Try again</button>`;
	const verbs = html`<span class="grow"></span>${again}<button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: "Send later and reminders", verbs, problem: problem.value }, html`
		${!all && !problem.value && html`<p class="quiet">Looking…</p>`}
		${all?.length === 0 && html`<p class="quiet">Nothing waits. A message you write can be sent later with the clock beside Send; “Remind me…” is in each message’s menu.</p>`}
		${all && all.length > 0 && html`<ol class="later-list">${all.map((l) => h(LaterItem, { key: l.id, later: l }))}</ol>`}`);
}
