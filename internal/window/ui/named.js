// What tells people apart who are called alike, wherever somebody is named among others. Of who is on the list it is what the list says now: namesakes come and go.
import { derive, select } from "./store.js";
import { titled } from "./text.js";
/** @import { Author } from "./types.js" */

const peers = select((s) => s.peers);
const me = select((s) => s.me);

/** What tells those on the list apart, and ourselves, by person; empty: nobody else is called so. */
const marks = derive(() => {
	/** @type {Record<string, string>} */
	const out = {};
	for (const p of Object.values(peers.value)) out[p.person] = p.apart ?? "";
	if (me.value) out[me.value.person] = me.value.apart ?? "";
	return out;
});

/** What stands beside somebody's name, "" where nobody else is called so. @param {Author} who */
export const apartOf = (who) => marks.value[who.id] ?? who.apart ?? "";

/** A name with that, where it is no more than text: behind the name also where that is written from right to left. @param {Author} who */
export const distinct = (who) => (apartOf(who) ? titled({ name: who.name, apart: apartOf(who) }) : who.name);
