// What a person tells of themselves.
import { html, h, useEffect, useState } from "../vendor/index.js";
import { pictureURL, readCard } from "../card.js";
/** @import { Card as Told } from "../types.js" */

/** @param {{base64: string, name: string}} props */
export function Picture({ base64, name }) {
	const [url, setURL] = useState("");
	useEffect(() => {
		const made = pictureURL(base64);
		setURL(made);
		return () => URL.revokeObjectURL(made);
	}, [base64]);
	return url ? html`<img class="card-picture" src=${url} alt=${`Picture of ${name}`} width="96" height="96" />` : null;
}

/** @param {{person: string, mark: string}} props mark: changes with the card; empty: there is none */
export function Card({ person, mark }) {
	const [card, setCard] = useState(/** @type {Told | null} */ (null));
	useEffect(() => {
		let gone = false;
		if (!mark) setCard(null);
		else readCard(person).then((read) => gone || setCard(read), () => gone || setCard(null)); // it is asked for again with its next change
		return () => { gone = true; };
	}, [person, mark]);
	if (!card) return null;
	const facts = [["Role", card.role], ["Room", card.room], ["Phone", card.phone]].filter(([, text]) => text);
	return html`<div class="card-told">${card.picture && h(Picture, { base64: card.picture, name: card.name })}
		${facts.length > 0 && html`<dl class="facts">${facts.map(([what, text]) => html`<dt>${what}</dt><dd dir="auto">${text}</dd>`)}</dl>`}</div>`;
}
