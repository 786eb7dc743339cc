// A modal question. Escape and a click beside it close it; the focus stays inside and returns where it was.
import { html, useLayoutEffect, useRef } from "../vendor/index.js";
import { show } from "../actions.js";
/** @import { Child } from "../vendor/index.js" */

/** @param {{title: Child, verbs: Child, children?: Child, problem?: string}} props verbs: the buttons at the end */
export function Dialog({ title, verbs, children, problem }) {
	const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
	useLayoutEffect(() => {
		const before = document.activeElement;
		const dialog = box.current;
		dialog?.showModal();
		return () => {
			dialog?.close(); // while it is open nothing behind it takes the focus
			if (before instanceof HTMLElement && before.isConnected) before.focus();
		};
	}, []);
	return html`<dialog class="dialog" ref=${box} aria-labelledby="dialog-title" onCancel=${(/** @type {Event} */ e) => { e.preventDefault(); show(null); }}
		onClick=${(/** @type {MouseEvent} */ e) => { if (e.target === box.current) show(null); }}>
		<div class="dialog-body"><h2 id="dialog-title" dir="auto">${title}</h2>${children}
		${problem && html`<p class="field-problem" role="alert" dir="auto">${problem}</p>`}
		<div class="dialog-verbs">${verbs}</div></div>
	</dialog>`;
}
