package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// What an author may announce, so that everybody takes it.
const (
	ownDay    = 64 // events in 24 hours
	ownEvents = 256
	ownBytes  = 512 << 10
)

// Announce writes to everybody in the office. It is durable when it returns, is pushed to whoever is here and passed on for 30 days by whoever has it.
// ErrManyAnnouncements when our person announced more than others would take.
func (c *Chat) Announce(ctx context.Context, text string) (Message, error) {
	if err := toAll(event.CheckText(text)); err != nil {
		return Message{}, err
	}
	body, err := wire.Marshal(event.Text{Text: text})
	if err != nil {
		return Message{}, err
	}
	v, err := c.lookup(ctx, event.OfficeID())
	if err == nil {
		err = c.mayAnnounce(v, len(body))
	}
	if err != nil {
		return Message{}, err
	}
	sent, err := c.write(ctx, v, []writing{{kind: event.KindText, body: body}})
	return firstOf(sent), err
}

// toAll gives the error of a text that is too long the remedy of an announcement.
func toAll(err error) error {
	if long, ok := errors.AsType[*event.TooLongError](err); ok {
		return &event.TooLongError{Size: long.Size, ToAll: true}
	}
	return err
}

// mayAnnounce returns nil if others would take one more event of ours.
func (c *Chat) mayAnnounce(v *conversation, size int) error { return c.mayAdd(v, size, 1) }

// mayTakeBack is the same for a deletion: as much again is held back for those, so that nothing stays because too much was said.
func (c *Chat) mayTakeBack(v *conversation) error { return c.mayAdd(v, 0, 2) }

// mayAdd returns nil if one more event of ours keeps to so many times what an author may announce.
func (c *Chat) mayAdd(v *conversation, size, times int) error {
	now := time.Now()
	v.mu.Lock()
	defer v.mu.Unlock()
	day, month, bytes := 0, 0, int64(size+event.MaxHeader)
	for log, branches := range v.branches {
		if log.Peer != c.self() {
			continue
		}
		for _, b := range branches {
			if w := v.office.weights[b]; w != nil {
				d, m, n := w.since(now)
				day, month, bytes = day+d, month+m, bytes+n
			}
		}
	}
	if day >= times*ownDay || month >= times*ownEvents || bytes > int64(times)*ownBytes {
		return ErrManyAnnouncements
	}
	return nil
}

// since sums up what was written in the last day and month.
func (w *weight) since(now time.Time) (day, month int, bytes int64) {
	for _, s := range w.spans {
		if s.time > now.Add(-24*time.Hour).UnixMilli() {
			day++
		}
		if s.time > now.Add(-officeAge).UnixMilli() {
			month++
			bytes += int64(s.size)
		}
	}
	return day, month, bytes
}

// Unheard is by how much our clock is ahead of those of our colleagues (less than 0: behind), where they take no announcements for it; 0 where they do.
func (c *Chat) Unheard() time.Duration {
	ahead := c.config.Roster.ClockAhead()
	if ahead > officeSlack || -ahead > officeAge {
		return ahead
	}
	return 0
}

// Colleagues is how many people an announcement goes to: those on the list who are not blocked.
func (c *Chat) Colleagues() int {
	people := map[identity.PersonID]bool{}
	for _, row := range c.config.Roster.Peers() {
		if !row.Self && row.Trust != peer.Blocked {
			people[row.Person] = true
		}
	}
	return len(people)
}

// introduction returns what a new log of announcements begins with.
func (c *Chat) introduction() (*draft, error) {
	lists := c.ownLists()
	w, err := change(event.KindJoin, membership.Body{Name: c.config.Roster.Self().Name, List: &lists[0], Later: lists[1:]})
	if err != nil {
		return nil, fmt.Errorf("begin a log of announcements: %w", err)
	}
	return &draft{writings: []writing{w}, done: make(chan outcome, 1)}, nil
}

// worn reports whether our log is not to be written any more: what is told of a log has to end some time.
func (v *conversation) worn(b *branch, now time.Time) bool {
	if v.office == nil || b == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	r := v.logLocked(b.log)
	return r.first < now.Add(-officeAge).UnixMilli() || r.last > now.Add(officeSlack).UnixMilli()
}

// notBefore is the least time of the next event of a log: in the office times do not fall.
func (v *conversation) notBefore(b *branch) int64 {
	if v.office == nil || b == nil {
		return 0
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.logLocked(b.log).last
}

// isNews reports whether an announcement makes a notice: it is fresh, and by somebody whom we met.
func (c *Chat) isNews(author identity.PeerID, ms int64) bool {
	_, met := c.config.Roster.Get(author)
	return met && ms > time.Now().Add(-24*time.Hour).UnixMilli()
}

// reissuable reports whether an event of ours that stands only in a history that was given up is written again: an announcement while it is passed on.
func (v *conversation) reissuable(e *event.Event) bool {
	return v.office == nil || e.Time >= time.Now().Add(-officeAge).UnixMilli()
}

// introduce has a new log of announcements begin with who writes it.
func (p *page) introduce(end event.Point) {
	if p.v.office == nil || end.Number > 0 {
		return
	}
	first, err := p.chat.introduction()
	if err != nil {
		p.chat.config.Log.Error("announcements are refused by others", "error", err)
		return
	}
	p.drafts = append([]*draft{first}, p.drafts...)
}

// announcement completes what people see of an event of the office.
func (c *Chat) announcement(v *conversation, m *Message, r *eventRow) {
	m.Reply, m.Mentions = nil, nil // they mean nothing there: nobody rings through a mute
	if m.Mine {
		m.Reach = c.reachOf(v, r.branch, r.number, r.id)
		return
	}
	if _, met := c.config.Roster.Get(m.Peer); !met {
		v.mu.Lock()
		if a := v.office.authors[m.Peer]; a != nil {
			m.Called = a.called
		}
		v.mu.Unlock()
	}
	m.Stale = !c.isNews(m.Peer, r.time)
}

// answers reports whether a reply in a direct conversation may name a message: an announcement by one of the two.
func (v *conversation) answers(m *Message, self identity.PersonID) bool {
	return v.direct() && m.Conversation == event.OfficeID() && (m.Author == v.with || m.Author == self)
}

// current returns announcements as they are passed on: what is too old goes without its words.
func (s *session) current(events []*event.Event) []*event.Event {
	for i, e := range events {
		if e.Number > 1 && !e.Dropped() && e.Time < time.Now().Add(-officeAge).UnixMilli() {
			aged := *e
			aged.Salt, aged.Body = nil, nil
			events[i] = &aged
		}
	}
	return events
}

// beginOffice makes the office ready, once the logs were read.
func (c *Chat) beginOffice(ctx context.Context) error {
	if err := c.forgetHearsay(ctx); err != nil {
		return err
	}
	if err := c.config.DB.Read(ctx, c.loadOffice); err != nil {
		return fmt.Errorf("load what everybody announced: %w", err)
	}
	if err := c.config.DB.Read(ctx, c.openOffice().loadTold); err != nil {
		return fmt.Errorf("load with whom announcements are: %w", err)
	}
	return nil
}
