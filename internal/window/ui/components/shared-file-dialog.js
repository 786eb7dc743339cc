// One file of a shared folder: who has it, why it is not here, and what it was before.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { sentence, show } from "../actions.js";
import { bringBack, open, versions } from "../share-files.js";
import { reveal } from "../shares.js";
import { select } from "../store.js";
import { exactly, size } from "../format.js";
import { Dialog } from "./dialog.js";
import { Apart } from "./named.js";
import { PathText } from "./path-text.js";
import { editingWords, reachWords, refusedWords, writer } from "./file-row.js";
/** @import { FileVersion, SharedFile } from "../types.js" */

const shares = select((s) => s.shares);
const up = select((s) => s.link === "up");
const verbs = { replaced: "Replaced by", deleted: "Deleted by" };

/** @param {{share: string, file: SharedFile}} props */
export function SharedFileDialog({ share, file }) {
	const [list, setList] = useState(/** @type {FileVersion[] | null} */ (null));
	const [problem, setProblem] = useState("");
	const read = () => versions(share, file.path).then((all) => { setList(all); setProblem(""); }, (error) => setProblem(sentence(error)));
	useEffect(() => void read(), [share, file.path]);
	const back = async (/** @type {FileVersion} */ v, /** @type {boolean} */ replace) => {
		await bringBack(share, file.path, v.id ?? "", replace);
		await read();
	};
	const editing = editingWords(shares.value[share]?.editing, file.path);
	const here = file.state === "here";
	const title = file.path.split("/").at(-1) ?? file.path;
	const now = list?.find((v) => v.reason === "present");
	return h(Dialog, {
		title, problem, verbs: html`${here && html`<button class="button" onClick=${() => reveal(share, file.path)}>Show in folder</button>`}<span class="grow"></span>${here && html`<button class="button" onClick=${() => open(share, file.path)}>Open</button>`}<button class="button button-main" autofocus onClick=${() => show(null)}>Close</button>`,
	}, html`
		<p class="path quiet">${h(PathText, { path: file.path })}</p>
		<p>${[size(now?.size ?? file.size), writer(now?.by ?? file.by), exactly(now?.time ?? file.time ?? "")].filter(Boolean).join(" · ")}</p>
		<p class="quiet" dir="auto">${reachWords(file)}</p>
		${editing && html`<p class="warn" dir="auto">${`${editing.replace(/^y/u, "Y")}: what you change now may become a conflict.`}</p>`}
		${(file.why || file.remedy) && html`<p class="warn" dir="auto">${[file.why && `${file.why.replace(/^./u, (c) => c.toUpperCase())}.`, file.remedy].filter(Boolean).join(" ")}</p>`}
		${file.refused && html`<p class="warn" dir="auto">${refusedWords(file)}. ${file.refused[0].remedy}</p>`}
		<h3>What it was before</h3>
		${h(Past, { list, here, back })}`);
}

/** @param {{list: FileVersion[] | null, here: boolean, back: (v: FileVersion, replace: boolean) => void}} props */
function Past({ list, here, back }) {
	if (!list) return html`<p class="quiet" role="status">Loading…</p>`;
	const past = list.filter((v) => v.id);
	if (past.length === 0) return html`<p class="quiet">Nobody has replaced it on this computer. What you overwrite yourself is kept by the colleagues who had it.</p>`;
	return html`<ol class="plain past">${past.map((v) => html`<li class="past-line" key=${v.id} data-version=${v.id}>
		<p class="notice-words"><time datetime=${v.time}>${exactly(v.time)}</time><br /><span class="quiet">${verbs[/** @type {keyof typeof verbs} */ (v.reason)] ?? "Replaced by"} <bdi dir="auto">${writer(v.by)}</bdi>${h(Apart, { who: v.by })} · ${size(v.size)}</span></p>
		<button class="button button-small" disabled=${!up.value} onClick=${() => back(v, here)}>Restore</button>
		${here && html`<button class="button button-small" disabled=${!up.value} onClick=${() => back(v, false)}>As a copy</button>`}</li>`)}</ol>`;
}
