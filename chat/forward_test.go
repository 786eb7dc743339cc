package chat

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// called is what the test's people call each other.
func called(identity.PersonID) string { return "Anna B" }

// TestForwardFile: what was received is offered anew as it came, with its small picture and the name of who sent it, is read from where it lies and arrives
// equal although who sent it first is gone; and so it goes on.
func TestForwardFile(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carl, dora := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carl"), s.start(t, "Dora")
		anna.meet(t, ben)
		ben.meet(t, carl)
		carl.meet(t, dora)
		dir := t.TempDir()
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 400))); err != nil {
			t.Fatal(err)
		}
		picture, folder := filepath.Join(dir, "Screenshot.png"), filepath.Join(dir, "Plans")
		writeFile(t, picture, b.Bytes())
		writeFile(t, filepath.Join(folder, "ground", "hall.txt"), []byte("hall"))
		writeFile(t, filepath.Join(folder, "roof.txt"), noise(1, 5000))
		if err := os.Mkdir(filepath.Join(folder, "empty"), 0o755); err != nil {
			t.Fatal(err)
		}
		offered := anna.offer(t, ben, picture, folder)
		var received []File
		for _, f := range offered {
			ben.accept(t, f.ID)
			received = append(received, ben.awaitFile(t, f.ID, FileReceived))
		}
		small, err := anna.Thumbnail(t.Context(), offered[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		anna.stop()
		ben.stop() // what was received stays what it was over a restart
		ben.run(t)
		ben.awaitLink(t, carl)
		for i, f := range received {
			first, err := ben.Forward(t.Context(), f.ID, ben.Direct(carl.person()), called)
			if err != nil || first.File == nil || first.From != "Anna B" || first.File.Name != offered[i].Offer.Name || first.File.Size != offered[i].Offer.Size {
				t.Fatalf("Ben passes %s on: %+v %v", f.Offer.Name, first, err)
			}
			carl.accept(t, first.ID)
			there := carl.awaitFile(t, first.ID, FileReceived)
			if m, err := carl.Message(t.Context(), first.ID); err != nil || m.From != "Anna B" || m.Author != ben.person() {
				t.Errorf("Carl sees it from %q: %v", m.From, err)
			}
			again, err := carl.Forward(t.Context(), first.ID, carl.Direct(dora.person()), func(identity.PersonID) string { return "Ben" })
			if err != nil || again.From != "Anna B" {
				t.Fatalf("Carl passes it on as from %q: %v", again.From, err)
			}
			dora.accept(t, again.ID)
			last := dora.awaitFile(t, again.ID, FileReceived)
			for _, one := range []File{there, last} {
				if !sameListing(listing(t, one.Path), listing(t, offered[i].Path)) {
					t.Errorf("%s is another one now", one.Path)
				}
			}
			if i == 0 {
				if passed, err := dora.Thumbnail(t.Context(), again.ID); err != nil || !bytes.Equal(passed, small) {
					t.Errorf("the small picture is another one: %v", err)
				}
			}
		}
		if all, err := ben.Files(t.Context()); err != nil || len(all) != 4 || all[0].Path != all[2].Path && all[0].Path != all[3].Path {
			t.Errorf("Ben has copies: %+v %v", all, err)
		}
	})
}

// TestForwardFolderWithoutItsDebris: what programs left in a folder and changed or removed since does not keep it from being passed on: that is left out and counted. What may be somebody's
// work does.
func TestForwardFolderWithoutItsDebris(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Plans")
		for _, file := range []string{"plan.docx", ".DS_Store", "~$plan.docx", "4913", "lost+found/piece"} {
			writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), []byte(file))
		}
		offered := anna.offer(t, ben, dir)[0]
		if offered.Offer.LeftOut != 0 || offered.Offer.Files != 5 {
			t.Fatalf("offered %+v", offered.Offer)
		}
		writeFile(t, filepath.Join(dir, ".DS_Store"), []byte("another view of the folder"))
		remove(t, filepath.Join(dir, "~$plan.docx"))
		if err := os.RemoveAll(filepath.Join(dir, "lost+found")); err != nil {
			t.Fatal(err)
		}
		m, err := anna.Forward(t.Context(), offered.ID, anna.Direct(ben.person()), called)
		if err != nil {
			t.Fatal(err)
		}
		f := ben.awaitFile(t, m.ID, FileOffered)
		if f.Offer.LeftOut != 4 || f.Offer.Files != 2 || f.Offer.Size != int64(len("plan.docx")+len("4913")) {
			t.Errorf("passed on: %+v", f.Offer)
		}
		ben.accept(t, m.ID)
		f = ben.awaitFile(t, m.ID, FileReceived)
		for _, file := range []string{"plan.docx", "4913"} {
			if b, err := os.ReadFile(filepath.Join(f.Path, file)); err != nil || string(b) != file {
				t.Errorf("%s came as %q: %v", file, b, err)
			}
		}
		touch(t, filepath.Join(dir, "plan.docx"))
		if _, err := anna.Forward(t.Context(), offered.ID, anna.Direct(ben.person()), called); !errors.Is(err, ErrMoved) {
			t.Errorf("with a changed document: %v", err)
		}
	})
}

// TestForwardIntoARoom: an own file goes on, too, without a name beside it, into a room as to a person.
func TestForwardIntoARoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("plan"))
		id := anna.offer(t, ben, path)[0].ID
		room, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Lunch", With: []identity.PersonID{ben.person()}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := anna.Forward(t.Context(), id, room.ID, called)
		if err != nil || m.From != "" {
			t.Fatalf("from %q: %v", m.From, err)
		}
		ben.accept(t, m.ID)
		if got := ben.awaitFile(t, m.ID, FileReceived); got.Conversation != room.ID {
			t.Errorf("it came in %s", got.Conversation)
		}
		if _, err := anna.Forward(t.Context(), id, event.OfficeID(), called); !errors.Is(err, ErrOffice) {
			t.Errorf("to the whole office: %v", err)
		}
	})
}

// TestForwardWhatIsNotHere: what is not on this computer, or not as it came, is not passed on, and it is said what to do.
func TestForwardWhatIsNotHere(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := t.TempDir()
		refused := func(what string, id event.ID, want error) {
			t.Helper()
			before := len(ben.history(t, anna, Query{}).Messages)
			if _, err := ben.Forward(t.Context(), id, ben.Direct(anna.person()), called); !errors.Is(err, want) {
				t.Errorf("%s: %v", what, err)
			}
			if after := len(ben.history(t, anna, Query{}).Messages); after != before {
				t.Errorf("%s: something was written", what)
			}
		}
		send := func(path string) event.ID {
			t.Helper()
			id := anna.offer(t, ben, path)[0].ID
			ben.awaitFile(t, id, FileOffered)
			return id
		}
		done := func(_ File, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		plan, folder := filepath.Join(dir, "plan.txt"), filepath.Join(dir, "Plans")
		writeFile(t, plan, []byte("plan"))
		writeFile(t, filepath.Join(folder, "deep", "one.txt"), []byte("one"))

		id := send(plan)
		refused("offered", id, ErrNotHere)
		done(ben.Decline(t.Context(), id))
		refused("declined", id, ErrNotTaken)
		id = send(plan)
		done(anna.Cancel(t.Context(), id))
		ben.awaitFile(t, id, FileWithdrawn)
		refused("taken back", id, ErrTakenBack)
		id = send(plan)
		anna.stop()
		done(ben.Accept(t.Context(), id))
		refused("on its way", id, ErrOnItsWay)
		anna.run(t)
		got := ben.awaitFile(t, id, FileReceived)

		for _, c := range []struct {
			what   string
			change func(path string)
		}{
			{"moved", func(path string) { rename(t, path, path+" moved") }},
			{"deleted", func(path string) { remove(t, path) }},
			{"longer", func(path string) { writeFile(t, path, []byte("a longer plan")) }},
			{"changed", func(path string) {
				writeFile(t, path, []byte("nalp"))
				touch(t, path)
			}},
			{"a folder", func(path string) {
				remove(t, path)
				writeFile(t, filepath.Join(path, "plan.txt"), []byte("plan"))
			}},
		} {
			c.change(got.Path)
			refused(c.what, id, ErrMoved)
			id = send(plan)
			ben.accept(t, id)
			got = ben.awaitFile(t, id, FileReceived)
		}

		for _, c := range []struct {
			what   string
			change func(path string)
			want   error
		}{
			{"a folder with more in it", func(path string) { writeFile(t, filepath.Join(path, "mine.txt"), []byte("mine")) }, nil},
			{"a folder with less in it", func(path string) { remove(t, filepath.Join(path, "deep", "one.txt")) }, ErrMoved},
			{"a folder of which a file was changed", func(path string) { touch(t, filepath.Join(path, "deep", "one.txt")) }, ErrMoved},
			{"a moved folder", func(path string) { rename(t, path, path+" moved") }, ErrMoved},
		} {
			id := send(folder)
			ben.accept(t, id)
			c.change(ben.awaitFile(t, id, FileReceived).Path)
			if c.want != nil {
				refused(c.what, id, c.want)
			} else if _, err := ben.Forward(t.Context(), id, ben.Direct(anna.person()), called); err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
		}
	})
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// touch has a file be changed later than it was.
func touch(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// endedDisk ends the request once something of a file is read, and counts what is read after that.
type endedDisk struct {
	tree.FS
	end   context.CancelFunc
	after *int
}

type endedFile struct {
	tree.File
	disk *endedDisk
}

func (d *endedDisk) Open(path string) (tree.File, error) {
	f, err := d.FS.Open(path)
	return &endedFile{f, d}, err
}

func (f *endedFile) ReadAt(p []byte, at int64) (int, error) {
	if at > 0 {
		*f.disk.after++
	}
	n, err := f.File.ReadAt(p, at)
	f.disk.end()
	return n, err
}

// TestForwardEndsWithTheRequest: who gives up passing on a large file of which was not noted when it was changed, and which is read for that, does not have it read to its end.
func TestForwardEndsWithTheRequest(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "film")
		writeFile(t, path, noise(5, 8*readSize))
		id := anna.offer(t, ben, path)[0].ID
		ben.accept(t, id)
		ben.awaitFile(t, id, FileReceived)
		anna.awaitFile(t, id, FileReceived)
		if err := ben.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE chat_file SET mtime = 0`) // as an earlier version kept it
			return err
		}); err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		defer end()
		read := 0
		ben.config.Disk = func(path string) (tree.FS, error) {
			disk, err := tree.OpenDisk(path)
			return &endedDisk{disk, end, &read}, err
		}
		to := ben.Direct(anna.person())
		if _, err := ben.Forward(ctx, id, to, called); !errors.Is(err, context.Canceled) || errors.Is(err, ErrMoved) {
			t.Errorf("passed on, or %v", err)
		}
		if read > 0 {
			t.Errorf("%d more pieces were read", read)
		}
		ben.config.Disk = tree.OpenDisk
		if _, err := ben.Forward(t.Context(), id, to, called); err != nil {
			t.Error(err)
		}
	})
}
