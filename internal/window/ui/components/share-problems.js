// What is wrong in a shared folder, by who can do something about it: you first, then each colleague, then what ends by itself.
import { html, h } from "../vendor/index.js";
import { openPerson } from "../actions.js";
import { select } from "../store.js";
import { reveal } from "../shares.js";
import { distinct } from "../named.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { Author, Problem, Share } from "../types.js" */
/** @typedef {{key: string, who?: Author, problems: Problem[]}} Group */

const up = select((s) => s.link === "up");

/** Problems by who can act, in the order in which they are told. @param {Problem[]} problems @returns {Group[]} */
export function byActor(problems) {
	const yours = { key: "you", problems: /** @type {Problem[]} */ ([]) }, nobody = { key: "nobody", problems: /** @type {Problem[]} */ ([]) };
	const groups = new Map(/** @type {[string, Group][]} */ ([["you", yours]]));
	for (const p of problems) {
		if (p.act === "nobody") nobody.problems.push(p);
		else if (p.act === "member" && p.who) {
			const of = groups.get(p.who.id) ?? { key: p.who.id, who: p.who, problems: [] };
			of.problems.push(p);
			groups.set(of.key, of);
		} else yours.problems.push(p);
	}
	return [...groups.values(), nobody].filter((g) => g.problems.length > 0);
}

/** @param {{share: Share}} props */
export function ShareProblems({ share }) {
	const groups = byActor(share.problems ?? []);
	if (groups.length === 0) return null;
	return html`<section class="share-problems" aria-label="What needs something done">
		${groups.map((g) => html`<div key=${g.key} data-act=${g.key}>
			<h3>${heading(g)}</h3>
			<ul class="plain">${g.problems.map((p) => h(Line, { key: p.id, share, problem: p }))}</ul>
			${g.who && html`<button class="button button-small" disabled=${!up.value} onClick=${() => openPerson(/** @type {Author} */ (g.who).id)}>Write to ${distinct(g.who)}</button>`}
		</div>`)}
	</section>`;
}

/** @param {Group} g */
function heading(g) {
	if (g.who) return html`<bdi dir="auto">${g.who.name}</bdi>${h(Apart, { who: g.who })} can do something`;
	return g.key === "you" ? "You can do something" : "Comes by itself";
}

/** @param {{share: Share, problem: Problem}} props */
function Line({ share, problem: p }) {
	const here = p.path && p.act === "you";
	return html`<li class=${`problem problem-${p.severity}`}>${h(Icon, { name: p.severity === "note" ? "info" : "warning" })}<div class="problem-words"><p><span dir="auto">${p.text}</span>${p.remedy && html`<br /><span class="quiet" dir="auto">${p.remedy}</span>`}</p>
		${here && html`<button class="button button-small" disabled=${!up.value} title=${p.path} onClick=${() => reveal(share.id, /** @type {string} */ (p.path))}>Show the file</button>`}</div></li>`;
}
