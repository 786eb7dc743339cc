// Who has a shared folder, and what each of them still misses.
import { html, h } from "../vendor/index.js";
import { select } from "../store.js";
import { handOver, removeMember, setRole } from "../shares.js";
import { distinct } from "../named.js";
import { Avatar } from "./avatar.js";
import { Menu } from "./menu.js";
import { isBehind, memberWords, roleTag, roles } from "./share-words.js";
import { Apart } from "./named.js";
/** @import { Share, ShareMember } from "../types.js" */

const me = select((s) => s.me?.person ?? "");
const ranks = { owner: 0, member: 1, invited: 2, declined: 3, left: 4 };

/** @param {{share: Share}} props */
export function ShareMembers({ share }) {
	const rank = (/** @type {string} */ state) => ranks[/** @type {keyof typeof ranks} */ (state)] ?? 1;
	const members = [...(share.members ?? [])].sort((a, b) => rank(a.state) - rank(b.state) || a.name.localeCompare(b.name));
	return html`<ul class="plain members">${members.map((m) => {
		const mine = m.id === me.value;
		return html`<li class="member" key=${m.id} data-member=${m.id}>
			${h(Avatar, { name: m.name, presence: m.online || mine ? "available" : "offline", link: m.online || mine })}
			<span class="member-text"><span><bdi dir="auto">${m.name}</bdi>${h(Apart, { who: m })}${mine && " (you)"}${m.id === share.owner.id && html` <span class="quiet">owner</span>`}${roleTag(m) && html` <span class="quiet">${roleTag(m)}</span>`}</span><span class=${isBehind(m) ? "member-state member-behind" : "member-state"}>${memberWords(m)}</span></span>
			${share.mine && !mine && m.state !== "left" && m.state !== "declined" && h(Menu, { label: `${distinct(m)} in this folder`, icon: "more", items: ofOwner(share, m) })}
		</li>`;
	})}</ul>`;
}

/** What the owner can do about a member. @param {Share} share @param {ShareMember} m */
const ofOwner = (share, m) => [
	...roles.map(({ id, text }) => ({ text, checked: m.role === id, run: () => setRole(share, m, id) })),
	...(m.role === "rw" && m.state === "member" ? [{ text: "Hand the folder over to them…", run: () => handOver(share, m) }] : []),
	{ text: "Remove from this folder…", danger: true, run: () => removeMember(share, m) },
];
