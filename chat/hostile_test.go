package chat

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zeebo/blake3"

	"lanyard/chat/event"
	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/wire"
)

// content is bytes as a blob.Content.
type content struct{ *bytes.Reader }

func (c content) Size() int64  { return c.Reader.Size() }
func (c content) Close() error { return nil }

// offerOf makes the offer of a folder with these entries.
func offerOf(t *testing.T, m manifest.List) (event.File, []byte) {
	t.Helper()
	encoded, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sum := blake3.Sum256(encoded)
	b := event.File{Name: "Photos", Folder: 1, Hash: sum[:], Manifest: uint64(len(encoded))}
	for _, e := range m {
		b.Size += e.Size
		if !e.IsFolder() {
			b.Files++
		}
	}
	return b, encoded
}

func fileEntry(path, text string) manifest.Entry {
	sum := blake3.Sum256([]byte(text))
	return manifest.Entry{Path: path, Size: uint64(len(text)), Hash: sum[:]}
}

// TestHostileFolders offers folders whose lists lead out of the inbox, or contradict themselves: each is refused as a whole, with a sentence, and
// nothing anywhere changes.
func TestHostileFolders(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		contents := map[blob.Hash][]byte{}
		l := s.lie(t, anna, source(func(hash blob.Hash) (blob.Content, error) {
			if b, ok := contents[hash]; ok {
				return content{bytes.NewReader(b)}, nil
			}
			return nil, blob.ErrGone
		}))
		contents[blob.Sum([]byte("evil"))] = []byte("evil")
		canary := listing(t, filepath.Dir(anna.dir))
		g := l.newLog(event.DirectID(l.id.Person(), anna.person()))
		folder := func(path string) manifest.Entry { return manifest.Entry{Path: path} }
		cases := map[string]manifest.List{
			"a parent":                 {fileEntry("../evil", "evil")},
			"a parent within":          {folder("a/"), fileEntry("a/../../evil", "evil")},
			"the root":                 {fileEntry("/tmp/evil", "evil")},
			"a drive":                  {fileEntry("C:/evil", "evil")},
			"a backslash":              {fileEntry(`..\evil`, "evil")},
			"an empty element":         {fileEntry("a//evil", "evil")},
			"a dot":                    {fileEntry("./evil", "evil")},
			"a zero byte":              {fileEntry("ev\x00il", "evil")},
			"a line":                   {fileEntry("ev\nil", "evil")},
			"a reversed name":          {fileEntry("evil\u202egpj.exe", "evil")},
			"the hidden folder":        {folder(".lanyard/"), fileEntry(".lanyard/marker", "evil")},
			"the hidden folder, loud":  {folder(".LANYARD/"), fileEntry(".LANYARD/marker", "evil")},
			"a decomposed name":        {fileEntry("u\u0308", "evil")},
			"one path twice":           {fileEntry("evil", "evil"), fileEntry("evil", "evil")},
			"a file that is a folder":  {fileEntry("a", "evil"), fileEntry("a/b", "evil")},
			"a folder that is missing": {fileEntry("a/b", "evil")},
			"the wrong order":          {fileEntry("b", "evil"), fileEntry("a", "evil")},
			"a folder with content":    {{Path: "a/", Size: 4, Hash: fileEntry("", "evil").Hash}},
			"a file without a hash":    {{Path: "a", Size: 4}},
			"a name that is too long":  {fileEntry(strings.Repeat("x", 241), "evil")},
		}
		ids := map[string]event.ID{}
		for what, m := range cases {
			body, encoded := offerOf(t, m)
			contents[blob.Hash(body.Hash)] = encoded
			e := g.event(t, event.KindFile, body, nil)
			l.send(wire.KindEvents, framed(t, l.id, nil, e))
			ids[what] = e.ID
		}
		lies, encoded := offerOf(t, manifest.List{fileEntry("a", "evil")})
		lies.Size++
		contents[blob.Hash(lies.Hash)] = encoded
		noise, _ := offerOf(t, manifest.List{fileEntry("b", "evil")})
		contents[blob.Hash(noise.Hash)] = bytes.Repeat([]byte{0x9f}, int(noise.Manifest))
		for what, body := range map[string]event.File{"other sizes than offered": lies, "another list than offered": noise} {
			e := g.event(t, event.KindFile, body, nil)
			l.send(wire.KindEvents, framed(t, l.id, nil, e))
			ids[what] = e.ID
		}
		for what, id := range ids {
			anna.accept(t, id)
			if f := anna.awaitFile(t, id, FileProblem); !strings.Contains(f.Problem, "cannot be received") {
				t.Errorf("%s: %q", what, f.Problem)
			}
		}
		for path := range listing(t, filepath.Join(anna.dir, "Received")) {
			if path != "./" {
				t.Errorf("in the inbox: %s", path)
			}
		}
		for path, text := range listing(t, filepath.Dir(anna.dir)) {
			if before, was := canary[path]; !strings.Contains(path, "lanyard.db") && !strings.Contains(path, "Received") && (!was || before != text) {
				t.Errorf("changed: %s", path)
			}
		}
	})
}

// TestHostileOffers: offers that break the rules are no offers. They are kept as a part of their log and shown as something unreadable.
func TestHostileOffers(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		g := l.newLog(event.DirectID(l.id.Person(), anna.person()))
		good := event.File{Name: "a", Size: 1, Hash: make([]byte, 32), Files: 1}
		var events []*event.Event
		for _, change := range []func(*event.File){
			func(b *event.File) { b.Name = "../a" },
			func(b *event.File) { b.Name = "" },
			func(b *event.File) { b.Name = "a/b" },
			func(b *event.File) { b.Name = ".lanyard" },
			func(b *event.File) { b.Size = 1 << 63 },
			func(b *event.File) { b.Hash = nil },
			func(b *event.File) { b.Folder = 2 },
			func(b *event.File) { b.Folder = 1 },
			func(b *event.File) { b.Folder, b.Manifest = 1, event.MaxManifest+1 },
			func(b *event.File) { b.Manifest = 7 },
		} {
			b := good
			change(&b)
			events = append(events, g.event(t, event.KindFile, b, nil))
		}
		events = append(events,
			g.event(t, event.KindText, event.Text{Text: "with a \x00"}, nil),
			g.event(t, event.KindText, event.Text{Text: strings.Repeat("x", event.MaxText+1)}, nil),
			g.event(t, event.KindText, event.Text{}, nil),
			g.event(t, 77, event.Text{Text: "from the future"}, nil))
		answers := []*event.Event{ // which are shown nowhere
			g.event(t, event.KindAnswer, event.AnswerBody{Offer: make([]byte, 31), Answer: 1}, nil),
			g.event(t, event.KindAnswer, event.AnswerBody{Offer: make([]byte, 32), Answer: 9}, nil),
		}
		l.send(wire.KindEvents, framed(t, l.id, nil, append(events, answers...)...))
		l.settled(anna)
		page, err := anna.History(t.Context(), anna.Direct(l.id.Person()), Query{})
		if err != nil || len(page.Messages) != len(events) {
			t.Fatalf("%d of %d events are kept: %v", len(page.Messages), len(events), err)
		}
		for i, m := range page.Messages {
			if !m.Opaque || m.Text != "" || m.File != nil {
				t.Errorf("event %d is shown as %+v", i, m)
			}
		}
		if files, err := anna.Files(t.Context()); err != nil || len(files) != 0 {
			t.Errorf("files: %+v %v", files, err)
		}
		anna.stop()
		anna.run(t)
		if files, err := anna.Files(t.Context()); err != nil || len(files) != 0 {
			t.Errorf("files after a restart: %+v %v", files, err)
		}
	})
}

// TestAnswersOfStrangersDoNotCount: nobody answers for somebody else, and content is for the person that it was offered to.
func TestAnswersOfStrangersDoNotCount(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "secret.txt")
		writeFile(t, path, []byte("secret"))
		id := anna.offer(t, ben, path)[0].ID
		l := s.lie(t, anna, nil)
		g := l.newLog(event.DirectID(l.id.Person(), anna.person()))
		for a := event.Accepted; a <= event.Withdrawn; a++ {
			l.send(wire.KindEvents, framed(t, l.id, nil, g.event(t, event.KindAnswer, event.AnswerBody{Offer: id[:], Answer: a}, nil)))
		}
		l.settled(anna)
		if f := anna.awaitFile(t, id, FileOffered); f.State != FileOffered {
			t.Errorf("%+v", f)
		}
		_, err := anna.files.Open(t.Context(), l.id.Person(), blob.FileScope(id), blob.Sum([]byte("secret")))
		if err != blob.ErrGone {
			t.Errorf("content for a stranger: %v", err)
		}
		_, unknown := anna.files.Open(t.Context(), l.id.Person(), blob.FileScope([32]byte{1}), blob.Sum([]byte("secret")))
		if unknown != err {
			t.Errorf("an unknown offer is told apart from a foreign one: %v", unknown)
		}
		if _, err := anna.files.Open(t.Context(), ben.person(), blob.FileScope(id), blob.Sum([]byte("other"))); err != blob.ErrGone {
			t.Errorf("other content: %v", err)
		}
		c, err := anna.files.Open(t.Context(), ben.person(), blob.FileScope(id), blob.Sum([]byte("secret")))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestEndedOffersAreGivenToNobody: what was declined or withdrawn is given no more by anybody, nor what was begun of it.
func TestEndedOffersAreGivenToNobody(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		path := filepath.Join(t.TempDir(), "secret.txt")
		writeFile(t, path, []byte("secret"))
		room := roomOfAll(t, NewRoom{}, all...)
		declined, withdrawn, shared := anna.offer(t, ben, path)[0].ID, anna.offer(t, ben, path)[0].ID, anna.offerIn(t, room, path)[0].ID
		ben.awaitFile(t, declined, FileOffered)
		ben.accept(t, shared)
		ben.awaitFile(t, shared, FileReceived)
		begun := map[string]blob.Content{}
		cases := []struct {
			what     string
			from, to *agent
			id       event.ID
		}{{"declined", anna, ben, declined}, {"withdrawn", anna, ben, withdrawn}, {"withdrawn in a room", anna, carla, shared}, {"withdrawn in a room, of who has it", ben, carla, shared}}
		for _, c := range cases {
			content, err := c.from.files.Open(t.Context(), c.to.person(), blob.FileScope(c.id), blob.Sum([]byte("secret")))
			if err != nil {
				t.Fatalf("%s: before: %v", c.what, err)
			}
			defer content.Close()
			begun[c.what] = content
		}
		if _, err := ben.Decline(t.Context(), declined); err != nil {
			t.Fatal(err)
		}
		for _, id := range []event.ID{withdrawn, shared} {
			if _, err := anna.Cancel(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		anna.awaitFile(t, declined, FileDeclined)
		carla.awaitFile(t, shared, FileWithdrawn)
		ben.await(t, "that it was withdrawn", func() bool {
			ben.files.mu.Lock()
			defer ben.files.mu.Unlock()
			return ben.files.transfers[shared].fate.withdrawn
		})
		for _, c := range cases {
			if _, err := c.from.files.Open(t.Context(), c.to.person(), blob.FileScope(c.id), blob.Sum([]byte("secret"))); !errors.Is(err, blob.ErrGone) {
				t.Errorf("%s: %v", c.what, err)
			}
			if n, err := begun[c.what].ReadAt(make([]byte, 6), 0); !errors.Is(err, blob.ErrGone) {
				t.Errorf("%s: %d bytes of what was begun: %v", c.what, n, err)
			}
		}
	})
}

func TestInboxThatCannotBeMade(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		writeFile(t, filepath.Join(ben.dir, "Received"), []byte("in the way"))
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("plan"))
		id := anna.offer(t, ben, path)[0].ID
		ben.accept(t, id)
		if f := ben.awaitFile(t, id, FileProblem); f.Problem == "" {
			t.Error("no sentence")
		}
		if err := os.Remove(filepath.Join(ben.dir, "Received")); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Accept(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, id, FileReceived)
	})
}
