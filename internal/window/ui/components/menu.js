// A button with a menu, which a right click on what it is about opens too; and a menu without a button. Arrow keys move, Escape closes, a click elsewhere closes.
import { html, h, useEffect, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { Icon } from "../icons.js";

/**
 * @typedef {{text: string, run: () => unknown, checked?: boolean, mark?: string, group?: string, danger?: boolean, disabled?: boolean}} Item group: a heading above this item
 * @typedef {{text: string, name: string, checked: boolean, run: () => unknown}} Sign one of those that stand beside each other on top
 * @typedef {{x: number, y: number}} Point
 * @param {{label: string, text?: string, icon?: "more" | "plus" | "attach" | "clock", about?: string, stop?: boolean, items: Item[], signs?: Sign[]}} props about: what a right click opens it on, as a selector of what the button stands in. stop: whether the Tab key stops at it
 */
export function Menu({ label, text, icon, about, stop = true, items, signs }) {
	const [open, setOpen] = useState(/** @type {boolean | Point} */ (false));
	const root = useRef(/** @type {HTMLElement | null} */ (null));
	useEffect(() => {
		const area = about && root.current?.closest(about);
		if (!area) return;
		const asked = (/** @type {Event} */ e) => {
			if (!(e instanceof MouseEvent) || ofBrowser(e, root.current)) return;
			e.preventDefault();
			setOpen({ x: e.clientX, y: e.clientY });
		};
		area.addEventListener("contextmenu", asked);
		return () => area.removeEventListener("contextmenu", asked);
	}, [about]);
	const button = () => root.current?.querySelector("button") ?? null;
	return html`<span class="menu" ref=${root}>
		<button class=${icon ? "button-icon" : "menu-text"} tabindex=${stop ? null : -1} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-label=${label} title=${icon ? label : null} onClick=${() => setOpen(!open)}>
			${icon ? h(Icon, { name: icon }) : html`<span dir="auto">${text}</span>`}</button>
		${open && h(MenuBox, { key: open === true ? "" : `${open.x} ${open.y}`, label, items, signs, at: open === true ? button : () => new DOMRect(open.x, open.y, 0, 0), from: button, onClose: () => setOpen(false) })}
	</span>`;
}

/**
 * An open menu. Whoever leaves it by a key, or chooses, is back where they came from.
 * @param {{label: string, items: Item[], signs?: Sign[], at: () => DOMRect | Element | null, from: () => HTMLElement | null, onClose: () => void}} props at: beside what it stands. from: what had the focus; a click on it is its own matter
 */
export function MenuBox({ label, items, signs = [], at, from, onClose }) {
	const box = useRef(/** @type {HTMLDivElement | null} */ (null));
	useLayoutEffect(() => { // before anything else is pressed
		place(box.current, at());
		const first = box.current?.querySelector(".menu-item:not([disabled])");
		if (first instanceof HTMLElement) first.focus();
		const outside = (/** @type {Event} */ e) => {
			if (e.target instanceof Node && !box.current?.contains(e.target) && !(from() instanceof HTMLButtonElement && from()?.contains(e.target))) onClose();
		};
		addEventListener("pointerdown", outside);
		return () => removeEventListener("pointerdown", outside);
	}, []);
	/** @param {Item | Sign} item */
	const choose = (item) => {
		onClose();
		from()?.focus();
		item.run();
	};
	return html`<div class="menu-box" role="menu" aria-label=${label} ref=${box} onKeyDown=${(/** @type {KeyboardEvent} */ e) => move(e, box.current, from(), onClose)}>${signs.length > 0 && html`<div class="menu-signs" role="group" aria-label="React with">${signs.map((sign) => html`
		<button class="menu-sign" role="menuitemcheckbox" key=${sign.text} aria-checked=${String(sign.checked)} aria-label=${sign.name} title=${sign.name} tabindex="-1" onClick=${() => choose(sign)}>${sign.text}</button>`)}</div>`}${items.map((item) => html`
		${item.group && html`<div class="menu-group" role="presentation">${item.group}</div>`}
		<button class=${item.danger ? "menu-item danger" : "menu-item"} role=${item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${item.checked === undefined ? null : String(item.checked)}
			disabled=${item.disabled} tabindex="-1" onClick=${() => choose(item)}>${item.mark && html`<span class=${item.mark}></span>`}<span dir="auto">${item.text}</span>${item.checked && h(Icon, { name: "check" })}</button>`)}</div>`;
}

/** Whether the browser's own menu is what a right click asks for: on a link, a picture or film, a field, or words that were marked. @param {MouseEvent} e @param {HTMLElement | null} menu */
function ofBrowser(e, menu) {
	const marked = getSelection();
	const within = e.target instanceof Element ? e.target : null;
	return !within || menu?.contains(within) || !!within.closest("a, img, video, audio, input, textarea") || (!!marked && !marked.isCollapsed && marked.containsNode(within, true));
}

const GAP = 4; // pixels between button and menu
const EDGE = 8; // that it keeps from the window's edges

/** Puts an open menu beside its button, or where somebody pointed, where there is room. It stays there: what arrives meanwhile moves the button, not what somebody is about to click. @param {HTMLElement | null} box @param {DOMRect | Element | null} at */
function place(box, at) {
	if (!box || !at) return;
	const pointed = !(at instanceof Element);
	const button = pointed ? at : at.getBoundingClientRect();
	const { offsetWidth: width, offsetHeight: height } = box;
	const below = innerHeight - EDGE - button.bottom - GAP;
	const top = below >= height || below >= button.top ? button.bottom + GAP : button.top - GAP - height;
	const left = !pointed && button.left + button.width / 2 > innerWidth / 2 ? button.right - width : button.left; // towards the middle of the window
	box.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - EDGE - height))}px`;
	box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`;
}

/** @param {KeyboardEvent} e @param {HTMLElement | null} box @param {HTMLElement | null} from @param {() => void} close */
function move(e, box, from, close) {
	const items = [...(box?.querySelectorAll("[role^=menuitem]:not([disabled])") ?? [])].filter((one) => one instanceof HTMLElement);
	const at = items.findIndex((one) => one === document.activeElement);
	const signs = items.filter((one) => one.matches(".menu-sign")).length; // beside each other: one step up or down, and to the side from one to the next
	const aside = at >= 0 && at < signs;
	/** @type {Record<string, number>} */
	const steps = { ArrowDown: aside ? signs : at + 1, ArrowUp: aside ? items.length - 1 : signs > 0 && at === signs ? 0 : at - 1 + items.length, Home: 0, End: items.length - 1, ...(aside ? { ArrowRight: (at + 1) % signs, ArrowLeft: (at - 1 + signs) % signs } : {}) };
	if (e.key in steps) {
		e.preventDefault();
		items[steps[e.key] % items.length]?.focus();
	}
	if (e.key === "Tab") close();
	if (e.key === "Escape") {
		e.preventDefault();
		e.stopPropagation();
		close();
		from?.focus();
	}
}
