// The list of people and groups that opens at an `@` in the composer.
import { html } from "../vendor/index.js";
import { candidates, offered, typed } from "../mentions.js";
import { count } from "../format.js";
import { select, update } from "../store.js";
import { useCompletion } from "./completion.js";
import { apartOf } from "../named.js";
/** @import { Candidate } from "../mentions.js" */

/** @type {Candidate[]} */
const nobody = [];
const all = select((s) => (s.view ? candidates(s, s.view.person) : nobody));

/** @param {string} person @param {{current: HTMLTextAreaElement | null}} field */
export const useMentions = (person, field) => useCompletion(field, {
	id: "mention-list", label: "People and groups to mention",
	typed: (text, caret) => typed(text, caret, all.peek()),
	offered: (words) => offered(all.value, words),
	words: (who) => `@${who.name} `,
	key: (who) => who.id,
	name: (who) => (all.peek().some((o) => o.id !== who.id && o.name === who.name) || apartOf(who) ? `${who.name}, ${who.about ?? who.machine}` : who.name),
	row: (who) => html`<bdi dir="auto">${who.name}</bdi><span class="quiet"><bdi dir="auto">${who.about ?? who.machine}</bdi>${!who.inside && " · not in this conversation, is not told"}</span>`,
	count: (n) => `${count(n, "person or group", "people and groups")} to mention`,
	chosen: (who) => update((s) => ({ mentioned: { ...s.mentioned, [person]: [...(s.mentioned[person] ?? []).filter((id) => id !== who.id), who.id] } })),
});
