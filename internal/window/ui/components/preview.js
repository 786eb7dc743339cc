// Pictures among what is about to be sent, so that one sees which they are: what is pasted has no name that tells.
import { html, h, useEffect, useState } from "../vendor/index.js";
/** @import { Item } from "../types.js" */

const SHOWN = 4; // pictures at most
const LARGEST = 32 << 20; // bytes: drawing takes many times as much memory as the file
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"]);

/** @param {{items: Item[]}} props */
export function Previews({ items }) {
	const pictures = items.filter((i) => !i.folder && DRAWN.has(i.files[0].file.type) && i.bytes <= LARGEST).slice(0, SHOWN);
	if (pictures.length === 0) return null;
	return html`<div class=${pictures.length === 1 ? "previews previews-one" : "previews"}>${pictures.map((i, at) => h(Preview, { key: at, file: i.files[0].file }))}</div>`;
}

/** Its address is of this window alone and goes with it. What cannot be drawn is left out: the name stands below. @param {{file: File}} props */
function Preview({ file }) {
	const [url, setURL] = useState("");
	useEffect(() => {
		const made = URL.createObjectURL(file);
		setURL(made);
		return () => URL.revokeObjectURL(made);
	}, [file]);
	return url ? html`<img class="preview" src=${url} alt=${`Picture: ${file.name}`} onError=${() => setURL("")} />` : null;
}
