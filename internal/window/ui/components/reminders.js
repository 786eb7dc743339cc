// Reminders that rang, above everything until they are put away or put off.
import { html, h } from "../vendor/index.js";
import { show } from "../actions.js";
import { cancelLater, putOff, showAbout } from "../later.js";
import { count } from "../format.js";
import { gist } from "../markdown.js";
import { select } from "../store.js";
import { Icon } from "../icons.js";
import { distinct } from "../named.js";
/** @import { Later } from "../types.js" */

const MOST = 3; // at once; the list has all

/** @type {Later[]} */
const none = [];
const rung = select((s) => s.laters?.filter((l) => l.rung) ?? none);

/** @param {Later} l */
const words = (l) => `${l.about?.here ? distinct(l.about.author) : l.name}: ${l.about?.deleted || !l.about?.here ? "a message that was deleted" : gist(l.about.text ?? "")}`;

/** Does something that takes a reminder away; the focus goes on to the next, or to where one writes. @param {() => Promise<unknown>} run */
async function then(run) {
	await run();
	requestAnimationFrame(() => {
		const next = document.querySelector(".reminder button, .composer-field");
		if (next instanceof HTMLElement && document.activeElement === document.body) next.focus();
	});
}

/** @param {{}} _ */
export function Reminders(_) {
	const all = rung.value;
	const more = all.length - MOST;
	return html`<div class="unseen" role="status" aria-live="polite">${all.length > 0 ? `Reminder. ${words(all[all.length - 1])}` : ""}</div>
		${all.length > 0 && html`<section class="reminders" aria-label="Reminders">${all.slice(-MOST).map((l) => html`
			<div class="reminder" key=${l.id}>${h(Icon, { name: "clock" })}<strong>Reminder</strong><span class="reminder-words" dir="auto">${words(l)}</span>
				<button class="button button-small" aria-label=${`Show: ${words(l)}`} onClick=${() => showAbout(l)}>Show</button>
				<button class="button button-small" aria-label=${`Remind me in 1 hour: ${words(l)}`} onClick=${() => then(() => putOff(l))}>In 1 hour</button>
				<button class="button button-small" aria-label=${`Done: ${words(l)}`} onClick=${() => then(() => cancelLater(l))}>Done</button></div>`)}
			${more > 0 && html`<button class="button-link" onClick=${() => show({ kind: "laters" })}>${`${count(more, "more reminder")}…`}</button>`}
		</section>`}`;
}
