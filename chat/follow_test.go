package chat

import (
	"fmt"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// followed is what comes behind a bookmark, read in steps of two.
func (a *agent) followed(t *testing.T, in event.ConversationID, behind []byte, own bool) (texts []string, end []byte) {
	t.Helper()
	waiting, err := a.Behind(t.Context(), in, behind, own)
	if err != nil {
		t.Fatal(err)
	}
	for end = behind; ; {
		some, further, err := a.Follow(t.Context(), in, end, own, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			end = further
			break
		}
		for _, f := range some {
			texts = append(texts, f.Text)
			end = f.Bookmark
		}
	}
	if waiting != len(texts) {
		t.Errorf("%d are said to wait, and it is %q", waiting, texts)
	}
	return texts, end
}

// TestFollow: behind a bookmark comes each text and file once, in order, over restarts; what is late when it comes; of a deleted one nothing.
func TestFollow(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		talk := anna.Direct(ben.person())
		beginning := anna.bookmark(t, talk)
		if got, _ := anna.followed(t, talk, beginning, true); len(got) != 0 {
			t.Errorf("at first %q", got)
		}
		ben.send(t, anna, "one", "two", "three")
		anna.awaitTexts(t, ben, "one", "two", "three")
		anna.send(t, ben, "mine")
		ben.awaitTexts(t, anna, "one", "two", "three", "mine")
		ben.send(t, anna, "four")
		anna.awaitTexts(t, ben, "one", "two", "three", "mine", "four")
		theirs, end := anna.followed(t, talk, beginning, false)
		if !slices.Equal(theirs, []string{"one", "two", "three", "four"}) {
			t.Errorf("theirs: %q", theirs)
		}
		all, ownEnd := anna.followed(t, talk, beginning, true)
		if !slices.Equal(all, []string{"one", "two", "three", "mine", "four"}) {
			t.Errorf("all: %q", all)
		}
		now := anna.bookmark(t, talk)
		for _, mark := range [][]byte{end, ownEnd, now} {
			if got, _ := anna.followed(t, talk, mark, false); len(got) != 0 {
				t.Errorf("behind the last one: %q", got)
			}
		}

		anna.stop()
		five := ben.send(t, anna, "five", "six", "seven")
		must(t)(ben.Edit(t.Context(), five[0].ID, "5", nil))
		must(t)(ben.Delete(t.Context(), five[1].ID))
		anna.run(t)
		anna.await(t, "what was said meanwhile", func() bool {
			got := anna.texts(t, ben)
			return slices.Contains(got, "5") && slices.Contains(got, "seven") && !slices.Contains(got, "six")
		})
		if got, _ := anna.followed(t, talk, end, false); !slices.Equal(got, []string{"5", "seven"}) {
			t.Errorf("what was said meanwhile: %q", got)
		}

		for what, bad := range map[string][]byte{"no CBOR": {0xff}, "no list": {0x01}, "a number too high": {0x81, 0x82, 0x01, 0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0}} {
			if _, _, err := anna.Follow(t.Context(), talk, bad, true, 1); err == nil {
				t.Errorf("%s was taken for a bookmark", what)
			}
		}
	})
}

// TestFollowLate: what somebody wrote before, and what comes only now, is given when it comes.
func TestFollowLate(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carl := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carl")
		anna.meet(t, ben)
		anna.meet(t, carl)
		ben.meet(t, carl)
		room := roomOfAll(t, NewRoom{}, anna, ben, carl)
		mark := anna.bookmark(t, room)
		carl.host.Down()
		carl.say(t, room, "late")
		ben.say(t, room, "early")
		anna.awaitSaid(t, room, "early")
		got, mark := anna.followed(t, room, mark, false)
		if !slices.Equal(got, []string{"early"}) {
			t.Errorf("while Carl is away: %q", got)
		}
		carl.host.Up()
		anna.await(t, "Carl's", func() bool { return slices.Contains(anna.said(t, room), "late") })
		if got, _ := anna.followed(t, room, mark, false); !slices.Equal(got, []string{"late"}) {
			t.Errorf("when he is back: %q", got)
		}
	})
}

// TestFollowPassesWhatIsNoMessage: a bookmark gets behind reactions at the end of a log, so that nobody reads the same ones again whenever one more comes;
// but not behind a message that is hidden and may be shown again.
func TestFollowPassesWhatIsNoMessage(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		talk := anna.Direct(ben.person())
		beginning := anna.bookmark(t, talk)
		one := ben.send(t, anna, "one")[0]
		anna.awaitTexts(t, ben, "one")
		must(t)(ben.React(t.Context(), one.ID, "👍", true))
		must(t)(ben.React(t.Context(), one.ID, "👍", false))
		must(t)(ben.React(t.Context(), one.ID, "🎉", true))
		anna.await(t, "the last reaction", func() bool {
			m := anna.message(t, one.ID)
			return len(m.Reactions) == 1 && m.Reactions[0].Emoji == "🎉"
		})
		got, end := anna.followed(t, talk, beginning, false)
		if !slices.Equal(got, []string{"one"}) || !slices.Equal(end, anna.bookmark(t, talk)) {
			t.Errorf("%q, and the bookmark is %x, not %x, which is behind the reactions", got, end, anna.bookmark(t, talk))
		}

		later := ben.send(t, anna, "two", "three")
		anna.awaitTexts(t, ben, "one", "two", "three")
		for _, why := range []int{behindCut, shut} {
			anna.hide(t, why, later...)
			got, hidden := anna.followed(t, talk, end, false)
			anna.hide(t, 0, later...)
			again, _ := anna.followed(t, talk, hidden, false)
			if len(got) != 0 || !slices.Equal(again, []string{"two", "three"}) {
				t.Errorf("hidden by %d: %q, then %q", why, got, again)
			}
		}
	})
}

// hide hides messages in the database, or shows them again.
func (a *agent) hide(t *testing.T, why int, all ...Message) {
	t.Helper()
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, m := range all {
			at, found, err := placeOf(tx, m.ID)
			if err != nil || !found {
				return fmt.Errorf("%s is not there: %w", m.Text, err)
			}
			if _, err := tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place = ?`, why, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (a *agent) bookmark(t *testing.T, in event.ConversationID) []byte {
	t.Helper()
	mark, err := a.Bookmark(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return mark
}
