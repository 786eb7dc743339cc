// Oneself: the name, changed by clicking it, and whether one wants to be reached.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { select, update } from "../store.js";
import { rename, sentence, setPresence, show } from "../actions.js";
import { copy } from "../message-actions.js";
import { setTheme, theme } from "../memory.js";
import { Avatar } from "./avatar.js";
import { Menu } from "./menu.js";
import { Icon } from "../icons.js";

const me = select((s) => s.me);
const up = select((s) => s.link === "up");
const naming = select((s) => s.naming);
const choices = /** @type {const} */ ([["available", "Available"], ["away", "Away"], ["busy", "Busy"], ["invisible", "Invisible"]]);
const themes = /** @type {const} */ ([["system", "As the system"], ["light", "Light"], ["dark", "Dark"]]);

/** Has one's own name written in its place. @param {boolean} on */
export const nameMyself = (on) => update(() => ({ naming: on }));

/** @param {{}} _ */
export function OwnName(_) {
	const [look, setLook] = useState(theme);
	const mine = me.value;
	if (!mine) return html`<footer class="own"></footer>`;
	const word = choices.find(([id]) => id === mine.presence)?.[1] ?? mine.presence;
	const items = [
		...choices.map(([id, text]) => ({ text, mark: `presence presence-${id}`, checked: id === mine.presence, run: () => setPresence(id, mine.text ?? "") })),
		{ text: "My card…", run: () => show({ kind: "card" }) },
		{ text: "Settings…", run: () => show({ kind: "settings" }) },
		{ text: "Keys…", run: () => show({ kind: "keys" }) },
		...themes.map(([id, text], i) => ({ text, checked: id === look, group: i === 0 ? "Appearance" : undefined, run: () => { setTheme(id); setLook(id); } })),
		{ text: mine.addresses?.length ? mine.addresses.join(", ") : "No address: no network", group: "Address for colleagues elsewhere", disabled: !mine.addresses?.length, run: () => copy(mine.addresses?.[0] ?? "") },
	];
	return html`<footer class="own">
		${h(Avatar, { name: mine.name, person: mine.person, presence: mine.presence, link: up.value })}
		<div class="own-text">${naming.value ? h(NameField, { name: mine.name, onDone: () => nameMyself(false) })
			: html`<button class="own-name" dir="auto" title="Change your name" aria-label=${`${mine.name}, change your name`} onClick=${() => nameMyself(true)}>${mine.name}</button>`}
			${h(Menu, { label: `Presence: ${word}`, text: mine.text ? `${word} · ${mine.text}` : word, items })}
		</div>
		<button class="button-icon" aria-label="Settings" title="Settings" onClick=${() => show({ kind: "settings" })}>${h(Icon, { name: "settings" })}</button>
	</footer>`;
}

/** @param {{name: string, onDone: () => void}} props */
function NameField({ name, onDone }) {
	const [wanted, setWanted] = useState(name); // stays as it was written when it is refused
	const [problem, setProblem] = useState("");
	const field = useRef(/** @type {HTMLInputElement | null} */ (null));
	const left = useRef(false);
	useEffect(() => {
		field.current?.focus();
		field.current?.select();
	}, []);
	const leave = () => {
		left.current = true;
		onDone();
	};
	const save = async () => {
		const next = wanted.trim();
		if (left.current) return; // a field that goes from the screen loses the focus, too
		if (next === name || !next) return leave();
		try {
			await rename(next);
			leave();
		} catch (error) {
			setProblem(sentence(error));
			if (document.activeElement === document.body) field.current?.focus();
		}
	};
	return html`<input class="own-field" dir="auto" aria-label="Your name" aria-invalid=${problem ? "true" : "false"} aria-describedby=${problem ? "own-problem" : null} value=${wanted} maxlength="160" ref=${field}
		onInput=${(/** @type {InputEvent & {currentTarget: HTMLInputElement}} */ e) => setWanted(e.currentTarget.value)}
		onBlur=${save}
		onKeyDown=${(/** @type {KeyboardEvent & {currentTarget: HTMLInputElement}} */ e) => {
			if (e.key === "Enter" && !e.isComposing) e.currentTarget.blur();
			if (e.key === "Escape") { e.preventDefault(); leave(); }
		}} />${problem && html`<p class="field-problem" id="own-problem" role="alert" dir="auto">${problem}</p>`}`;
}
