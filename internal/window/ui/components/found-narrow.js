// Which messages are looked for: in which conversation, from whom, since and until which day, only files.
import { html } from "../vendor/index.js";
import { select } from "../store.js";
import { authors, people } from "../state.js";
import { lookNoMore, narrowTo } from "../search.js";
/** @import { Row } from "../types.js" */

const narrow = select((s) => s.narrow);
const typed = select((s) => s.filter.trim() !== "");
const rows = select((s) => (s.narrow ? people(s).toSorted((a, b) => Number(b.office) - Number(a.office) || a.name.localeCompare(b.name)) : []));

const writers = select((s) => (s.narrow ? authors(s) : []));

/** @param {Row} r */
const called = (r) => (r.members && !r.office ? `${r.name} (${r.apart.replace(/^(room )?/, "room ").trim()})` : r.apart ? `${r.name} (${r.apart})` : r.name);

/** @typedef {InputEvent & {currentTarget: HTMLInputElement}} Typed */

/** @param {{}} _ */
export function FoundNarrow(_) {
	const now = narrow.value;
	if (!now) return null;
	const chosen = rows.value.find((r) => r.id === now.within);
	const gone = now.within && !chosen;
	const writer = writers.value.find((a) => a.id === now.from);
	const left = now.from && !writer;
	const end = (/** @type {KeyboardEvent} */ e) => {
		if (e.key !== "Escape") return;
		e.preventDefault();
		lookNoMore();
		document.querySelector(/** @type {"input"} */ (".sidebar input[type=search]"))?.focus();
	};
	return html`<div class="narrow" role="group" aria-label="Narrow the search" onKeyDown=${end}>
		<label class="narrow-line">In<select class="field" value=${now.within} title=${chosen ? called(chosen) : null} onChange=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ e) => narrowTo({ within: e.currentTarget.value })}>
			<option value="">All conversations</option>${gone && html`<option value=${now.within}>Not on the list any more</option>`}
			${rows.value.map((r) => html`<option key=${r.id} value=${r.id}>${called(r)}</option>`)}</select></label>
		<label class="narrow-line">From<select class="field" value=${now.from} title=${writer?.name ?? null} onChange=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ e) => narrowTo({ from: e.currentTarget.value })}>
			<option value="">Anybody</option>${left && html`<option value=${now.from}>Not on the list any more</option>`}
			${writers.value.map((a) => html`<option key=${a.id} value=${a.id}>${a.name}</option>`)}</select></label>
		<label class="narrow-line">Since<input class="field" type="date" max="9999-12-31" value=${now.since} onInput=${(/** @type {Typed} */ e) => narrowTo({ since: e.currentTarget.value })} /></label>
		<label class="narrow-line">Until<input class="field" type="date" max="9999-12-31" value=${now.until} onInput=${(/** @type {Typed} */ e) => narrowTo({ until: e.currentTarget.value })} /></label>
		<label class="narrow-check"><input type="checkbox" checked=${now.files} onChange=${(/** @type {Event & {currentTarget: HTMLInputElement}} */ e) => narrowTo({ files: e.currentTarget.checked })} />Only files</label>
		${!typed.value && !now.files && html`<p class="quiet field-hint">Type what to look for, or choose only files.</p>`}
	</div>`;
}
