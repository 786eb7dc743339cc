// What stands in the middle while no conversation is open: for who never wrote to anybody, what this is and what to do.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { people } from "../state.js";
import { lastOpened, show } from "../actions.js";
import { count } from "../format.js";
import { nameMyself } from "./own-name.js";
import { Icon } from "../icons.js";

const phase = select((s) => s.phase);
const me = select((s) => s.me);
const here = select((s) => people(s).filter((r) => r.link && !r.office && !r.members).length);
const wrote = select((s) => Object.values(s.conversations).some((c) => c.last?.mine));

const facts = /** @type {const} */ ([
	["people", "Colleagues appear in the list by themselves, some seconds after they start Lanyard on this network."],
	["clock", "What you write to somebody who is not here waits on your computer, and goes out when they are back."],
	["shared", "Drop a file or a folder on a name to send it, or to keep a folder equal on both desks."],
]);

/** @param {{}} _ */
export function Welcome(_) {
	if (phase.value === "starting") return html`<p class="quiet-centre" role="status">Opening…</p>`;
	if (me.value && !wrote.value && !lastOpened()) return h(First, { name: me.value.name, machine: me.value.machine });
	return html`<div class="quiet-centre"><span class="quiet-mark">${h(Icon, { name: "people" })}</span>
		<p>Choose a colleague to write to them.</p><p class="quiet">Drop files or a folder on a name to send or share them.</p></div>`;
}

/** @param {{name: string, machine: string}} props */
function First({ name, machine }) {
	return html`<section class="welcome" aria-labelledby="welcome-title"><div class="welcome-body">
		<h2 id="welcome-title">Welcome to Lanyard</h2>
		${here.value > 0 && html`<p><strong>${count(here.value, "colleague is", "colleagues are")} here.</strong> Choose a name in the list to write to them.</p>`}
		<p class="quiet">Messages and shared folders with the people on this network. There is no server and no account: what you write goes from your computer to theirs.</p>
		<p>Others see you as <strong><bdi dir="auto">${name}</bdi></strong>, at <bdi dir="auto">${machine}</bdi>.</p>
		<ul class="welcome-facts">${facts.map(([icon, text]) => html`<li key=${icon}>${h(Icon, { name: icon })}<span>${text}</span></li>`)}</ul>
		<div class="card-verbs"><button class="button" onClick=${() => nameMyself(true)}>Change your name</button><button class="button" onClick=${() => show({ kind: "card" })}>My card…</button><button class="button" onClick=${() => show({ kind: "add" })}>Add a colleague by address…</button></div>
	</div></section>`;
}
