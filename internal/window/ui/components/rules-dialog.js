// What a shared folder does not share: its rules, and which files others would leave out.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { sentence, show } from "../actions.js";
import { preview, rules, setRules } from "../share-rules.js";
import { select } from "../store.js";
import { count, size } from "../format.js";
import { Cancel, Dialog } from "./dialog.js";
/** @import { FewFiles, Share, ShareRules, ShareRulesPreview } from "../types.js" */

const up = select((s) => s.link === "up");
const LULL = 300; // ms without a key, then it is looked what would change

/** @param {{share: Share}} props */
export function RulesDialog({ share }) {
	const [now, setNow] = useState(/** @type {ShareRules | null} */ (null));
	const [text, setText] = useState("");
	const [change, setChange] = useState(/** @type {ShareRulesPreview | null} */ (null));
	const [wrong, setWrong] = useState(""); // with what was typed
	const [problem, setProblem] = useState("");
	useEffect(() => {
		let gone = false;
		if (!now && up.value) rules(share.id).then((read) => { if (!gone) { setNow(read); setText(read.text); setProblem(""); } }, (error) => gone || setProblem(sentence(error)));
		return () => { gone = true; };
	}, [share.id, up.value]);
	const other = now !== null && text !== now.text;
	useEffect(() => {
		let gone = false;
		const look = () => preview(share.id, text).then((would) => { if (!gone) { setChange(would); setWrong(""); } }, (error) => { if (!gone) { setChange(null); setWrong(sentence(error)); } });
		const timer = setTimeout(() => void (other && up.value && look()), LULL);
		if (!other) { setChange(null); setWrong(""); }
		return () => { gone = true; clearTimeout(timer); };
	}, [text, other, up.value]);
	const save = async () => {
		try {
			await setRules(share.id, text, now?.text ?? "");
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const reads = share.role === "ro" || share.role === "keeper";
	const title = html`What “<bdi dir="auto">${share.name}</bdi>” does not share`;
	const verbs = reads
		? html`<span class="grow"></span><button class="button button-main" autofocus onClick=${() => show(null)}>Close</button>`
		: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${!up.value || !other || !!wrong} onClick=${save}>Save</button>`;
	if (!now) return h(Dialog, { title, verbs: html`<span class="grow"></span>${h(Cancel, {})}`, problem }, problem ? null : html`<p class="quiet" role="status">${up.value ? "Loading…" : "Lanyard does not answer. The rules are shown when it is back."}</p>`);
	return h(Dialog, { title, verbs, problem }, html`
		<p class="quiet">One rule in each line, for everybody in this folder${reads ? "; you may read them only" : ""}. <code>*.log</code> leaves out what ends so, <code>build/</code> folders, <code>/plan.txt</code> what lies at the top, <code>!keep.log</code> takes back.</p>
		<textarea class="field rules-text" rows="8" dir="ltr" spellcheck="false" autofocus aria-label="Rules" aria-invalid=${wrong ? "true" : "false"} readonly=${reads} placeholder="No rules yet: everything is shared." value=${text}
			onInput=${(/** @type {InputEvent & {currentTarget: HTMLTextAreaElement}} */ e) => setText(e.currentTarget.value)}></textarea>
		<div class="rules-would" role="status">${h(Would, { now, other, change, wrong })}</div>`);
}

/** What the rules do, or would. @param {{now: ShareRules, other: boolean, change: ShareRulesPreview | null, wrong: string}} props */
function Would({ now, other, change, wrong }) {
	if (!up.value) return html`<p class="quiet">Lanyard does not answer. What you typed stays here.</p>`;
	if (wrong) return html`<p class="warn" dir="auto">${wrong}</p>`;
	if (!other) {
		if (now.problem) return html`<p class="warn" dir="auto">These do not count, but those before them: ${now.problem}.</p>`;
		return html`<p class="quiet">${now.left ? `${count(now.left, "file")} that the folder once shared ${now.left === 1 ? "is" : "are"} left out now. ` : ""}What is left out stays where it is, on every computer.</p>`;
	}
	if (!change) return html`<p class="quiet">Looking…</p>`;
	if (change.out.files + change.back.files === 0) return html`<p class="quiet">Nothing that is shared now would be left out.</p>`;
	return html`${h(Few, { files: change.out, words: "would be left out. What is left out stays where it is, on every computer" })}${h(Few, { files: change.back, words: "would be shared again" })}`;
}

/** @param {{files: FewFiles, words: string}} props */
function Few({ files, words }) {
	if (files.files === 0) return null;
	return html`<p>${count(files.files, "file")} (${size(files.bytes)}) ${words}:</p><ul class="rules-files">${files.paths.map((p) => html`<li key=${p} dir="auto">${p}</li>`)}${files.files > files.paths.length && html`<li class="quiet">and ${files.files - files.paths.length} more</li>`}</ul>`;
}
