// Offers emoji to choose one. Arrow keys move, words narrow down, and Enter takes the first that they find.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { finding } from "../emoji.js";
import { show } from "../actions.js";
import { react } from "../message-actions.js";
import { Dialog } from "./dialog.js";
/** @import { Message } from "../types.js" */

/** @param {{choose: (emoji: string) => unknown}} props */
export function EmojiPicker({ choose }) {
	const [words, setWords] = useState("");
	const box = useRef(/** @type {HTMLElement | null} */ (null));
	useEffect(() => box.current?.querySelector("input")?.focus(), []);
	const found = finding(words);
	const first = words.trim() ? found[0]?.emoji[0][0] : undefined; // what Enter takes
	const move = (/** @type {KeyboardEvent} */ e) => {
		const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
		const all = [...(box.current?.querySelectorAll(".emoji-one") ?? [])].filter((one) => one instanceof HTMLElement);
		const at = all.findIndex((one) => one === document.activeElement);
		if (at < 0 && e.key === "Enter" && !e.isComposing && first) {
			e.preventDefault();
			return void choose(first);
		}
		if (!(e.key in steps) || (at < 0 && e.key !== "ArrowDown")) return;
		e.preventDefault();
		all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + steps[/** @type {keyof typeof steps} */ (e.key)]))]?.focus();
	};
	return html`<div class="emoji" ref=${box} onKeyDown=${move}>
		<input class="field" type="search" placeholder="Search emoji" aria-label="Search emoji" value=${words} autofocus onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setWords(e.currentTarget.value)} />
		<div class="emoji-groups" tabindex="-1">${found.map((group) => html`<div class="emoji-name" key=${group.name}>${group.name}</div><div class="emoji-grid" role="group" aria-label=${group.name}>${group.emoji.map(([sign, names]) => html`
			<button class=${sign === first ? "emoji-one emoji-first" : "emoji-one"} aria-label=${`${sign} ${names}`} title=${names} onClick=${() => choose(sign)}>${sign}</button>`)}</div>`)}
			${found.length === 0 && html`<p class="emoji-none">None is called so.</p>`}</div>
	</div>`;
}

/** @param {{message: Message}} props */
export function ReactDialog({ message }) {
	const choose = (/** @type {string} */ emoji) => {
		show(null);
		react(message, emoji, true);
	};
	return h(Dialog, { title: "React with", verbs: html`<span class="grow"></span><button class="button" onClick=${() => show(null)}>Cancel</button>` }, h(EmojiPicker, { choose }));
}
