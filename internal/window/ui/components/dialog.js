// A modal question. Escape and a click beside it close it, unless words would be lost by that; the focus stays inside and returns where it was.
import { html, h, useEffect, useLayoutEffect, useRef, useState } from "../vendor/index.js";
import { show } from "../actions.js";
/** @import { Child } from "../vendor/index.js" */

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const WORDS = "textarea:not([readonly]), input:is(:not([type]), [type=text]):not([readonly], [role=searchbox])";

/** Whether the mouse is beside the question, not only its button let go or pressed there. @param {MouseEvent} e @param {HTMLElement | null} box */
function beside(e, box) {
	if (!box || e.target !== box) return false;
	const { left, right, top, bottom } = box.getBoundingClientRect();
	return e.clientX < left || e.clientX > right || e.clientY < top || e.clientY > bottom;
}

/** Learns whether somebody wrote something that stands there still: what stood in each field before they did. */
function useWritten() {
	const before = useRef(/** @type {Map<Field, string>} */ (new Map()));
	const begin = (/** @type {Event} */ e) => {
		const field = e.target;
		if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) || !field.matches(WORDS) || before.current.has(field)) return;
		before.current.set(field, field.value);
	};
	return { begin, written: () => [...before.current].some(([field, text]) => field.isConnected && field.value !== text) };
}

/** @param {{title: Child, verbs: Child, children?: Child, problem?: string, onLeave?: () => void}} props verbs: the buttons at the end. onLeave: closes it in a way that loses nothing that was written; without it whoever wrote something is asked first */
export function Dialog({ title, verbs, children, problem, onLeave }) {
	const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
	const pressed = useRef(false); // whether the mouse was pressed beside it
	const [asks, setAsks] = useState(false);
	const { begin, written } = useWritten();
	useLayoutEffect(() => {
		const before = document.activeElement;
		const dialog = box.current;
		dialog?.showModal();
		return () => {
			dialog?.close(); // while it is open nothing behind it takes the focus
			if (before instanceof HTMLElement && before.isConnected) before.focus();
		};
	}, []);
	const leave = () => (onLeave ? onLeave() : written() ? setAsks(!asks) : show(null));
	const escape = (/** @type {KeyboardEvent} */ e) => {
		if (e.key !== "Escape" || e.defaultPrevented || e.isComposing || e.target instanceof HTMLSelectElement) return; // its list closes first
		e.preventDefault(); // else the browser closes at the second one what stands here still
		leave();
	};
	const press = (/** @type {MouseEvent} */ e) => {
		pressed.current = beside(e, box.current);
		if (pressed.current) e.preventDefault(); // the focus stays where it is
	};
	const cancel = (/** @type {Event} */ e) => {
		if (e.target !== box.current) return; // a field for files was left without choosing any
		e.preventDefault();
		leave();
	};
	return html`<dialog class="dialog" ref=${box} aria-labelledby="dialog-title" onCancel=${cancel} onKeyDown=${escape} onBeforeInput=${begin}
		onMouseDown=${press} onClick=${(/** @type {MouseEvent} */ e) => { if (pressed.current && beside(e, box.current) && !written()) leave(); }}>
		<div class="dialog-body"><h2 id="dialog-title" dir="auto">${title}</h2>${children}
		${problem && html`<p class="field-problem" role="alert" dir="auto">${problem}</p>`}
		<div class="dialog-verbs">${asks ? h(Discard, { stay: () => setAsks(false) }) : verbs}</div></div>
	</dialog>`;
}

/** Leaves things as they are: the dialog closes as by Escape. @param {{focus?: boolean}} props */
export function Cancel({ focus = false }) {
	return html`<button class="button" autofocus=${focus} onClick=${(/** @type {MouseEvent & {currentTarget: HTMLElement}} */ e) => e.currentTarget.closest("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true }))}>Cancel</button>`;
}

/** What closing would lose, in the place of the verbs. @param {{stay: () => void}} props */
function Discard({ stay }) {
	const first = useRef(/** @type {HTMLButtonElement | null} */ (null));
	useEffect(() => {
		const before = document.activeElement;
		first.current?.focus();
		return () => {
			if (before instanceof HTMLElement && before.isConnected) before.focus(); // where they wrote
		};
	}, []);
	return html`<p class="dialog-lost" role="alert">What you wrote here is lost then.</p><button class="button" ref=${first} onClick=${stay}>Go on writing</button><button class="button button-danger" onClick=${() => show(null)}>Discard</button>`;
}
