package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/manifest"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

// litter makes a folder with work and debris in it, and returns where it lies and what it holds.
func litter(t *testing.T) (dir string, holds map[string]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "Plans")
	for _, file := range []string{"plan.docx", ".DS_Store", "~$plan.docx", "deep/film.mkv.crdownload", "deep/film.txt", "lost+found/piece", "4913"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), []byte(file))
	}
	return dir, listing(t, dir)
}

// liveOn has programs go on with a folder that litter made: of four pieces of debris nothing is as it was.
func liveOn(t *testing.T, dir string) (gone []string) {
	t.Helper()
	writeFile(t, filepath.Join(dir, ".DS_Store"), []byte("another view of the folder"))
	remove(t, filepath.Join(dir, "~$plan.docx"))
	writeFile(t, filepath.Join(dir, "deep", "film.mkv.crdownload"), []byte("more of the film"))
	if err := os.RemoveAll(filepath.Join(dir, "lost+found")); err != nil {
		t.Fatal(err)
	}
	return []string{".DS_Store", "deep/film.mkv.crdownload", "lost+found/piece", "~$plan.docx"}
}

// less is a listing without some files.
func less(all map[string]string, files ...string) map[string]string {
	all = maps.Clone(all)
	for _, file := range files {
		delete(all, filepath.FromSlash(file))
	}
	return all
}

// isWithout checks that a folder was received without some files of those that it was offered with, and says so.
func (f File) isWithout(t *testing.T, holds map[string]string, gone ...string) {
	t.Helper()
	want, files, size := less(holds, gone...), 0, 0
	for path, content := range want {
		if !strings.HasSuffix(path, "/") {
			files, size = files+1, size+len(content)
		}
	}
	if got := listing(t, f.Path); !sameListing(got, want) {
		t.Errorf("received were %q", slices.Sorted(maps.Keys(got)))
	}
	if f.Offer.LeftOut != len(gone) || !slices.Equal(f.LeftOut, gone[:min(len(gone), leftOutNamed)]) || f.Offer.Files != files || f.Offer.Size != int64(size) || f.Progress.Total != int64(size) {
		t.Errorf("it is told that %d are left out, %q, and that these came: %+v %+v", f.Offer.LeftOut, f.LeftOut, f.Offer, f.Progress)
	}
}

// TestFolderIsReceivedWithoutItsDebris: what programs left in an offered folder and changed or removed since does not keep it from being received. That is left out, counted and named, also after
// a restart; who offers it is told of nothing wrong; and who received it can pass it on.
func TestFolderIsReceivedWithoutItsDebris(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		anna.meet(t, ben)
		ben.meet(t, carla)
		dir, holds := litter(t)
		id := anna.offer(t, ben, dir)[0].ID
		gone := liveOn(t, dir)
		ben.accept(t, id)
		ben.awaitFile(t, id, FileReceived).isWithout(t, holds, gone...)
		if f := anna.awaitFile(t, id, FileReceived); f.Problem != "" || f.Offer.LeftOut != 0 || f.Offer.Files != 7 {
			t.Errorf("who offers it is shown %+v", f)
		}
		if parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in")); err != nil || len(parts) != 0 {
			t.Errorf("left in the hidden folder: %v %v", parts, err)
		}
		ben.stop()
		anna.stop()
		ben.run(t)
		ben.awaitFile(t, id, FileReceived).isWithout(t, holds, gone...)
		ben.awaitLink(t, carla)
		m, err := ben.Forward(t.Context(), id, ben.Direct(carla.person()), called)
		if err != nil {
			t.Fatal(err)
		}
		carla.accept(t, m.ID)
		f := carla.awaitFile(t, m.ID, FileReceived)
		if !sameListing(listing(t, f.Path), less(holds, gone...)) || f.Offer.LeftOut != 4 || f.Offer.Files != 3 || f.LeftOut != nil {
			t.Errorf("passed on: %+v with %v", f, listing(t, f.Path))
		}
	})
}

// TestWorkIsNeverLeftOut: what may be somebody's work and was changed ends receiving a folder, with debris or without, and both are told; so it is when all of the folder is gone.
func TestWorkIsNeverLeftOut(t *testing.T) {
	for what, change := range map[string]func(dir string) error{
		"changed":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "plan.docx"), []byte("another"), 0o600) },
		"removed":  func(dir string) error { return os.Remove(filepath.Join(dir, "deep", "film.txt")) },
		"all gone": os.RemoveAll,
		"all gone but a file of its name": func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600))
		},
	} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				dir, _ := litter(t)
				only := filepath.Join(t.TempDir(), "Downloads")
				writeFile(t, filepath.Join(only, "film.mkv.part"), []byte("all of it"))
				offered := anna.offer(t, ben, dir, only)
				liveOn(t, dir)
				if err := change(dir); err != nil {
					t.Fatal(err)
				}
				all := strings.HasPrefix(what, "all")
				if all {
					if err := change(only); err != nil {
						t.Fatal(err)
					}
				}
				for _, f := range offered {
					ben.accept(t, f.ID)
					if f.Path == only && !all {
						ben.awaitFile(t, f.ID, FileReceived)
						continue
					}
					if got := ben.awaitFile(t, f.ID, FileProblem); !strings.HasSuffix(got.Problem, ": ask for it again") || got.Offer.LeftOut != 0 {
						t.Errorf("Ben is told %q, and that %d are left out", got.Problem, got.Offer.LeftOut)
					}
					if got := anna.awaitFile(t, f.ID, FileProblem); !strings.HasSuffix(got.Problem, ": send it again") {
						t.Errorf("Anna is told %q", got.Problem)
					}
				}
			})
		})
	}
}

// TestDebrisComesFromWhoeverHasIt: in a room, who offers a folder has its debris no more as it was; somebody who received it before has, and gives it. What they do not give either is left out,
// whatever they do instead; and so it is while they alone are here.
func TestDebrisComesFromWhoeverHasIt(t *testing.T) {
	wrong := func(content string) func() (blob.Content, error) {
		return func() (blob.Content, error) { return contentOf(content), nil }
	}
	fails := func(err error) func() (blob.Content, error) {
		return func() (blob.Content, error) { return nil, err }
	}
	for _, c := range []struct {
		what  string
		early bool                         // Ben received it before the debris was changed
		away  bool                         // Anna is
		gives func() (blob.Content, error) // Ben, of debris; nil: what he has
		whole bool                         // it comes
	}{
		{what: "he has it", early: true, whole: true},
		{what: "he has it, and she is away", early: true, away: true, whole: true},
		{what: "he has it not", early: false},
		{what: "he has it not, and she is away", away: true},
		{what: "he gives something else", early: true, gives: wrong(".DX_Store")},
		{what: "he gives something else, and she is away", early: true, away: true, gives: wrong(".DX_Store")},
		{what: "he gives less", early: true, gives: wrong("")},
		{what: "he does not know it", early: true, gives: fails(blob.ErrGone)},
		{what: "he holds it", early: true, gives: fails(blob.ErrPaused)},
		{what: "he cannot read it", early: true, gives: fails(errors.New("a broken disk"))},
		{what: "he is silent", early: true, gives: func() (blob.Content, error) { return silentContent{contentOf(".DS_Store")}, nil }},
	} {
		t.Run(c.what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben, carla := s.start(t, "Anna"), s.agent(t, "Ben"), s.start(t, "Carla")
				ben.serve = func(given blob.Source) blob.Source {
					return debrisSource{given, blob.Sum([]byte(".DS_Store")), c.gives}
				}
				ben.run(t)
				for _, two := range [][2]*agent{{anna, ben}, {anna, carla}, {ben, carla}} {
					two[0].meet(t, two[1])
				}
				room := roomOfAll(t, NewRoom{}, anna, ben, carla)
				dir, holds := litter(t)
				id := anna.offerIn(t, room, dir)[0].ID
				change := func() { touch(t, filepath.Join(dir, ".DS_Store")) }
				if !c.early {
					change()
				}
				ben.accept(t, id)
				ben.awaitFile(t, id, FileReceived)
				if c.early {
					change()
				}
				carla.awaitFile(t, id, FileOffered)
				carla.await(t, "she knows that Ben has it", func() bool {
					carla.files.mu.Lock()
					defer carla.files.mu.Unlock()
					return len(carla.files.transfers[id].fate.holders) == 1
				})
				if c.away {
					anna.stop()
					carla.await(t, "Anna is away", func() bool { _, up := carla.roster.Link(anna.id.PeerID()); return !up })
				}
				carla.accept(t, id)
				f := carla.awaitFile(t, id, FileReceived)
				if c.whole {
					f.isWithout(t, holds)
				} else {
					f.isWithout(t, holds, ".DS_Store")
				}
			})
		})
	}
}

// debrisSource gives one content as a test wants it.
type debrisSource struct {
	blob.Source
	hash  blob.Hash
	gives func() (blob.Content, error)
}

func (s debrisSource) Open(ctx context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (blob.Content, error) {
	if hash == s.hash && s.gives != nil {
		return s.gives()
	}
	return s.Source.Open(ctx, from, scope, hash)
}

func contentOf(text string) blob.Content { return content{bytes.NewReader([]byte(text))} }

// silentContent is read by nobody who does not wait for an hour.
type silentContent struct{ blob.Content }

func (c silentContent) ReadAt(b []byte, at int64) (int, error) {
	time.Sleep(time.Hour)
	return c.Content.ReadAt(b, at)
}

// TestOnlyDebrisIsSpared: no word of who gives a folder has anything left out but what is debris by its name, and only if it is that this content was changed, cannot be read or is another.
func TestOnlyDebrisIsSpared(t *testing.T) {
	about := []error{blob.ErrChanged, blob.ErrUnreadable, blob.ErrMismatch}
	other := []error{nil, blob.ErrGone, blob.ErrPaused, blob.ErrBreach, errDamaged, errSlow, context.Canceled, errors.New("the disk is full")}
	for _, path := range []string{".DS_Store", "deep/~$plan.docx", "film.mkv.crdownload", "lost+found/piece", "Setup.download/plan.docx"} {
		for _, err := range about {
			if !spares(path, fmt.Errorf("asked for it: %w", err)) {
				t.Errorf("%s is missed: %v", path, err)
			}
		}
		for _, err := range other {
			if spares(path, err) {
				t.Errorf("%s is left out: %v", path, err)
			}
		}
	}
	for _, path := range []string{"", "plan.docx", "film.mkv", ".DS_Store/plan.docx", "archive~/plan.docx", "crdownload", ".gitignore"} {
		for _, err := range append(about, other...) {
			if spares(path, err) {
				t.Errorf("%q is left out: %v", path, err)
			}
		}
	}
}

// TestLiarCannotHaveWorkLeftOut: who offers a folder says of everything in it that it was changed: nothing is received, and nothing is told as left out.
func TestLiarCannotHaveWorkLeftOut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		body, encoded := offerOf(t, manifest.List{fileEntry(".DS_Store", "view"), fileEntry("plan.docx", "plan")})
		for what, gives := range map[string]func() (blob.Content, error){
			"changed":   func() (blob.Content, error) { return nil, blob.ErrChanged },
			"unread":    func() (blob.Content, error) { return nil, blob.ErrUnreadable },
			"something": func() (blob.Content, error) { return contentOf("nalp"), nil },
		} {
			l := s.lie(t, anna, source(func(hash blob.Hash) (blob.Content, error) {
				if hash == blob.Hash(body.Hash) {
					return content{bytes.NewReader(encoded)}, nil
				}
				return gives()
			}))
			e := l.newLog(event.DirectID(l.id.Person(), anna.person())).event(t, event.KindFile, body, nil)
			l.send(wire.KindEvents, framed(t, l.id, nil, e))
			anna.accept(t, e.ID)
			if f := anna.awaitFile(t, e.ID, FileProblem); f.Offer.LeftOut != 0 || f.LeftOut != nil || f.Path != "" {
				t.Errorf("%s: it is told as %+v", what, f)
			}
		}
		for path := range listing(t, filepath.Join(anna.dir, "Received")) {
			if path != "./" {
				t.Errorf("in the folder for received files: %s", path)
			}
		}
	})
}

// failingDisk is a disk on which an arrived folder does not get its name, or gets it and nobody is told.
type failingDisk struct {
	tree.FS
	fails func() bool
	moves bool // all the same
}

func (d failingDisk) Rename(from, to string) error {
	if !strings.HasPrefix(from, ".arriving-") || !d.fails() {
		return d.FS.Rename(from, to)
	}
	if d.moves {
		if err := d.FS.Rename(from, to); err != nil {
			return err
		}
	}
	return errors.New("the plug was pulled")
}

// TestRestartBeforeTheFolderHasItsName: what a folder is received without is noted before it gets its name. Broken off before that or just behind, it is the same folder after a restart, although
// the debris is there again as it was offered.
func TestRestartBeforeTheFolderHasItsName(t *testing.T) {
	for _, moves := range []bool{false, true} {
		t.Run(fmt.Sprintf("it has it already %v", moves), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				dir, holds := litter(t)
				id := anna.offer(t, ben, dir)[0].ID
				debris := filepath.Join(dir, ".DS_Store")
				was, err := os.Stat(debris)
				if err != nil {
					t.Fatal(err)
				}
				rename(t, debris, debris+" kept")
				ben.files.inbox.disk = func(path string) (tree.FS, error) {
					disk, err := tree.OpenDisk(path)
					return failingDisk{disk, func() bool { return true }, moves}, err
				}
				ben.accept(t, id)
				if f := ben.awaitFile(t, id, FileProblem); f.Offer.LeftOut != 1 || !slices.Equal(f.LeftOut, []string{".DS_Store"}) {
					t.Errorf("before the restart it is told that %d are left out, %q", f.Offer.LeftOut, f.LeftOut)
				}
				ben.stop()
				rename(t, debris+" kept", debris)
				if now, err := os.Stat(debris); err != nil || !now.ModTime().Equal(was.ModTime()) {
					t.Fatalf("it is not as it was: %v", err)
				}
				ben.run(t)
				ben.awaitLink(t, anna)
				if _, err := ben.Accept(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				f := ben.awaitFile(t, id, FileReceived)
				f.isWithout(t, holds, ".DS_Store")
				entries, err := os.ReadDir(filepath.Join(ben.dir, "Received"))
				if err != nil || len(entries) != 2 || filepath.Base(f.Path) != "Plans" {
					t.Errorf("at %s; the folder for received files holds %v %v", f.Path, entries, err)
				}
				anna.awaitFile(t, id, FileReceived)
			})
		})
	}
}

// TestRestartWhileTheFolderComes: a restart in the middle, before and after debris was asked for, and debris of which half has come when it goes.
func TestRestartWhileTheFolderComes(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		dir := filepath.Join(t.TempDir(), "Plans")
		writeFile(t, filepath.Join(dir, ".DS_Store"), []byte("view"))
		writeFile(t, filepath.Join(dir, "a.part"), noise(1, 4<<20))
		writeFile(t, filepath.Join(dir, "b.bin"), noise(2, 4<<20))
		writeFile(t, filepath.Join(dir, "~$b.bin"), []byte("lock"))
		holds := listing(t, dir)
		s.lan.Slow(anna.host, ben.host, 1<<20)
		id := anna.offer(t, ben, dir)[0].ID
		remove(t, filepath.Join(dir, ".DS_Store"))
		ben.accept(t, id)
		ben.await(t, "half of the first has come", func() bool {
			f, err := ben.File(t.Context(), id)
			return err == nil && f.Progress.Done > 1<<20
		})
		ben.stop()
		remove(t, filepath.Join(dir, "a.part"))
		ben.run(t)
		ben.await(t, "half of the second has come", func() bool {
			parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in"))
			if err != nil || len(parts) != 1 {
				return false
			}
			info, err := parts[0].Info()
			return err == nil && info.Size() > 1<<20 && info.Size() < 4<<20 && strings.HasSuffix(parts[0].Name(), "-2")
		})
		ben.stop()
		remove(t, filepath.Join(dir, "~$b.bin"))
		ben.run(t)
		ben.awaitFile(t, id, FileReceived).isWithout(t, holds, ".DS_Store", "a.part", "~$b.bin")
		if parts, err := os.ReadDir(filepath.Join(ben.dir, "Received", ".lanyard", "in")); err != nil || len(parts) != 0 {
			t.Errorf("left in the hidden folder: %v %v", parts, err)
		}
		anna.awaitFile(t, id, FileReceived)
	})
}
