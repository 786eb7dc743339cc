package api

import "time"

// Me is this agent as its own person sees it.
type Me struct {
	ID        string   `json:"id"`     // peer ID of this machine
	Person    string   `json:"person"` // person ID
	Name      string   `json:"name"`
	Machine   string   `json:"machine"`
	Presence  string   `json:"presence"` // available, away, busy, invisible
	Text      string   `json:"text,omitempty"`
	Addresses []string `json:"addresses"`       // host:port on which colleagues reach us
	Folder    string   `json:"folder"`          // where shared folders and received files lie
	Card      string   `json:"card,omitempty"`  // changes with our card; empty: we tell nothing
	Apart     string   `json:"apart,omitempty"` // as of an Author
}

// Peer is one machine of somebody met, as a row of the list.
type Peer struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"`
	Name      string    `json:"name"`
	Machine   string    `json:"machine"`
	Presence  string    `json:"presence"` // available, away, busy, offline
	Text      string    `json:"text,omitempty"`
	Trust     string    `json:"trust"`             // seen, verified, differs, blocked
	Differed  time.Time `json:"differed,omitzero"` // when it was said that the words compared with them differ
	Addresses []string  `json:"addresses"`
	Link      bool      `json:"link"` // false for an invisible peer
	LastSeen  time.Time `json:"lastSeen"`
	Lookalike bool      `json:"lookalike,omitempty"` // another row has this name or one that looks like it
	Apart     string    `json:"apart,omitempty"`     // as of an Author
	Copied    bool      `json:"copied,omitempty"`    // their profile was copied and runs on two computers
	KeepsRead bool      `json:"keepsRead,omitempty"` // tells nobody what they have read
	Clock     string    `json:"clock,omitempty"`     // how its clock is off from ours, where most who are here say that it is: "3 hours ahead"
	Favourite bool      `json:"favourite,omitempty"` // these are ours alone,
	Groups    []string  `json:"groups,omitempty"`    // and these
	LiveText  string    `json:"liveText,omitempty"`  // who switched it on: mine, theirs, both
	Card      string    `json:"card,omitempty"`      // changes with their card; empty: they tell nothing
	Forgotten bool      `json:"forgotten,omitempty"` // taken off the list: in no list but that of blocked people
}

// Author names who wrote a message, changed a file or owns a share.
type Author struct {
	ID   string `json:"id"` // person ID
	Name string `json:"name"`

	Apart string `json:"apart,omitempty"` // where somebody else has this name or one that looks like it: their machine, or the beginning of their ID
}

// Distinct is the name, with what tells them from who is called alike.
func (a Author) Distinct() string { return distinct(a.Name, a.Apart) }

func distinct(name, apart string) string {
	if apart == "" {
		return name
	}
	return name + " (" + apart + ")"
}

// State is how far one message got with one recipient: waiting, carried (sealed on the disks of colleagues, who hand it over), delivered (durable on their disk) or read.
type State struct {
	ID    string `json:"id"` // person ID of the recipient
	Name  string `json:"name"`
	State string `json:"state"`

	Apart   string   `json:"apart,omitempty"`   // as of an Author
	Through []Author `json:"through,omitempty"` // carried: whose machines keep it
}

// Distinct is the recipient's, as of an Author.
func (s State) Distinct() string { return distinct(s.Name, s.Apart) }

// Message is one event of a conversation that people see.
type Message struct {
	ID              string        `json:"id"`
	Conversation    string        `json:"conversation"`
	Author          Author        `json:"author"`
	Mine            bool          `json:"mine"`
	Time            time.Time     `json:"time"`
	Kind            string        `json:"kind"` // text, file, change, unknown
	Text            string        `json:"text"` // for a file its name
	File            *File         `json:"file,omitempty"`
	Change          *MemberChange `json:"change,omitempty"` // of kind change
	States          []State       `json:"states"`
	Unread          bool          `json:"unread,omitempty"`
	Gone            bool          `json:"gone,omitempty"`            // of kind unknown because its words were taken away on this computer
	Refused         bool          `json:"refused,omitempty"`         // our own: we were no member of the room any more and did not know; only we see it, and it has no states
	RefusedEdits    int           `json:"refusedEdits,omitempty"`    // our own: how often we changed the text so; Versions has the words
	RefusedDeletion bool          `json:"refusedDeletion,omitempty"` // its author deleted it so: others see it; of kind unknown until they send its words again

	ReplyTo   *Quote     `json:"replyTo,omitempty"`
	Mentions  []Author   `json:"mentions,omitempty"`
	Groups    []string   `json:"groups,omitempty"`    // of the room, that it mentions
	Mentioned bool       `json:"mentioned,omitempty"` // we are, by name or by a group in which we are now
	From      string     `json:"from,omitempty"`      // name of the person whose words these are, as the author gives it
	Hook      string     `json:"hook,omitempty"`      // the author's webhook through which a program posted it
	Edited    *time.Time `json:"edited,omitempty"`    // when the author last changed the text, by their clock
	Edits     int        `json:"edits,omitempty"`     // how often
	Deleted   bool       `json:"deleted,omitempty"`   // the author took it back: text and file are gone
	Pinned    bool       `json:"pinned,omitempty"`
	Starred   bool       `json:"starred,omitempty"`   // by ourselves, for ourselves
	Reactions []Reaction `json:"reactions,omitempty"` // in the order in which the emoji came first, at most 24
	Reacted   int        `json:"reacted,omitempty"`   // reactions with other emoji than those

	Reach *Reach `json:"reach,omitempty"` // of our own announcements
}

// Conversation is a row: with whom, what was said last, how much is unread.
type Conversation struct {
	ID     string    `json:"id"`
	Person string    `json:"person"` // the other person of a direct conversation; empty for a room and the office
	Name   string    `json:"name"`
	Room   *Room     `json:"room,omitempty"`
	Office bool      `json:"office,omitempty"` // everybody in the office announces here
	Last   *Message  `json:"last,omitempty"`
	Unread int       `json:"unread"`
	Time   time.Time `json:"time"` // of the last message

	Mentioned bool `json:"mentioned,omitempty"` // our person is, in what is unread: by name, or by a group of the room

	Apart  string `json:"apart,omitempty"`  // of a direct one, as of an Author
	Trust  string `json:"trust,omitempty"`  // of a direct one, where it alone is asked for: that of the person, as in Peer
	Muted  bool   `json:"muted,omitempty"`  // these are ours alone and never sent: nothing of it rings,
	Marked bool   `json:"marked,omitempty"` // it was marked as unread,
	Draft  string `json:"draft,omitempty"`  // and what is being written
}

// Distinct is the name, with what tells it from a conversation with somebody who is called alike.
func (c *Conversation) Distinct() string { return distinct(c.Name, c.Apart) }

// Progress tells how far long work is. Rate is bytes per second over the last seconds, Left the seconds that remain at that rate; both 0 while unknown.
type Progress struct {
	Done  int64   `json:"done"`
	Total int64   `json:"total"`
	Files int     `json:"files,omitempty"`
	Rate  float64 `json:"rate"`
	Left  float64 `json:"left"`
}

// File is a file or folder sent in a conversation. Its ID is the ID of the message that offers it.
type File struct {
	ID           string   `json:"id"`
	Conversation string   `json:"conversation"`
	From         Author   `json:"from"`
	To           Author   `json:"to"`
	Mine         bool     `json:"mine"`
	Name         string   `json:"name"`
	Folder       bool     `json:"folder"`
	Size         int64    `json:"size"`
	Files        int      `json:"files"`
	State        string   `json:"state"`             // preparing, offered, accepted, receiving, waiting, received, declined, withdrawn, paused, problem
	Paused       string   `json:"paused,omitempty"`  // by whom: here or there, with the state paused
	Has          []Author `json:"has,omitempty"`     // of an own one in a room: who received and verified it,
	Taking       []Author `json:"taking,omitempty"`  // and who else of the room takes it and has not all of it yet
	Asked        []Author `json:"asked,omitempty"`   // and who has not answered yet
	Later        []Author `json:"later,omitempty"`   // and who came into the room later and does not have it
	NoRoom       []Author `json:"noRoom,omitempty"`  // of an own one: who takes it, is here, and has no room for it on their disk
	Problem      string   `json:"problem,omitempty"` // what hinders it; of an own one in a room also beside other states: who cannot receive it
	Path         string   `json:"path,omitempty"`    // where it lies on this machine, once it does
	Progress     Progress `json:"progress"`
	Media        string   `json:"media,omitempty"`        // image, audio or video, by its name
	Picture      *Picture `json:"picture,omitempty"`      // of a picture that has a thumbnail
	LeftOut      int      `json:"leftOut,omitempty"`      // of a folder: links, special files, other disks, Lanyard's own folders, and debris that cannot be read or named: they are not sent; and debris without which it was received
	LeftOutNames []string `json:"leftOutNames,omitempty"` // the first of them: in the answer that offers the folder, and of those without which it was received

	Unportable      int      `json:"unportable,omitempty"`      // in that answer: how many names in a folder Windows cannot store,
	UnportableNames []string `json:"unportableNames,omitempty"` // and the first of them
}

// Picture is the size of a picture in pixels, as its sender says.
type Picture struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// ShareMember is one person of a share and how far their folder is behind.
type ShareMember struct {
	ID           string `json:"id"` // person ID
	Name         string `json:"name"`
	Apart        string `json:"apart,omitempty"`  // as in Author
	Role         string `json:"role"`             // rw, ro, keeper
	State        string `json:"state"`            // owner, member, invited, declined, left
	Paused       bool   `json:"paused,omitempty"` // they have paused it, where they are here
	Online       bool   `json:"online"`
	InSync       bool   `json:"inSync"`
	PendingFiles int    `json:"pendingFiles"`
	PendingBytes int64  `json:"pendingBytes"`
}

// Distinct is as that of Author.
func (m ShareMember) Distinct() string { return distinct(m.Name, m.Apart) }

// Problem is something a person should know, in one sentence, with what to do.
type Problem struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // note, warning, error
	Text     string `json:"text"`
	Remedy   string `json:"remedy,omitempty"`
	Share    string `json:"share,omitempty"`
	Path     string `json:"path,omitempty"`
	Person   string `json:"person,omitempty"` // whom alone it is about

	// Of a shared folder:
	Act   string  `json:"act,omitempty"`   // who can do something about it: you, member (Who), nobody (it ends by itself)
	Who   *Author `json:"who,omitempty"`   // the member who can
	Files int     `json:"files,omitempty"` // how many it stands for; Path is one of them, or empty
}

// Share is a shared folder on this machine.
type Share struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Path     string        `json:"path"`
	Owner    Author        `json:"owner"`
	Mine     bool          `json:"mine"`
	Members  []ShareMember `json:"members"`
	Files    int           `json:"files"`
	Bytes    int64         `json:"bytes"`
	State    string        `json:"state"` // in-sync, syncing, paused, held, problem
	Progress Progress      `json:"progress"`
	Problems []Problem     `json:"problems"`
	Role     string        `json:"role"`               // what I may do: rw, ro, keeper
	Offered  *Author       `json:"offered,omitempty"`  // to whom the owner offers the share
	Deserted bool          `json:"deserted,omitempty"` // the owner has left
	Limit    *Limits       `json:"limit,omitempty"`    // where one is set
	OnlyHere *OnlyHere     `json:"onlyHere,omitempty"` // what lies in the folder on this machine alone: where I may only read and have changed something, or what lay there before
	Held     []HeldSet     `json:"held"`
	Editing  []SharedEdit  `json:"editing,omitempty"`
	NotHere  []string      `json:"notHere,omitempty"` // folders of it that are not taken on this machine
}

// SharedEdit is a document of a share that somebody else has open.
type SharedEdit struct {
	Path  string    `json:"path"`
	By    Author    `json:"by"`
	Since time.Time `json:"since"`
}

// Limits are how many KiB a share sends and takes on this machine in a second; 0 = as many as there are.
type Limits struct {
	Up   int `json:"up"`
	Down int `json:"down"`
}

// OnlyHere is what lies in a share's folder on this machine alone; the first paths of it are named.
type OnlyHere struct {
	Files int      `json:"files"`
	Paths []string `json:"paths"`
}

// HeldSet is what one person did in a share that waits for a word: it is so much that it may be a mistake.
type HeldSet struct {
	By        Author       `json:"by"`
	Here      bool         `json:"here"`    // it was done on this machine, and nobody else has got it; else somebody else's, and not done on this machine
	Deleted   int          `json:"deleted"` // files
	Rewritten int          `json:"rewritten"`
	Of        int          `json:"of"`      // files there are
	Folders   []HeldFolder `json:"folders"` // those with most of them; an empty path is the shared folder itself
	Since     time.Time    `json:"since"`
}

// HeldFolder is how many of them lie in one folder.
type HeldFolder struct {
	Path  string `json:"path"`
	Files int    `json:"files"`
}

// PublishRequest names files and folders that lie in a share's folder on this machine only; none: all.
type PublishRequest struct {
	Paths []string `json:"paths"`
}

// Published is how many files the others are given now.
type Published struct {
	Files int `json:"files"`
}

// HeldRequest names whose held changes are meant; empty: everybody's.
type HeldRequest struct {
	By string `json:"by"`
}

// Invite is a share that somebody offers to us. Its ID is the share's.
type Invite struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	From  Author    `json:"from"`
	Files int       `json:"files"`
	Bytes int64     `json:"bytes"`
	Time  time.Time `json:"time"`
}

// SharedFile is a file or folder of a share, and how far it has come.
type SharedFile struct {
	Path    string        `json:"path"`
	Folder  bool          `json:"folder,omitempty"`
	Size    int64         `json:"size"`
	By      *Author       `json:"by,omitempty"` // who wrote it
	Time    *time.Time    `json:"time,omitempty"`
	State   string        `json:"state"` // here, coming, away, blocked; ignored where the share's rules leave it out, not-here where its folder is not taken on this machine
	Why     string        `json:"why,omitempty"`
	Remedy  string        `json:"remedy,omitempty"`
	Done    int64         `json:"done,omitempty"`    // bytes that are here of what is coming
	Coming  int           `json:"coming,omitempty"`  // below a folder: so many are coming,
	Blocked int           `json:"blocked,omitempty"` // so many cannot be put in place
	Reached int           `json:"reached"`           // so many have it,
	Of      int           `json:"of"`                // of so many who take part
	Lacking []Author      `json:"lacking,omitempty"`
	Beside  string        `json:"beside,omitempty"`  // it is the copy of a conflict over the file there
	Refused []FileRefusal `json:"refused,omitempty"` // to whom it cannot come
}

// FileRefusal is why a file cannot come to some members: their disks do not hold it.
type FileRefusal struct {
	Who    []Author `json:"who"`
	Why    string   `json:"why"`
	Remedy string   `json:"remedy"` // for who may rename it
}

// SharedFiles is a page of what lies in a share. Next is where the next page begins, empty after the last.
type SharedFiles struct {
	Files []SharedFile `json:"files"`
	Next  string       `json:"next,omitempty"`
}

// Notice is one change in a share: who did what to which file. Deleted and replaced content has a Trash ID with which it comes back.
type Notice struct {
	Share string    `json:"share"`
	Path  string    `json:"path"`
	What  string    `json:"what"` // added, changed, deleted, restored, moved, conflict; of what I did where I may only read: only-here, came-back
	By    Author    `json:"by"`
	Other *Author   `json:"other,omitempty"` // the second author of a conflict
	Copy  string    `json:"copy,omitempty"`  // path of the conflict copy
	From  string    `json:"from,omitempty"`  // old path of a move; of only-here the path beside which it was put
	Trash string    `json:"trash,omitempty"`
	More  int       `json:"more,omitempty"` // so many files more that are not named
	Time  time.Time `json:"time"`
}

// TrashEntry is what was replaced or deleted and can be restored.
type TrashEntry struct {
	ID     string    `json:"id"`
	Path   string    `json:"path"`
	Size   int64     `json:"size"`
	Reason string    `json:"reason"` // replaced, deleted
	By     Author    `json:"by"`
	Time   time.Time `json:"time"`
}

// FileVersion is one content that a file of a share has or had.
type FileVersion struct {
	ID     string    `json:"id,omitempty"` // of the entry of the trash; the present content has none
	Size   int64     `json:"size"`
	Reason string    `json:"reason"` // present, replaced, deleted
	By     Author    `json:"by"`     // who replaced or deleted it; of the present one who wrote it
	Time   time.Time `json:"time"`
}

// ShareRetention says for how many days what was replaced or deleted is kept, and in how many percent of the disk at most. Of one share also what lies there.
type ShareRetention struct {
	Days    int     `json:"days"`
	Percent int     `json:"percent"`
	Own     bool    `json:"own"` // chosen for this share
	Files   int     `json:"files"`
	Bytes   int64   `json:"bytes"`
	Purged  *Purged `json:"purged,omitempty"` // what was dropped so far, if anything was
}

// ShareRules are the rules of a share that say what in its folder is not shared.
type ShareRules struct {
	Text    string `json:"text"`
	Problem string `json:"problem,omitempty"` // why they are not in force, but those before them
	Left    int    `json:"left"`              // files that the share has and the rules in force leave out
}

// ShareRulesPreview says what other rules would change: which shared files they would leave out, and which that are left out would be shared again.
type ShareRulesPreview struct {
	Out  FewFiles `json:"out"`
	Back FewFiles `json:"back"`
}

// FewFiles counts files and names the first of them.
type FewFiles struct {
	Files int      `json:"files"`
	Bytes int64    `json:"bytes"`
	Paths []string `json:"paths"`
}

// Purged counts what was dropped from a trash, and when it was last.
type Purged struct {
	Files int       `json:"files"`
	Bytes int64     `json:"bytes"`
	Time  time.Time `json:"time"`
}

// ShareConflict is a file of which two people wrote different contents at the same time, and nobody has said which stays.
type ShareConflict struct {
	Share  string       `json:"share"`
	Path   string       `json:"path"`
	Copy   string       `json:"copy"` // the path of the other content
	Named  ConflictSide `json:"named"`
	Copied ConflictSide `json:"copied"`
	Mine   bool         `json:"mine"` // one of the two is this person's
}

// ConflictSide is one content of a conflict.
type ConflictSide struct {
	By   Author    `json:"by"`
	Size int64     `json:"size"`
	Time time.Time `json:"time"`
}

// Status is the agent at a glance.
type Status struct {
	Me       Me        `json:"me"`
	Version  string    `json:"version"`
	Peers    []Peer    `json:"peers"`
	Shares   []Share   `json:"shares"`
	Problems []Problem `json:"problems"`
	Words    []Words   `json:"words,omitempty"` // that are to be compared
}

// Snapshot is everything the window shows at its start; events change it.
type Snapshot struct {
	Status
	Conversations []Conversation `json:"conversations"`
	Invites       []Invite       `json:"invites"`
	Files         []File         `json:"files"`
	Network       Network        `json:"network"`
	Settings      Settings       `json:"settings"`
	Office        Office         `json:"office"`
}

// Network says what discovery uses and hears, so that an empty list can say why.
type Network struct {
	Interfaces []string  `json:"interfaces"`
	Problem    string    `json:"problem,omitempty"`
	Remedy     string    `json:"remedy,omitempty"`
	Heard      time.Time `json:"heard,omitzero"` // when somebody else was last heard by multicast
}

// StateChange tells that messages of ours got further with one recipient, or who carries them. Only a carried one may go back to waiting, when nobody keeps it any more.
type StateChange struct {
	ID           string `json:"id"` // of the message
	Conversation string `json:"conversation"`
	Peer         string `json:"peer"` // person ID of the recipient
	Name         string `json:"name"` // of the recipient
	State        string `json:"state"`

	Apart   string   `json:"apart,omitempty"`   // as of an Author
	Through []Author `json:"through,omitempty"` // carried: whose machines keep it
}

// Distinct is the recipient's, as of an Author.
func (s StateChange) Distinct() string { return distinct(s.Name, s.Apart) }

// Finding is what the doctor says: one sentence, one remedy.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // ok, note, warning, error
	Text     string `json:"text"`
	Remedy   string `json:"remedy,omitempty"`
}

// TrayState is what the icon and its menu show.
type TrayState struct {
	Name     string     `json:"name"`
	Presence string     `json:"presence"`
	Text     string     `json:"text,omitempty"` // beside the presence; who changes the presence from the menu keeps it
	Unread   int        `json:"unread"`
	Problem  string     `json:"problem,omitempty"`
	Recent   []TrayPeer `json:"recent"` // up to 10, those who are here first
}

// TrayPeer is one colleague in the tray's menu.
type TrayPeer struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	Online bool   `json:"online"`
	Unread int    `json:"unread"`
}

// TrayLine is one line from the agent to the tray program: a new state, a request to answer, or a notification to show.
type TrayLine struct {
	State   *TrayState    `json:"state,omitempty"`
	Request *TrayRequest  `json:"request,omitempty"`
	Notify  *Notification `json:"notify,omitempty"`
	Cancel  string        `json:"cancel,omitempty"` // ID of a request that is no longer wanted
	Open    string        `json:"open,omitempty"`   // a one-time URL: open the window
}

// TrayRequest asks the person at the desk; the answer goes to POST /tray/requests/{id}.
type TrayRequest struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"` // folder: choose a folder; consent: yes or no
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
}

// TrayAnswer is the person's answer. Cancelled: they closed the dialog. Problem: the dialog could not be shown.
type TrayAnswer struct {
	Path      string `json:"path,omitempty"`
	Yes       bool   `json:"yes,omitempty"`
	Cancelled bool   `json:"cancelled,omitempty"`
	Problem   string `json:"problem,omitempty"`
}

// Notification is shown by the desktop; a click opens Conversation or Share.
type Notification struct {
	Title        string `json:"title"`
	Body         string `json:"body"`
	Conversation string `json:"conversation,omitempty"`
	Share        string `json:"share,omitempty"`
	Tag          string `json:"tag,omitempty"` // a newer one with the same tag replaces the older
}

// Attention is what is on screen right now, told by the window.
type Attention struct {
	Window       string `json:"window"`       // random, one per open window
	Conversation string `json:"conversation"` // empty: none
	Focused      bool   `json:"focused"`
	Closed       bool   `json:"closed,omitempty"`
}
