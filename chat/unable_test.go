package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

// awaitUnable waits until it is shown of an offer who cannot receive it, and in which state it is.
func (a *agent) awaitUnable(t *testing.T, when string, id event.ID, state FileState, who ...Unable) {
	t.Helper()
	var f File
	defer func() {
		if t.Failed() {
			t.Logf("at last: %+v", f)
		}
	}()
	a.await(t, when, func() bool {
		var err error
		f, err = a.File(t.Context(), id)
		return err == nil && f.State == state && slices.Equal(f.Unable, who)
	})
}

// takenInVain has Ben accept a file of Anna that he cannot store, as something is in the way.
func takenInVain(t *testing.T, s *site) (anna, ben *agent, id event.ID, path, inTheWay string) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	inTheWay = filepath.Join(ben.dir, "Received")
	writeFile(t, inTheWay, []byte("no folder"))
	path = filepath.Join(t.TempDir(), "plan.txt")
	writeFile(t, path, []byte("plan"))
	id = anna.offer(t, ben, path)[0].ID
	ben.accept(t, id)
	return anna, ben, id, path, inTheWay
}

// TestSenderIsToldOfWhatCannotBeReceived: who accepts a file and cannot receive it tells the sender, over links and restarts, until it is tried again.
func TestSenderIsToldOfWhatCannotBeReceived(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, id, path, inTheWay := takenInVain(t, s)
		ben.awaitFile(t, id, FileProblem)
		cannot := Unable{ben.person(), WhyOther}
		anna.awaitUnable(t, "Anna is told", id, FileProblem, cannot)
		if _, err := ben.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, id, FileProblem)
		anna.awaitUnable(t, "it was tried again in vain", id, FileProblem, cannot)
		ben.stop()
		anna.awaitUnable(t, "Ben is away", id, FileProblem, cannot)
		ben.run(t)
		anna.awaitLink(t, ben)
		anna.awaitUnable(t, "Ben is back", id, FileProblem, cannot)
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.awaitUnable(t, "Anna is back", id, FileProblem, cannot)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		ben.await(t, "the link is gone", func() bool { _, here := ben.roster.Link(anna.id.PeerID()); return !here })
		remove(t, inTheWay)
		if _, err := ben.Accept(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		anna.awaitUnable(t, "Anna cannot know yet", id, FileProblem, cannot)
		s.lan.Heal()
		ben.awaitFile(t, id, FileReceived)
		anna.awaitUnable(t, "it arrived", id, FileReceived)

		id = anna.offer(t, ben, path)[0].ID
		before, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, []byte("nalp"))
		if err := os.Chtimes(path, before.ModTime(), before.ModTime()); err != nil {
			t.Fatal(err)
		}
		ben.accept(t, id)
		anna.awaitUnable(t, "something else came", id, FileProblem, Unable{ben.person(), WhyMismatch})
		if _, err := ben.Decline(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		anna.awaitUnable(t, "Ben gives it up", id, FileDeclined)
	})
}

// TestAbleAgainOnTheNextLink: that somebody can receive a file again reaches who offers it also if the link ended before it was told, and though the file cannot come yet.
func TestAbleAgainOnTheNextLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, id, _, inTheWay := takenInVain(t, s)
		anna.awaitUnable(t, "Anna is told", id, FileProblem, Unable{ben.person(), WhyOther})
		offer, err := anna.files.find(id)
		if err != nil {
			t.Fatal(err)
		}
		anna.await(t, "that Ben accepted is stored", func() bool { // it can come behind why he cannot receive it
			anna.files.mu.Lock()
			defer anna.files.mu.Unlock()
			return offer.fate.accepted
		})
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		for _, a := range []*agent{anna, ben} {
			a.await(t, "the link is gone", func() bool { return len(a.inUse()) == 0 })
		}
		if _, err := anna.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		remove(t, inTheWay)
		if _, err := ben.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		s.lan.Heal()
		anna.awaitUnable(t, "Ben can again, and Anna holds it", id, FilePaused)
		if _, err := anna.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		ben.awaitFile(t, id, FileReceived)
	})
}

// TestOneMachineOfSeveralCannotReceive: somebody is shown as unable to receive a file only while none of their machines is known to be able, in whatever order these tell it.
func TestOneMachineOfSeveralCannotReceive(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		machines := s.household(t, "Ben", 2)
		desk, laptop := machines[0], machines[1]
		for _, one := range machines {
			one.run(t)
			anna.meet(t, one)
		}
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("plan"))
		id := anna.offer(t, desk, path)[0].ID
		tells := func(one *agent, why Why) {
			t.Helper()
			f := frame.Pause{Offer: id[:], Why: uint64(why)}
			if why != 0 {
				f.Paused = 1
			}
			body, err := wire.Marshal(f)
			if err == nil {
				err = linkTo(t, one, anna).Send(t.Context(), wire.KindPause, body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		person := desk.person()
		for _, step := range []struct {
			when string
			who  *agent
			why  Why
			want []Unable
		}{
			{"one of two cannot, and nothing is known of the other", desk, WhyName, []Unable{{person, WhyName}}},
			{"neither can", laptop, WhyOther, []Unable{{person, WhyOther}}},
			{"one can", laptop, 0, nil},
			{"the other still cannot", desk, WhyMismatch, nil},
			{"none can any more", laptop, WhyGone, []Unable{{person, WhyGone}}},
			{"the other can", desk, 0, nil},
		} {
			tells(step.who, step.why)
			synctest.Wait()
			f, err := anna.File(t.Context(), id)
			if err != nil || !slices.Equal(f.Unable, step.want) {
				t.Errorf("%s: %+v, %v", step.when, f.Unable, err)
			}
		}
	})
}

// TestOneOfARoomCannotReceive: in a room it is told of who cannot receive a file, and the others are shown as before.
func TestOneOfARoomCannotReceive(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		inTheWay := filepath.Join(ben.dir, "Received")
		writeFile(t, inTheWay, []byte("no folder"))
		room := roomOfAll(t, NewRoom{}, all...)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("plan"))
		offered := anna.offerIn(t, room, path)
		id := offered[0].ID
		ben.accept(t, id)
		carla.accept(t, id)
		anna.awaitUnable(t, "Ben cannot", id, FileAccepted, Unable{ben.person(), WhyOther})
		anna.await(t, "Carla has it", func() bool {
			f, err := anna.File(t.Context(), id)
			return err == nil && isPersons(f.Has, []*agent{carla}) && isPersons(f.Taking, nil)
		})
		remove(t, inTheWay)
		if _, err := ben.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		anna.awaitUnable(t, "all have it", id, FileReceived)
	})
}

// TestNameOfADrive: a single file whose name is no path is refused where it is sent, as within a folder; one that an earlier version sent arrives under another name.
func TestNameOfADrive(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "a:b.txt")
		writeFile(t, path, []byte("plan"))
		if _, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{path}); err == nil || !strings.Contains(err.Error(), "rename it first; nothing was sent") {
			t.Errorf("sent: %v", err)
		}
		earlier := &preparation{ctx: t.Context(), path: path, disk: anna.config.Disk, maker: &anna.files.maker, read: func(int64) {}}
		earlier.body.Name, earlier.body.Files = "a:b.txt", 1
		if err := earlier.run(); err != nil {
			t.Fatal(err)
		}
		w, err := anna.files.writing(earlier)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := anna.write(t.Context(), anna.conversation(ben.person()), []writing{w})
		if err != nil {
			t.Fatal(err)
		}
		ben.accept(t, sent[0].ID)
		got := ben.awaitFile(t, sent[0].ID, FileReceived)
		if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, []byte("plan")) || filepath.Base(got.Path) != "a_b (2).txt" {
			t.Errorf("it lies at %s with %q: %v", got.Path, b, err)
		}
	})
}

func TestWhyOf(t *testing.T) {
	for _, test := range []struct {
		err  error
		want Why
	}{
		{blocked(fmt.Errorf("place: %w", tree.ErrName)), WhyName},
		{fmt.Errorf("fetch: %w", blob.ErrMismatch), WhyMismatch},
		{fmt.Errorf("fetch: %w", blob.ErrGone), WhyGone},
		{fmt.Errorf("fetch: %w", blob.ErrChanged), WhyGone},
		{fmt.Errorf("fetch: %w", blob.ErrBreach), WhyRules},
		{blocked(tree.ErrDenied), WhyOther},
		{context.DeadlineExceeded, WhyOther},
		{errors.New("something"), WhyOther},
	} {
		if why := whyOf(test.err); why != test.want {
			t.Errorf("%v: %d, not %d", test.err, why, test.want)
		}
	}
}
