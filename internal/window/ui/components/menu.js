// A button with a menu, which a right click on what it is about opens too. Arrow keys move, Escape closes, a click elsewhere closes.
import { html, h, useEffect, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { Icon } from "../icons.js";

/**
 * @typedef {{text: string, run: () => unknown, checked?: boolean, mark?: string, group?: string, danger?: boolean, disabled?: boolean}} Item group: a heading above this item
 * @typedef {{x: number, y: number}} Point
 * @param {{label: string, text?: string, icon?: "more" | "plus" | "attach" | "clock", about?: string, items: Item[]}} props about: what a right click opens it on, as a selector of what the button stands in
 */
export function Menu({ label, text, icon, about, items }) {
	const [open, setOpen] = useState(/** @type {boolean | Point} */ (false));
	const root = useRef(/** @type {HTMLElement | null} */ (null));
	useLayoutEffect(() => {
		if (open) place(root.current, open === true ? null : open);
	}, [open]);
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
	useEffect(() => {
		if (!open) return;
		const first = root.current?.querySelector("[role^=menuitem]:not([disabled])");
		if (first instanceof HTMLElement) first.focus();
		const outside = (/** @type {Event} */ e) => {
			if (e.target instanceof Node && !root.current?.contains(e.target)) setOpen(false);
		};
		addEventListener("pointerdown", outside);
		return () => removeEventListener("pointerdown", outside);
	}, [open]);
	/** @param {Item} item */
	const choose = (item) => {
		setOpen(false);
		root.current?.querySelector("button")?.focus();
		item.run();
	};
	return html`<span class="menu" ref=${root} onKeyDown=${(/** @type {KeyboardEvent} */ e) => move(e, root.current, !!open, () => setOpen(false))}>
		<button class=${icon ? "button-icon" : "menu-text"} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-label=${label} title=${icon ? label : null} onClick=${() => setOpen(!open)}>
			${icon ? h(Icon, { name: icon }) : html`<span dir="auto">${text}</span>`}</button>
		${open && html`<div class="menu-box" role="menu" aria-label=${label}>${items.map((item) => html`
			${item.group && html`<div class="menu-group" role="presentation">${item.group}</div>`}
			<button class=${item.danger ? "menu-item danger" : "menu-item"} role=${item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${item.checked === undefined ? null : String(item.checked)}
				disabled=${item.disabled} tabindex="-1" onClick=${() => choose(item)}>${item.mark && html`<span class=${item.mark}></span>`}<span dir="auto">${item.text}</span>${item.checked && h(Icon, { name: "check" })}</button>`)}</div>`}
	</span>`;
}

/** Whether the browser's own menu is what a right click asks for: on a link, a picture or film, a field, or words that were marked. @param {MouseEvent} e @param {HTMLElement | null} menu */
function ofBrowser(e, menu) {
	const marked = getSelection();
	const within = e.target instanceof Element ? e.target : null;
	return !within || menu?.contains(within) || !!within.closest("a, img, video, audio, input, textarea") || (!!marked && !marked.isCollapsed && marked.containsNode(within, true));
}

const GAP = 4; // pixels between button and menu
const EDGE = 8; // that it keeps from the window's edges

/** Puts an open menu beside its button, or where somebody pointed, where there is room. It stays there: what arrives meanwhile moves the button, not what somebody is about to click. @param {HTMLElement | null} root @param {Point | null} at */
function place(root, at) {
	const button = at ? new DOMRect(at.x, at.y, 0, 0) : root?.querySelector("button")?.getBoundingClientRect();
	const box = root?.querySelector(".menu-box");
	if (!button || !(box instanceof HTMLElement)) return;
	const { offsetWidth: width, offsetHeight: height } = box;
	const below = innerHeight - EDGE - button.bottom - GAP;
	const top = below >= height || below >= button.top ? button.bottom + GAP : button.top - GAP - height;
	const left = !at && button.left + button.width / 2 > innerWidth / 2 ? button.right - width : button.left; // towards the middle of the window
	box.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - EDGE - height))}px`;
	box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`;
}

/** @param {KeyboardEvent} e @param {HTMLElement | null} root @param {boolean} open @param {() => void} close */
function move(e, root, open, close) {
	if (!open || !root) return;
	const items = [...root.querySelectorAll("[role^=menuitem]:not([disabled])")].filter((one) => one instanceof HTMLElement);
	const at = items.findIndex((one) => one === document.activeElement);
	/** @type {Record<string, number>} */
	const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
	if (e.key in steps) {
		e.preventDefault();
		items[steps[e.key] % items.length]?.focus();
	}
	if (e.key === "Tab") close();
	if (e.key === "Escape") {
		e.preventDefault();
		e.stopPropagation();
		close();
		root.querySelector("button")?.focus();
	}
}
