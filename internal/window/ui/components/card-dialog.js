// One's own card.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { closing, sentence } from "../actions.js";
import { base64, readMine, setMine } from "../card.js";
import { select } from "../store.js";
import { Cancel, Dialog } from "./dialog.js";
import { Picture } from "./card.js";
/** @import { Card } from "../types.js" */

const me = select((s) => s.me);
const LARGEST = 8 << 20; // bytes of a picture

/** @type {["role" | "room" | "phone", string, string][]} */
const fields = [["role", "Role", "Accountant"], ["room", "Room", "4.12"], ["phone", "Phone", "+49 30 1234"]];

/** @param {{}} _ */
export function CardDialog(_) {
	const [card, setCard] = useState(/** @type {Card | null} */ (null));
	const [picture, setPicture] = useState(/** @type {string | null} */ (null)); // chosen anew, or empty: taken away
	const [problem, setProblem] = useState("");
	const file = useRef(/** @type {HTMLInputElement | null} */ (null));
	useEffect(() => void readMine().then(setCard, (error) => setProblem(sentence(error))), []);
	const save = async () => {
		if (!card) return;
		try {
			await closing(() => setMine({ role: card.role ?? "", room: card.room ?? "", phone: card.phone ?? "" }));
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	/** A picture is stored at once, so that it is shown as others will see it. @param {string} bytes */
	const store = async (bytes) => {
		setProblem("");
		try {
			setPicture((await setMine({ picture: bytes })).picture ?? "");
		} catch (error) {
			setProblem(sentence(error));
		}
	};
	const choose = async () => {
		const chosen = file.current?.files?.[0];
		if (!chosen) return;
		if (chosen.size > LARGEST) setProblem("The picture is larger than 8 MB. Choose a smaller one.");
		else await store(await base64(chosen));
		if (file.current) file.current.value = "";
	};
	const shown = picture ?? card?.picture ?? "";
	return h(Dialog, { verbs: html`<span class="grow"></span>${h(Cancel, {})}<button class="button button-main" disabled=${!card} onClick=${save}>Save</button>`, title: "My card", problem }, html`
		<p class="quiet">Colleagues see it when they click your name.</p>
		<div class="card-own">${shown ? h(Picture, { base64: shown, name: me.value?.name ?? "" }) : html`<span class="card-picture card-none" aria-hidden="true"></span>`}
			<span><button class="button" onClick=${() => file.current?.click()}>${shown ? "Another picture…" : "Choose a picture…"}</button>${shown && html`<button class="button-link" onClick=${() => store("")}>Remove it</button>`}</span>
			<input type="file" accept="image/jpeg,image/png" hidden aria-label="Picture" ref=${file} onChange=${choose} /></div>
		${fields.map(([name, title, like]) => html`<label class="field" key=${name}>${title}<input dir="auto" name=${name} placeholder=${like} value=${card?.[name] ?? ""} onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => card && setCard({ ...card, [name]: e.currentTarget.value })} /></label>`)}`);
}
