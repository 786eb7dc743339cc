// About one person: what is known of them, and what is shared with them.
import { html, h } from "../vendor/index.js";
import { people, sharesWith } from "../state.js";
import { select } from "../store.js";
import { openShare, shareExisting } from "../shares.js";
import { differed, doubt } from "../words.js";
import { show } from "../actions.js";
import { lastHere } from "../format.js";
import { Avatar, presenceWord } from "./avatar.js";
import { Card } from "./card.js";
import { Pane } from "./pane.js";
import { Icon } from "../icons.js";
import { shareWords } from "./share-words.js";

const all = select(people);
const now = select((s) => s);

/** @param {{person: string}} props */
export function PersonPane({ person }) {
	const row = all.value.find((r) => r.id === person);
	if (!row) return null;
	const machines = Object.values(now.value.peers).filter((p) => p.person === person);
	const shared = sharesWith(now.value, person);
	return h(Pane, { title: row.name, label: `About ${row.name}` }, html`
		<div class="about">${h(Avatar, { name: row.name, person, presence: row.presence, link: row.link, large: true })}<p>${row.link ? presenceWord(row.presence, true).replace(/^./, (c) => c.toUpperCase()) : lastHere(row.lastSeen).replace(/^not/, "Not")}${row.text && html`<br /><span dir="auto" class="quiet">${row.text}</span>`}</p></div>
		${h(Card, { person, mark: row.card })}
		${machines.some((m) => m.keepsRead) && html`<p class="quiet">Does not tell what they have read.</p>`}
		${row.apart && html`<p class="warn">${h(Icon, { name: "warning" })}<span>Somebody else has this name or one that looks like it. The computer and the ID below tell them apart.</span></p>`}
		<h3>Is it really them?</h3>
		${row.differed ? html`<p class="verdict verdict-bad">${h(Icon, { name: "warning" })}<span>${differed(row.differed)} Write nothing secret to <bdi dir="auto">${row.name}</bdi>. Compare again in person, or block them.</span></p>
			<button class="button" disabled=${!row.link} onClick=${() => show({ kind: "words", person, name: row.name })}>Compare again…</button> <button class="button-link" onClick=${() => doubt(person)}>That was a mistake</button>`
			: row.verified ? html`<p class="verdict">${h(Icon, { name: "check" })}<span>Verified: you compared words with <bdi dir="auto">${row.name}</bdi>.</span></p><button class="button-link" onClick=${() => doubt(person)}>Not verified any more</button>`
			: html`<p class="quiet">Not verified. Once, on the telephone or at their desk, compare the four words that you both see.</p><button class="button" disabled=${!row.link} onClick=${() => show({ kind: "words", person, name: row.name })}>Compare words…</button>`}
		<h3>Shared folders</h3>
		${shared.length === 0 && html`<p class="quiet">None yet.</p>`}
		<ul class="plain">${shared.map((s) => html`<li key=${s.id}><button class="line-button" onClick=${() => openShare(s.id)}>${h(Icon, { name: "shared" })}<span><bdi dir="auto">${s.name}</bdi><br /><span class="quiet">${shareWords(s)}</span></span></button></li>`)}</ul>
		<button class="button" onClick=${() => shareExisting(person)}>Share an existing folder…</button>
		<h3>${machines.length > 1 ? "Computers" : "Computer"}</h3>
		${machines.map((m) => html`<dl class="facts" key=${m.id}><dt>Name</dt><dd dir="auto">${m.machine}</dd>${m.addresses?.length > 0 && html`<dt>Address</dt><dd dir="auto">${m.addresses.join(", ")}</dd>`}<dt>ID</dt><dd class="id"><bdi dir="auto">${m.id}</bdi></dd>${m.clock && html`<dt>Clock</dt><dd>${m.clock}</dd>`}</dl>`)}`);
}
