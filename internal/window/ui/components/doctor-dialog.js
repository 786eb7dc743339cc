// What is wrong, and what the agent finds when it looks at this computer and its network.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { call } from "../api.js";
import { sentence, show } from "../actions.js";
import { select } from "../store.js";
import { Dialog } from "./dialog.js";
import { Icon } from "../icons.js";
/** @import { Finding, Problem } from "../types.js" */

const problems = select((s) => Object.values(s.problems));
const ranks = ["error", "warning", "note", "ok"];
const words = { error: "Wrong", warning: "Look at this", note: "Good to know", ok: "Well" };

/** What is known already and what was found, the worst first, each once. @param {Problem[]} known @param {Finding[]} found @returns {Finding[]} */
function joined(known, found) {
	const said = new Set(found.map((f) => f.text));
	return [...known.filter((p) => !said.has(p.text)), ...found].sort((a, b) => ranks.indexOf(a.severity) - ranks.indexOf(b.severity));
}

/** @param {{}} _ */
export function DoctorDialog(_) {
	const [found, setFound] = useState(/** @type {Finding[] | null} */ (null));
	const [problem, setProblem] = useState("");
	const look = () => {
		setFound(null);
		setProblem("");
		call("GET", "/doctor").then(setFound, (error) => setProblem(sentence(error)));
	};
	useEffect(look, []);
	const all = joined(problems.value, found ?? []);
	const verbs = html`<span class="grow"></span><button class="button" disabled=${!found && !problem} onClick=${look}>Look again</button><button class="button button-main" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: "What is in the way", verbs, problem }, html`
		<p class="quiet" role="status">${problem ? "" : !found ? "Looking at this computer and its network…" : all.some((f) => f.severity === "error" || f.severity === "warning") ? "" : "Nothing is in the way."}</p>
		${all.length > 0 && html`<ul class="plain findings">${all.map((f) => html`<li class=${`finding finding-${f.severity}`} key=${f.text} data-severity=${f.severity}>
			${h(Icon, { name: f.severity === "ok" ? "check" : f.severity === "note" ? "info" : "warning", label: words[/** @type {keyof typeof words} */ (f.severity)] ?? "" })}
			<span><span dir="auto">${f.text}</span>${f.remedy && html`<br /><span class="quiet" dir="auto">${f.remedy}</span>`}</span></li>`)}</ul>`}`);
}
