// Three questions about a whole conversation: into which file, for how long, and whether it was altered.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { closing, sentence, show, tell } from "../actions.js";
import { exportTalk, gone, keep, retention, verify } from "../records.js";
import { count } from "../format.js";
import { Dialog } from "./dialog.js";
import { Icon } from "../icons.js";
import { Apart } from "./named.js";
/** @import { Format } from "../records.js" */
/** @import { Retention, Verification } from "../types.js" */

const formats = /** @type {const} */ ([["html", "A page that opens in any browser"], ["csv", "A table for a spreadsheet (CSV)"], ["json", "Data for programs (JSON)"]]);

/** One of several, chosen by radio buttons. @param {{name: string, label: string, all: readonly (readonly [string, string])[], chosen: string, onChange: (id: string) => void}} props */
function Radios({ name, label, all, chosen, onChange }) {
	return html`<fieldset class="radios"><legend class="field-label">${label}</legend>${all.map(([id, text]) => html`<label class="path-choice" key=${id}>
		<input type="radio" name=${name} value=${id} checked=${id === chosen} onChange=${() => onChange(id)} /><span dir="auto">${text}</span></label>`)}</fieldset>`;
}

/** @param {{person: string, name: string}} props */
export function ExportDialog({ person, name }) {
	const [format, setFormat] = useState(/** @type {Format} */ ("html"));
	const [what, setWhat] = useState("one");
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const ends = useRef(new AbortController());
	useEffect(() => () => ends.current.abort(), []); // whoever closes the question wants no file
	const go = async () => {
		setBusy(true);
		setProblem("");
		try {
			await closing(() => exportTalk(what === "one" ? person : "", name, format, ends.current.signal));
			tell("Exported. The file is where your browser saves downloads.");
		} catch (error) {
			if (ends.current.signal.aborted) return;
			setBusy(false);
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button><button class="button button-main" disabled=${busy} onClick=${go}>Export</button>`;
	return h(Dialog, { title: person ? "Export" : "Export all conversations", verbs, problem }, html`
		${person && h(Radios, { name: "what", label: "What", all: [["one", `This conversation: ${name}`], ["all", "All conversations"]], chosen: what, onChange: setWhat })}
		${h(Radios, { name: "format", label: "As", all: formats, chosen: format, onChange: (id) => setFormat(/** @type {Format} */ (id)) })}
		<p class="quiet field-hint">The file is not protected: whoever can open it can read it.</p>
		<p class="quiet" role="status">${busy ? "Writing the file…" : ""}</p>`);
}

const spans = /** @type {const} */ ([["0", "For ever"], ["30", "For 30 days"], ["90", "For 90 days"], ["365", "For a year"], ["other", "For as many days as I say"]]);

/** @param {number} days within a sentence */
const span = (days) => (days === 0 ? "for ever" : `for ${count(days, "day")}`);

/** @param {number | null} days @returns {string} */
const choiceOf = (days) => (days === null ? "default" : spans.some(([id]) => id === String(days)) ? String(days) : "other");

/** @param {{person: string, name: string, conversation: string}} props conversation: its ID, empty if nothing was said yet */
export function RetentionDialog({ person, name, conversation }) {
	const [set, setSet] = useState(/** @type {Retention | null} */ (null));
	const [what, setWhat] = useState("one");
	const [chosen, setChosen] = useState("default");
	const [own, setOwn] = useState("180");
	const [problem, setProblem] = useState("");
	/** @param {Retention} now @param {string} which */
	const take = (now, which) => {
		const one = now.conversations.find((c) => c.conversation === conversation || (c.person !== "" && c.person === person));
		const days = which === "all" ? now.days : (one?.days ?? null);
		setWhat(which);
		setChosen(choiceOf(days));
		if (days) setOwn(String(days));
	};
	useEffect(() => {
		retention().then((now) => {
			setSet(now);
			take(now, person ? "one" : "all");
		}, (error) => setProblem(sentence(error)));
	}, []);
	const days = chosen === "default" ? null : chosen === "other" ? Number(own) : Number(chosen);
	const wrong = days !== null && (!Number.isInteger(days) || days < 0 || (chosen === "other" && days < 1));
	const drops = days === null ? (set?.days ?? 0) : days; // 0: nothing
	const go = async () => {
		if (wrong) return setProblem("Give a whole number of days, 1 or more.");
		try {
			await keep(what === "one" ? person : "", days);
			tell("Kept as you chose.");
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const verbs = html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button>
		<button class=${drops > 0 ? "button button-danger" : "button button-main"} disabled=${!set} onClick=${go}>${drops > 0 ? "Keep so, and delete what is older" : "Keep so"}</button>`;
	return h(Dialog, { title: person ? "Keep messages for" : "Keep messages of all conversations", verbs, problem }, !set ? html`<p class="quiet" role="status">${problem ? "" : "Looking…"}</p>` : html`
		${!person && html`<p class="quiet">It is so for all that have no choice of their own, in their menus.</p>`}
		${person && h(Radios, { name: "what", label: "Which", all: [["one", `This conversation: ${name}`], ["all", "All conversations that have no choice of their own"]], chosen: what, onChange: (id) => take(set, id) })}
		${h(Radios, { name: "span", label: "On this computer", all: [...(what === "one" ? [/** @type {const} */ (["default", `As all conversations (now ${span(set.days)})`])] : []), ...spans], chosen, onChange: setChosen })}
		${chosen === "other" && html`<label class="field">Days<input type="number" min="1" step="1" value=${own} aria-invalid=${wrong ? "true" : "false"} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => { setOwn(e.currentTarget.value); setProblem(""); }} /></label>`}
		${drops > 0 && !wrong && html`<p class="warn">${h(Icon, { name: "warning" })}<span>${`Messages older than ${count(drops, "day")} are deleted from this computer, now and from then on. That cannot be undone. Others keep theirs; what they have not got and what you have not read stays, and so do received files, in their folder.`}</span></p>`}`);
}

/** The verdict in one sentence. @param {Verification | undefined} v */
function verdict(v) {
	if (!v || v.events === 0) return "Nothing was said here yet, so there is nothing to check.";
	if (v.altered) return `This conversation was altered on this computer, in ${count(v.alterations.length + v.more, "place")}.`;
	return `Nothing was altered: ${v.events === 1 ? "the one entry is" : `all ${count(v.events, "entry", "entries")} are`} as their authors wrote them.`;
}

/** Of all conversations, in one sentence. @param {Verification[]} all */
function verdictOfAll(all) {
	const some = all.filter((v) => v.events > 0);
	const bad = some.filter((v) => v.altered).length;
	if (bad > 0) return `${bad} of ${count(some.length, "conversation")} ${bad === 1 ? "was" : "were"} altered on this computer.`;
	return some.length === 0 ? "Nothing was said yet, so there is nothing to check." : `Nothing was altered in ${count(some.length, "conversation")}: all is as its authors wrote it.`;
}

/** Several as one. @param {Verification[]} all @returns {{altered: boolean, gone: string, refused: number, unverified: number}} */
const summed = (all) => ({ altered: all.some((v) => v.altered), gone: gone(all), refused: all.reduce((n, v) => n + v.refused, 0), unverified: all.reduce((n, v) => n + v.unverified, 0) });

/** What was found altered, by conversation. @param {{all: Verification[]}} props */
function Alterations({ all }) {
	const bad = all.filter((v) => v.altered);
	return html`<div>${bad.map((v) => html`<section key=${v.conversation}>${all.length > 1 && html`<h3><bdi dir="auto">${v.name}</bdi></h3>`}<ul class="alterations">${v.alterations.map((a) => html`<li key=${`${a.log}-${a.event}-${a.text}`}><bdi dir="auto">${a.author.name}</bdi>${h(Apart, { who: a.author })}: ${a.text}</li>`)}</ul></section>`)}</div>`;
}

/** @param {{person: string, name: string}} props */
export function VerifyDialog({ person, name }) {
	const [found, setFound] = useState(/** @type {Verification[] | null} */ (null));
	const [problem, setProblem] = useState("");
	const look = () => {
		setProblem("");
		verify(person).then(setFound, (error) => setProblem(sentence(error)));
	};
	useEffect(look, []);
	const v = found && summed(found);
	const again = problem && html`<button class="button" onClick=${look}>Try again</button>`;
	const verbs = html`<span class="grow"></span>${again}<button class="button" autofocus onClick=${() => show(null)}>Close</button>`;
	return h(Dialog, { title: person ? `Check the conversation with ${name}` : "Check all conversations", verbs, problem }, html`
		<p role="status" class=${v?.altered ? "verdict verdict-bad" : "verdict"}>${found ? html`${h(Icon, { name: v?.altered ? "warning" : "check" })}<span>${person ? verdict(found[0]) : verdictOfAll(found)}</span>` : problem ? "" : "Checking every entry and signature…"}</p>
		${v && v.gone && html`<p class="quiet">${v.gone}</p>`}
		${v && v.refused > 0 && html`<p class="quiet">${`${count(v.refused, "message")} of yours ${v.refused === 1 ? "was" : "were"} written after you were removed: kept, and shown to you only.`}</p>`}
		${v && v.unverified > 0 && html`<p class="quiet">${`${count(v.unverified, "entry", "entries")} could not be checked: the key of who wrote them is not known here any more.`}</p>`}
		${found && v?.altered && h(Alterations, { all: found })}
		${v?.altered && html`<p class="quiet">What was altered stays so here, and others do not get it from this computer. Put back a copy of the profile folder from before, while Lanyard is stopped, if you have one: what was said since comes from your colleagues. Else ask them for their copy, which they can check and export in the same way. See whether the disk is failing.</p>`}`);
}
