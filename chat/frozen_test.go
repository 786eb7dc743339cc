package chat

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/store"
)

// held is what a frozen profile holds, as the program showed it that made it. Only what every later program shows alike is in it.
type held struct {
	Talks []heldTalk
	Files []string // of each its name, state and size
	Later []string
	Boxed int   // pieces of mail that it carries for others
	Sent  int   // and that others carry for it
	Keep  []int // days: of all, and of each conversation that differs
}

type heldTalk struct {
	ID       event.ConversationID
	Name     string // of a room
	Members  int
	Unread   int
	Mine     Mine
	Messages []heldMessage
}

type heldMessage struct {
	ID        event.ID
	Kind      event.Kind
	Text      string
	Edits     int
	Versions  int
	Deleted   bool
	Pinned    bool
	Starred   bool
	Unread    bool
	Reactions []string
	Reply     string
	States    []string
}

// TestFrozenProfiles opens profiles that earlier programs made, and finds all that they held, in the first run and in the second. version1 stands apart: see
// TestOldAmendments.
//
// Whoever changes what is stored freezes a profile first, with the last program that stores as before: LANYARD_FREEZE=N go test -run TestFrozenProfiles ./chat
// makes testdata/versionN, where N is the number of migrations of Part then. What is new since the last time goes into freeze.
func TestFrozenProfiles(t *testing.T) {
	if n := os.Getenv("LANYARD_FREEZE"); n != "" {
		synctest.Test(t, func(t *testing.T) { freeze(t, filepath.Join("testdata", "version"+n)) })
		return
	}
	all, err := filepath.Glob(filepath.Join("testdata", "version*", "held.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no frozen profiles: %v", err)
	}
	for _, path := range all {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { thaw(t, filepath.Dir(path)) }) // its clock stands before what is to happen later
		})
	}
}

// thawed returns an agent, not running yet, with a frozen profile.
func thawed(t *testing.T, from string) *agent {
	t.Helper()
	s := &site{lan: lantest.New(1)}
	a := s.agent(t, "Anna")
	for _, name := range []string{"lanyard.db", "identity.pem"} {
		writeFile(t, filepath.Join(a.dir, name), readFile(t, filepath.Join(from, name)))
	}
	var err error
	if a.id, err = identity.Open(a.dir); err != nil {
		t.Fatal(err)
	}
	return a
}

func thaw(t *testing.T, from string) {
	a := thawed(t, from)
	var want held
	if err := json.Unmarshal(readFile(t, filepath.Join(from, "held.json")), &want); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		a.run(t)
		if got, want := jsonOf(t, a.held(t)), jsonOf(t, want); got != want {
			t.Errorf("it holds %s\nand not %s", got, want)
		}
		talks, err := a.Everything(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, talk := range talks {
			if found, err := a.Verify(t.Context(), talk); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%+v %v", found, err)
			}
		}
		a.stop()
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// held reads everything that a holds.
func (a *agent) held(t *testing.T) (h held) {
	t.Helper()
	ctx := t.Context()
	rows, err := a.Conversations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		talk := heldTalk{ID: row.ID, Unread: row.Unread, Mine: row.Mine}
		if row.Room != nil {
			talk.Name, talk.Members = row.Room.Name, len(row.Room.Members)
		}
		page, err := a.History(ctx, row.ID, Query{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Messages {
			if m := &page.Messages[i]; m.Kind == event.KindText || m.Kind == event.KindFile {
				talk.Messages = append(talk.Messages, a.heldMessage(t, m))
			}
		}
		h.Talks = append(h.Talks, talk)
	}
	files, err := a.Files(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		h.Files = append(h.Files, fmt.Sprintf("%s, %d bytes, %v, mine %v%s", f.Offer.Name, f.Offer.Size, f.State, f.Mine, a.heldFolder(t, f)))
	}
	laters, err := a.Laters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range laters {
		h.Later = append(h.Later, fmt.Sprintf("%q about %s at %s", l.Text, l.About.String()[:8], l.Time.UTC()))
	}
	err = a.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT (SELECT count(*) FROM chat_mail_box), (SELECT count(*) FROM chat_mail_sent)`).Scan(&h.Boxed, &h.Sent)
	})
	keep := Keep{}
	if err == nil {
		keep, err = a.Keeping(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Keep = append(slices.Sorted(maps.Values(keep.Except)), keep.All)
	return h
}

// heldFolder is what is kept of an offered folder besides: its list, and what it was received without.
func (a *agent) heldFolder(t *testing.T, f File) string {
	t.Helper()
	one, err := a.files.find(f.ID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := a.files.listOf(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	if list == nil {
		return ""
	}
	without, err := a.files.leftOutHere(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(", a folder of list %x without %d, %q", blake3.Sum256(list), len(without), f.LeftOut)
}

func (a *agent) heldMessage(t *testing.T, m *Message) heldMessage {
	t.Helper()
	one := heldMessage{ID: m.ID, Kind: m.Kind, Text: m.Text, Edits: m.Edits, Deleted: m.Deleted, Pinned: m.Pinned, Starred: m.Starred, Unread: m.Unread}
	for _, r := range m.Reactions {
		one.Reactions = append(one.Reactions, fmt.Sprint(r.Emoji, " ", r.Count, " ", r.Mine))
	}
	if m.Reply != nil {
		one.Reply = m.Reply.Text
	}
	for _, s := range m.States {
		one.States = append(one.States, s.Delivery.String())
	}
	if m.Kind == event.KindText {
		versions, err := a.Versions(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		one.Versions = len(versions)
	}
	return one
}

// freeze makes a small profile with something of everything in it.
func freeze(t *testing.T, into string) {
	s := &site{lan: lantest.New(1)}
	all := []*agent{s.agent(t, "Anna"), s.agent(t, "Ben"), s.agent(t, "Carla")}
	anna, ben, carla := all[0], all[1], all[2]
	var err error
	if anna.id, err = identity.Open(anna.dir); err != nil {
		t.Fatal(err)
	}
	for i, a := range all {
		a.run(t)
		for _, b := range all[:i] {
			a.meet(t, b)
		}
	}
	for _, a := range all {
		a.awaitCarriers(t, slices.DeleteFunc(slices.Clone(all), func(b *agent) bool { return a == b })...)
	}
	room := roomOfAll(t, NewRoom{Name: "Plans", Open: true}, all...)
	if _, err := anna.Announce(t.Context(), "to everybody"); err != nil {
		t.Fatal(err)
	}
	anna.speak(t, ben, room)
	before := anna.texts(t, ben)
	ben.send(t, anna, "unread")
	anna.awaitTexts(t, ben, append(before, "unread")...)
	callUpon(t, anna, ben, room)
	path := filepath.Join(ben.dir, "plan.txt")
	writeFile(t, path, []byte("the plan"))
	offered := ben.offer(t, anna, path)[0]
	anna.accept(t, offered.ID)
	anna.awaitFile(t, offered.ID, FileReceived)
	ben.awaitFile(t, offered.ID, FileReceived)
	anna.holdFolders(t, ben)
	ben.stop()
	anna.awaitAlone(t, ben)
	carla.awaitAlone(t, ben)
	mailed := anna.send(t, ben, "by mail")[0]
	anna.awaitThrough(t, mailed.ID, carla)
	carla.send(t, ben, "by Anna's mail")
	anna.await(t, "it carries for Carla", func() bool { return anna.carriesFrom(t, carla) == 1 })
	want := anna.held(t)
	anna.stop()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(into, 0o755))
	for _, name := range []string{"lanyard.db", "identity.pem"} {
		must(os.WriteFile(filepath.Join(into, name), readFile(t, filepath.Join(anna.dir, name)), 0o644))
	}
	must(os.WriteFile(filepath.Join(into, "held.json"), []byte(jsonOf(t, want)+"\n"), 0o644))
}

// holdFolders has Anna offer a folder, and receive one without its debris.
func (a *agent) holdFolders(t *testing.T, ben *agent) {
	t.Helper()
	dir, _ := litter(t)
	a.offer(t, ben, dir)
	theirs := ben.offer(t, a, dir)[0].ID
	liveOn(t, dir)
	a.accept(t, theirs)
	a.awaitFile(t, theirs, FileReceived)
	ben.awaitFile(t, theirs, FileReceived)
}

// callUpon has Ben mention Anna by name, and in the room by a group, in what she has not read.
func callUpon(t *testing.T, anna, ben *agent, room event.ConversationID) {
	t.Helper()
	_, named := ben.NameGroup(t.Context(), room, "Planners", []identity.PersonID{anna.person()})
	_, one := ben.Post(t.Context(), ben.Direct(anna.person()), Post{Text: "look, @Anna", Mentions: []identity.PersonID{anna.person()}})
	_, all := ben.Post(t.Context(), room, Post{Text: "@Planners, look", Groups: []string{"Planners"}})
	for i, err := range []error{named, one, all} {
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	anna.await(t, "both texts are here", func() bool {
		said := anna.said(t, room)
		direct := anna.texts(t, ben)
		return said[len(said)-1] == "@Planners, look" && direct[len(direct)-1] == "look, @Anna"
	})
}

// speak says all that can be said, to somebody and in a room.
func (a *agent) speak(t *testing.T, b *agent, room event.ConversationID) {
	t.Helper()
	ctx, talk := t.Context(), a.Direct(b.person())
	sent := a.send(t, b, "edited", "deleted", "reacted to", "pinned and starred")
	_, edit := a.Edit(ctx, sent[0].ID, "edited twice", nil)
	_, edit2 := a.Edit(ctx, sent[0].ID, "edited indeed", nil)
	_, drop := a.Delete(ctx, sent[1].ID)
	_, react := a.React(ctx, sent[2].ID, "👍", true)
	_, pin := a.Pin(ctx, sent[3].ID, true)
	_, star := a.Star(ctx, sent[3].ID, true)
	_, reply := a.Post(ctx, talk, Post{Text: "a reply", ReplyTo: sent[2].ID, Mentions: []identity.PersonID{b.person()}, From: "Somebody"})
	_, draft := a.Draft(ctx, talk, "not finished")
	_, mute := a.Mute(ctx, room, true)
	_, rename := a.Rename(ctx, room, "Plans 2027")
	_, later := a.SendLater(ctx, talk, Post{Text: "later"}, time.Now().AddDate(1, 0, 0))
	_, remind := a.Remind(ctx, sent[2].ID, time.Now().AddDate(2, 0, 0))
	keep, keepIn := a.KeepAll(ctx, 3000), a.KeepWith(ctx, talk, 2000)
	for i, err := range []error{edit, edit2, drop, react, pin, star, reply, draft, mute, rename, later, remind, keep, keepIn} {
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	last := b.say(t, room, "in the room")[0]
	b.awaitStates(t, last.ID, Delivered, Delivered)
}
