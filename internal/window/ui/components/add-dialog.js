// Reaches a colleague that this network does not show by itself.
import { html, h, useState } from "../vendor/index.js";
import { select } from "../store.js";
import { addByAddress, sentence } from "../actions.js";
import { Cancel, Dialog } from "./dialog.js";

const me = select((s) => s.me);

/** @param {{}} _ */
export function AddDialog(_) {
	const [address, setAddress] = useState("");
	const [problem, setProblem] = useState("");
	const [busy, setBusy] = useState(false);
	const go = async () => {
		if (!address.trim() || busy) return;
		setBusy(true);
		setProblem("");
		try {
			await addByAddress(address.trim());
		} catch (error) {
			setProblem(sentence(error));
			setBusy(false);
		}
	};
	const mine = me.value?.addresses ?? [];
	return h(Dialog, { verbs: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${busy || !address.trim()} onClick=${go}>${busy ? "Reaching…" : "Add"}</button>`, title: "Add a colleague by address", problem }, html`
		<label class="field">Name or address of their computer<input dir="auto" autofocus spellcheck="false" placeholder="192.168.1.20 or anas-computer" value=${address} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setAddress(e.currentTarget.value)}
			onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter") go(); }} /></label>
		<p class="quiet">They find it in the menu under their own name.${mine.length > 0 && html` Yours is <bdi dir="auto">${mine[0]}</bdi>.`}</p>
		`);
}
