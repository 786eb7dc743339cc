// What the agent says over the local API, field by field as in docs/api.md (a test compares these with the agent's own types).

export interface Me { id: string; person: string; name: string; machine: string; presence: string; text?: string; addresses: string[]; folder: string; card?: string; apart?: string }
export interface Peer {
  id: string; person: string; name: string; machine: string; presence: string; text?: string; trust: string; differed?: string; addresses: string[]; link: boolean; lastSeen: string; lookalike?: boolean; apart?: string; copied?: boolean; keepsRead?: boolean; clock?: string;
  favourite?: boolean; groups?: string[]; liveText?: string; card?: string; forgotten?: boolean;
}
/** apart: what tells them from who is called alike, as it was when this was read; for who is on the list see named.js */
export interface Author { id: string; name: string; apart?: string }
export interface MessageState { id: string; name: string; state: string; apart?: string; through?: Author[] }
export interface Message {
  id: string; conversation: string; author: Author; mine: boolean; time: string; kind: string; text: string; file?: File; change?: MemberChange; states: MessageState[]; unread?: boolean; refused?: boolean; refusedEdits?: number; refusedDeletion?: boolean;
  replyTo?: Quote; mentions?: Author[]; groups?: string[]; mentioned?: boolean; from?: string; hook?: string; edited?: string; edits?: number; deleted?: boolean; pinned?: boolean; starred?: boolean; reactions?: Reaction[]; reacted?: number; reach?: Reach; gone?: boolean;
}
/** How far an announcement of ours got: with delivered of so many people, and read by so many. */
export interface Reach { of: number; delivered: number; read: number }
/** A line of a room's history that nobody wrote. */
export interface MemberChange { what: string; who: Author; name?: string; size?: number; in?: Author[]; missed?: boolean; overruled?: boolean }
export interface Quote { id: string; here: boolean; author: Author; kind: string; text?: string; deleted?: boolean; office?: boolean }
export interface Reaction { emoji: string; count: number; by: Author[]; mine: boolean }
/** By what a program writes into a conversation; url only when it was just made. */
export interface Webhook { id: string; name: string; conversation: string; person: string; to: string; address: string; url?: string; time: string; used?: string }
/** By what a program is given what is said. */
export interface Hook { id: string; conversation: string; person: string; to: string; command?: string[]; url?: string; own: boolean; state: string; waiting: number; given: number; result?: string; last?: string; time: string }
/** A text to be sent, or a reminder (without text). */
export interface Later {
  id: string; conversation: string; person: string; name: string; apart?: string; time: string; text?: string; mentions?: Author[]; groups?: string[]; message?: string; about?: Quote; problem?: string; again?: boolean; rung?: boolean;
}
/** For how many days messages are kept, 0 for ever: all, and conversations that differ. */
export interface Retention { days: number; conversations: RetentionWith[] }
export interface RetentionWith { conversation: string; person: string; name: string; days: number }
export interface Alteration { author: Author; machine: string; log: string; event: number; time?: string; text: string }
/** Why entries have no words here. */
export interface Gone { deleted: number; tooOld: number; forgotten: number; notOurs: number; awaited: number; unexplained: number }
export interface Verification {
  conversation: string; person: string; name: string; altered: boolean; logs: number; events: number; dropped: number; gone: Gone; refused: number; signatures: number; unverified: number; alterations: Alteration[]; more: number;
}
export interface Version { text: string; time: string; refused?: boolean; deleted?: Author }
/** What we did in a room beside writing when we were no member any more: how many of each. */
export interface RefusedChanges { deletions?: number; edits?: number; reactions?: number; pins?: number; names?: number; groups?: number; members?: number }
/** A conversation of many. What the page keeps of its row has the room's ID in the place of the person. */
export interface RoomMember { id: string; name: string; mayRemove: boolean; waits?: boolean; apart?: string }
export interface Room { id: string; name: string; open: boolean; closedHistory: boolean; creator: Author; time: string; member: boolean; over?: boolean; size: number; members: RoomMember[]; groups?: RoomGroup[]; invitedBy?: Author; unopened?: boolean; quiet?: boolean; refused?: number; refusedChanges?: RefusedChanges; lookalikeOf?: string; ended?: RoomEnd }
/** How our part in a room ended. */
export interface RoomEnd { what: string; by: Author; time: string }
/** Members who are mentioned together. */
export interface RoomGroup { name: string; members: string[] }
/** Who came, went or changed a room, as it happens; message is the ID of its line. */
export interface RoomChange { id: string; name: string; what: string; by: Author; who: Author; time: string; message: string; refused?: number; refusedChanges?: RefusedChanges }
export interface Conversation { id: string; person: string; name: string; room?: Room; office?: boolean; last?: Message; unread: number; mentioned?: boolean; time: string; muted?: boolean; marked?: boolean; draft?: string; trust?: string; apart?: string }
export interface Progress { done: number; total: number; files?: number; rate: number; left: number }
export interface File {
  id: string; conversation: string; from: Author; to: Author; mine: boolean; name: string; folder: boolean; size: number; files: number; state: string; paused?: string; has?: Author[]; taking?: Author[]; asked?: Author[]; later?: Author[]; noRoom?: Author[]; problem?: string; path?: string; progress: Progress; media?: string; picture?: Picture; leftOut?: number; leftOutNames?: string[]; unportable?: number; unportableNames?: string[];
}
export interface Picture { width: number; height: number }
export interface ShareMember { id: string; name: string; apart?: string; role: string; state: string; paused?: boolean; online: boolean; inSync: boolean; pendingFiles: number; pendingBytes: number }
export interface Problem { id: string; severity: string; text: string; remedy?: string; share?: string; path?: string; person?: string; act?: "you" | "member" | "nobody"; who?: Author; files?: number }
/** What the agent finds when it looks at this machine and network. */
export interface Finding { id: string; severity: string; text: string; remedy?: string }
export interface Share {
  id: string; name: string; path: string; owner: Author; mine: boolean; members: ShareMember[]; files: number; bytes: number; state: string; progress: Progress; problems: Problem[]; editing?: SharedEdit[];
  role: string; onlyHere?: OnlyHere; offered?: Author; deserted?: boolean; limit?: ShareLimit; held?: HeldSet[]; notHere?: string[];
}
/** KiB that a share sends and takes in a second, 0 = no limit. */
export interface ShareLimit { up: number; down: number }
/** What lies in a folder on this machine alone. */
export interface OnlyHere { files: number; paths: string[] }
/** A document that somebody else has open. */
export interface SharedEdit { path: string; by: Author; since: string }
/** What one person did that waits for a word: so much that it may be a mistake. */
export interface HeldSet { by: Author; here: boolean; deleted: number; rewritten: number; of: number; folders: { path: string; files: number }[]; since: string }
export interface Invite { id: string; name: string; from: Author; files: number; bytes: number; time: string }
export interface Notice { share: string; path: string; what: string; by: Author; other?: Author; copy?: string; from?: string; trash?: string; more?: number; time: string }
export interface TrashEntry { id: string; path: string; size: number; reason: string; by: Author; time: string }
export interface SharedFile {
  path: string; folder?: boolean; size: number; by?: Author; time?: string; state: string; why?: string; remedy?: string; done?: number; coming?: number; blocked?: number; reached: number; of: number; lacking?: Author[]; beside?: string; refused?: FileRefusal[];
}
/** Why a file cannot come to some members: their disks do not hold it. */
export interface FileRefusal { who: Author[]; why: string; remedy: string }
export interface SharedFiles { files: SharedFile[]; next?: string }
export interface FileVersion { id?: string; size: number; reason: string; by: Author; time: string }
export interface ShareRetention { days: number; percent: number; own: boolean; files: number; bytes: number; purged?: Purged }
export interface ShareRules { text: string; problem?: string; left: number }
export interface ShareRulesPreview { out: FewFiles; back: FewFiles }
export interface FewFiles { files: number; bytes: number; paths: string[] }
export interface Purged { files: number; bytes: number; time: string }
export interface ShareConflict { share: string; path: string; copy: string; named: ConflictSide; copied: ConflictSide; mine: boolean }
export interface ConflictSide { by: Author; size: number; time: string }
export interface Network { interfaces: string[]; problem?: string; remedy?: string; heard?: string }
export interface Snapshot {
  me: Me; version: string; peers: Peer[]; shares: Share[]; problems: Problem[]; conversations: Conversation[]; invites: Invite[]; files: File[]; network: Network; settings: Settings; office: Office; words?: Words[];
}
/** Everybody: the conversation that is theirs, how many an announcement goes to, and why nobody would take one now. */
export interface Office { id: string; people: number; problem?: string; remedy?: string }
/** What a person switches on and off. */
export interface Settings { notifications: boolean; readMarks: boolean; typing: boolean; lastSeen: boolean; acceptFiles: number; quiet: string; enterBreaks: boolean; textSize: number; shareUp: number; shareDown: number }
/** What a person tells of themselves; the picture is a JPEG in base64. */
export interface Card { person: string; name: string; role?: string; room?: string; phone?: string; picture?: string }
/** Somebody writes in a conversation, or no more. */
export interface Writing { conversation: string; person: string; name: string; writes: boolean }
/** What somebody is writing to us at this moment. */
export interface LiveText { person: string; name: string; text: string }
export interface StateChange { id: string; conversation: string; peer: string; name: string; state: string; apart?: string; through?: Author[] }
export interface Page { messages: Message[]; more: boolean; firstUnread: string }

/** One line of the live channel: the type and, beside it, the fields of what it tells. */
export type LiveEvent =
  | ({ type: "snapshot" } & Snapshot) | ({ type: "message" } & Message) | ({ type: "amended" } & Message) | ({ type: "state" } & StateChange) | ({ type: "reach"; id: string; conversation: string } & Reach) | ({ type: "presence" } & Peer) | ({ type: "share" } & Share)
  | ({ type: "file" } & File) | ({ type: "problem"; gone?: boolean } & Problem) | ({ type: "invite"; gone?: boolean } & Invite) | ({ type: "notice" } & Notice)
  | ({ type: "conversation" } & Conversation) | ({ type: "me" } & Me) | ({ type: "network" } & Network) | { type: "removed"; peer?: string; share?: string; file?: string }
  | ({ type: "typing" } & Writing) | ({ type: "live" } & LiveText) | ({ type: "settings" } & Settings) | ({ type: "words" } & Words)
  | ({ type: "room" } & RoomChange) | { type: "rooms" } | { type: "later" } | ({ type: "reminder" } & Message) | { type: "focus"; conversation?: string; share?: string } | { type: "superseded" };

/** How far two people are with making sure who the other is. */
export interface Words { person: string; name: string; apart?: string; state: "none" | "comparing"; words?: string[]; digits?: string; mine: boolean; until?: string; ended?: string; theirs?: boolean; trust: string }

/** A message that was found; matches are from and to of each place, in characters of the excerpt. */
export interface Hit extends Message { person: string; name: string; apart?: string; excerpt: string; matches: [number, number][] }

// What the page itself knows.


/** A message on its way into the agent; it is not a message yet. */
export interface Pending { key: string; text: string; time: string; problem: string; reply: Message | null; mentions: string[] }
/** A message that is answered or changed in the composer, and what stood there before. */
export interface Composing { verb: "reply" | "edit"; message: Message; before: string }
/** What a search is narrowed to: a conversation (as a row's ID), who wrote it (a person), since and until a day (2026-11-21) and including them, and files. Empty is any. */
export interface Narrow { within: string; from: string; since: string; until: string; files: boolean }
/** What was found for a text. missing: so many messages are not searchable yet. */
export interface Found { text: string; hits: Hit[]; more: boolean; next: string; missing: number; problem: string }
/** The conversation on screen. target: the message that one goes to, a new one each time. heard: what came last, of somebody else, since it was opened. conversation is empty until a first message made one. later: newer messages exist than those loaded. fresh: arrived below what is seen. pins: how many messages are pinned, once that is known. */
export interface View {
  person: string; conversation: string; messages: Message[]; more: boolean; later: boolean; firstUnread: string; status: "loading" | "ready" | "error"; problem: string; fresh: number; atEnd: boolean; pins?: number; target?: { id: string }; heard?: Message;
}
export interface Upload { id: string; person: string; name: string; folder: boolean; files: number; total: number; done: number; rate: number; problem: string; share: boolean; started: number }
/** What happened in a shared folder, newest first, and what lies in its trash; each is loaded when it was read once, and has a problem when it cannot be read now. */
export interface Account { notices: Notice[]; noticesLoaded: boolean; noticesProblem: string; trash: TrashEntry[]; trashLoaded: boolean; trashProblem: string }
export interface Toast { id: number; text: string; bad: boolean }
export type Pane = { kind: "person"; id: string } | { kind: "room"; id: string } | { kind: "share"; id: string };
/** What was dropped or chosen: one file, or one folder with all that is in it. */
export interface Item { name: string; folder: boolean; files: { path: string; file: globalThis.File }[]; folders: string[]; leftOut: string[]; unread: { path: string; folder: boolean }[]; bytes: number }
/** A folder to share is being chosen. person is empty if they are chosen too. waits: for what, before the path can be shown. */
export interface Choosing { kind: "folder"; person: string; name: string; paths: string[]; path: string; waits: "" | "search" | "desktop"; problem: string }
export type Dialog =
  | { kind: "drop"; person: string; items: Item[] }
  | Choosing
  | { kind: "accept"; invite: Invite; path: string; problem: string }
  | { kind: "invite"; share: string }
  | { kind: "limit"; share: Share }
  | { kind: "rules"; share: Share }
  | { kind: "confirm"; title: string; text: string; action: string; harmless?: boolean; run: () => Promise<unknown> }
  | { kind: "react"; message: Message }
  | { kind: "versions"; versions: Version[] }
  | { kind: "reached"; message: Message }
  | { kind: "forward"; message: Message }
  | { kind: "date"; person: string }
  | { kind: "messages"; title: string; none: string; all?: boolean; messages: Message[] }
  | { kind: "picture"; file: File }
  | { kind: "send-later"; person: string; text: string; reply: Message | null; mentions: string[] }
  | { kind: "remind"; message: Message }
  | { kind: "change-later"; later: Later }
  | { kind: "laters" }
  /** These three are about all conversations if person is empty. */
  | { kind: "export"; person: string; name: string }
  | { kind: "retention"; person: string; name: string; conversation: string }
  | { kind: "verify"; person: string; name: string }
  | { kind: "groups"; person: string }
  | { kind: "new-room" }
  | { kind: "invite-room"; id: string }
  | { kind: "rename-room"; id: string }
  | { kind: "room-group"; id: string; group: RoomGroup | null }
  | { kind: "programs"; person: string; name: string }
  | { kind: "settings" }
  | { kind: "doctor" }
  | { kind: "keys" }
  | { kind: "card" }
  | { kind: "words"; person: string; name: string }
  | { kind: "keeping"; share: string; name: string; kept: ShareRetention }
  | { kind: "shared-file"; share: string; file: SharedFile }
  | { kind: "add" };
export interface State {
  phase: "starting" | "ready" | "locked" | "superseded"; link: "up" | "down"; me: Me | null; version: string; network: Network;
  peers: Record<string, Peer>; conversations: Record<string, Conversation>; shares: Record<string, Share>; invites: Record<string, Invite>; problems: Record<string, Problem>;
  files: Record<string, File>; accounts: Record<string, Account>;
  /** Conflicts in shared folders that nobody has settled; that of a share they could not be read again. */
  conflicts: ShareConflict[];
  /** What stands in the composer, and what left it but is not with the agent yet, by person. */
  drafts: Record<string, string>; composing: Record<string, Composing>; pending: Record<string, Pending[]>;
  /** Who was chosen to be mentioned in what stands in the composer, by person. */
  mentioned: Record<string, string[]>;
  /** What is to happen later, the next first; null until it is known. */
  laters: Later[] | null; latersProblem: string;
  /** Rooms that we may join, as those who are here tell of them. */
  openRooms: Room[];
  /** Rooms of which we are no member any more. */
  leftRooms: Room[];
  settings: Settings;
  /** The ID of everybody's conversation, which stands in the place of a person. */
  office: string;
  /** Comparisons of words under way, and how the last one ended unless well, by person. */
  words: Record<string, Words>;
  /** Who writes right now, and what, where live text is on, by person. */
  writing: Writing[]; live: Record<string, string>;
  /** What a search for messages is narrowed to; null while nobody asks for it. */
  narrow: Narrow | null;
  /** Whom the list shows: everybody (empty), "*" favourites, or a group's name. */
  among: string;
  /** Whether one's own name is being written. */
  naming: boolean;
  /** Whether a person looks at this window: visible and focused; and whether a pane hides the conversation from them. */
  watched: boolean; covered: boolean; seen: string; // the message up to which the conversation on screen was seen whole, from the first unread one on
  tab: "people" | "folders"; filter: string; found: Found | null; view: View | null; pane: Pane | null; dialog: Dialog | null; uploads: Record<string, Upload>; toasts: Toast[];
}
/** A colleague as a row of the list: all machines of one person together. */
export interface Row {
  id: string; name: string; machine: string; presence: string; text: string; link: boolean; lastSeen: string; blocked: boolean; muted: boolean; marked: boolean; unread: number; mentioned: boolean; time: string; last: Message | null; invites: number;
  /** When it was said that the words compared with them differ; empty: it was not. */
  differed: string;
  verified: boolean; favourite: boolean; groups: string[]; liveText: string; card: string;
  /** What tells it from another with this name or one that looks like it, and why that has to be told; else empty. */
  apart: string; apartWhy: string;
  /** Members of a room; 0 for a person. */
  members: number;
  /** Whether our part in a room has ended: it can be read and nothing else. */
  over: boolean;
  /** What a room's row says before anything that was said in it. */
  under: string;
  /** It is where everybody in the office announces. */
  office: boolean;
}
