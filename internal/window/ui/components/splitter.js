// The edge of the list column: dragged, or moved by arrow keys, between 240 and 400 pixels at the usual size of text.
import { html, useRef, useState } from "../vendor/index.js";

const USUAL = 16; // pixels of the usual size of text
const KEY = "lanyard.list-width";
const clamp = (/** @type {number} */ n) => Math.min(400, Math.max(240, n));

/** @param {{}} _ */
export function Splitter(_) {
	const [width, setWidth] = useState(() => clamp(Number(localStorage.getItem(KEY)) || 300));
	const drag = useRef(0);
	const apply = (/** @type {number} */ next) => {
		setWidth(clamp(next));
		localStorage.setItem(KEY, String(clamp(next)));
	};
	document.documentElement.style.setProperty("--list-width", `${width / USUAL}rem`); // it grows with the text in it
	const grow = (/** @type {number} */ by) => apply(width + (document.dir === "rtl" ? -by : by));
	const drawn = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL;
	return html`<div class="splitter" role="separator" aria-orientation="vertical" aria-label="Width of the list" tabindex="0" aria-valuemin="240" aria-valuemax="400" aria-valuenow=${width}
		onPointerDown=${(/** @type {PointerEvent & {currentTarget: HTMLElement}} */ e) => { drag.current = e.clientX; e.currentTarget.setPointerCapture(e.pointerId); }}
		onPointerMove=${(/** @type {PointerEvent & {currentTarget: HTMLElement}} */ e) => {
			if (!e.currentTarget.hasPointerCapture(e.pointerId)) return;
			grow((e.clientX - drag.current) / drawn());
			drag.current = e.clientX;
		}}
		onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
			if (e.key === "ArrowRight") grow(16);
			if (e.key === "ArrowLeft") grow(-16);
		}}></div>`;
}
