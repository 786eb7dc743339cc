// A field that is as high as what is written in it.
import { useLayoutEffect } from "../vendor/index.js";

/** As high as its text, up to eight lines (composer.css). @param {HTMLTextAreaElement | null} field */
function grow(field) {
	if (!field) return;
	field.style.blockSize = "auto";
	field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

/** Keeps a field as high as its text, in a window of any width. @param {{current: HTMLTextAreaElement | null}} field @param {string} text */
export function useGrowth(field, text) {
	useLayoutEffect(() => grow(field.current), [text]);
	useLayoutEffect(() => {
		let width = field.current?.clientWidth;
		const observer = new ResizeObserver(() => {
			if (field.current?.clientWidth === width) return;
			width = field.current?.clientWidth;
			requestAnimationFrame(() => grow(field.current)); // what is observed must not change size while it is told of
		});
		if (field.current) observer.observe(field.current);
		return () => observer.disconnect();
	}, [field.current]);
}
