// Pictures of people's cards, for the small places: each is asked for when it is shown first, and again when its card changes.
import { signal } from "./vendor/index.js";
import { pictureURL, readCard, readMine } from "./card.js";
import { derive, select } from "./store.js";

const peers = select((s) => s.peers);
const me = select((s) => s.me);

/** What changes with a person's card, our own too, by person. */
const marks = derive(() => {
	/** @type {Record<string, string>} */
	const out = {};
	for (const p of Object.values(peers.value)) if (p.card) out[p.person] = p.card;
	if (me.value?.card) out[me.value.person] = me.value.card;
	return out;
});

/** @type {import("./vendor/index.js").Signal<Record<string, string>>} addresses of pictures, by person; empty: their card has none */
const pictures = signal({});

/** @type {Map<string, string>} the mark of the card that was asked for last, by person */
const asked = new Map();

/** @param {string} person */
export const markOf = (person) => marks.value[person] ?? "";

/** The picture to show now; the one before stays while a newer one is on its way. @param {string} person */
export const pictureOf = (person) => (markOf(person) ? (pictures.value[person] ?? "") : "");

/** Asks for a person's picture, once for each card. @param {string} person @param {string} mark */
export async function wantPicture(person, mark) {
	if (!mark || asked.get(person) === mark) return;
	asked.set(person, mark);
	try {
		const card = await (person === me.peek()?.person ? readMine() : readCard(person));
		if (asked.get(person) !== mark) return; // a newer card is asked for
		const before = pictures.peek()[person];
		pictures.value = { ...pictures.peek(), [person]: card.picture ? pictureURL(card.picture) : "" };
		if (before) URL.revokeObjectURL(before);
	} catch {
		if (asked.get(person) === mark) asked.delete(person); // whoever shows them next asks again; until then the initials stand there
	}
}
