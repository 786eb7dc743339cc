package agent

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"lanyard/internal/api"
)

const (
	trayRecent = 10                     // colleagues in the menu
	trayEvery  = 250 * time.Millisecond // least time between two states: a menu redrawn more often flickers
)

// trayPainter tells the tray program what icon and menu show, whenever that changes.
type trayPainter struct {
	tray   *trays
	dirty  chan struct{} // holds a token while something may have changed
	facts  func(ctx context.Context) (me api.Me, peers []api.Peer, rows []api.Conversation, problems []api.Problem, err error)
	failed func(error)
}

// touch says that something may have changed. It does not wait.
func (p *trayPainter) touch() {
	select {
	case p.dirty <- struct{}{}:
	default:
	}
}

// run paints until ctx ends.
func (p *trayPainter) run(ctx context.Context) error {
	var shown api.TrayState
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.dirty:
		}
		if p.tray.here() {
			me, peers, rows, problems, err := p.facts(ctx)
			if err != nil && ctx.Err() == nil {
				p.failed(err)
			}
			if state := trayState(me, peers, rows, problems); err == nil && (!reflect.DeepEqual(state, shown)) {
				shown = state
				p.tray.push(api.TrayLine{State: &state})
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(trayEvery):
		}
	}
}

// trayState is what icon and menu show: those who wrote last come first, then those who are here.
func trayState(me api.Me, peers []api.Peer, rows []api.Conversation, problems []api.Problem) api.TrayState {
	s := api.TrayState{Name: me.Name, Presence: me.Presence, Text: me.Text, Recent: []api.TrayPeer{}}
	for _, p := range problems {
		if p.Severity != "note" {
			s.Problem = p.Text
			break
		}
	}
	when := map[string]time.Time{}
	unread := map[string]int{}
	for _, row := range rows {
		s.Unread += row.Unread
		when[row.Person], unread[row.Person] = row.Time, row.Unread
	}
	people := map[string]api.TrayPeer{}
	for _, p := range peers {
		if p.Trust == "blocked" {
			continue
		}
		known := people[p.Person]
		people[p.Person] = api.TrayPeer{Person: p.Person, Name: p.Name, Online: known.Online || p.Link, Unread: unread[p.Person]}
	}
	for _, p := range people {
		s.Recent = append(s.Recent, p)
	}
	slices.SortFunc(s.Recent, func(a, b api.TrayPeer) int {
		return cmp.Or(bigger(a.Unread > 0, b.Unread > 0), bigger(a.Online, b.Online), when[b.Person].Compare(when[a.Person]), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Person, b.Person))
	})
	s.Recent = s.Recent[:min(len(s.Recent), trayRecent)]
	return s
}

// bigger sorts what is true first.
func bigger(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
