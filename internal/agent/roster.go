package agent

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"reflect"
	"strconv"
	"sync"

	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
)

// roster shows me and everybody met as the local API does.
type roster struct {
	peers   *peer.Roster
	people  *people
	hub     *control.Hub
	folder  func() string
	keep    func(name string) error // stores our name for the next start
	ownAddr func() []netip.Addr     // at which colleagues reach this machine
	live    func(identity.PersonID) (ours, theirs bool)
	heed    func() // has live text be off while we are invisible
	card    func(identity.PersonID) string
	refresh func() // look on the network for who is there

	mu     sync.Mutex
	absent map[string]api.Peer // rows as they were told last, of who is not seen to be here
}

// Me is our own row.
func (r *roster) Me() api.Me {
	self := r.peers.Self()
	me := api.Me{ID: self.ID.String(), Person: self.Person.String(), Name: self.Name, Machine: self.Machine, Presence: self.Presence.Choice.String(),
		Text: self.Presence.Text, Addresses: []string{}, Folder: r.folder(), Card: r.card(self.Person), Apart: self.Apart}
	if port := r.peers.Port(); port != 0 {
		for _, a := range r.ownAddr() {
			me.Addresses = append(me.Addresses, net.JoinHostPort(a.String(), strconv.Itoa(port)))
		}
	}
	return me
}

// SetName changes our name, stored first, so that it is not another one after a restart.
func (r *roster) SetName(ctx context.Context, called string) (api.Me, error) {
	clean, err := name.Typed(called)
	if err != nil {
		return api.Me{}, told(api.CodeUsage, "%v", err)
	}
	if err := r.keep(clean); err != nil {
		return api.Me{}, diskError("store the name", err)
	}
	if err := r.peers.SetName(ctx, clean); err != nil {
		return api.Me{}, peopleError(err)
	}
	return r.Me(), nil
}

// SetPresence changes what others see of us.
func (r *roster) SetPresence(ctx context.Context, presence, text string) (api.Me, error) {
	choice, err := peer.ParseChoice(presence)
	if err != nil {
		return api.Me{}, told(api.CodeUsage, "%v", err)
	}
	if err := r.peers.SetPresence(ctx, peer.Presence{Choice: choice, Text: text}); err != nil {
		return api.Me{}, peopleError(err)
	}
	r.heed()
	return r.Me(), nil
}

// Peers lists everybody met.
func (r *roster) Peers(context.Context) ([]api.Peer, error) {
	rows := []api.Peer{}
	for _, p := range r.peers.Peers() {
		if !p.Self {
			rows = append(rows, r.row(p))
		}
	}
	return rows, nil
}

// Add reaches a colleague at a typed address.
func (r *roster) Add(ctx context.Context, address string) (api.Peer, error) {
	p, err := r.peers.Add(ctx, address)
	if err != nil {
		return api.Peer{}, peopleError(err)
	}
	return r.row(p), nil
}

// Forget takes a person off the list; what was decided about them stays.
func (r *roster) Forget(ctx context.Context, q string) error {
	id, err := r.people.one(q)
	if err != nil {
		return err
	}
	if err := r.peers.Forget(ctx, id); err != nil {
		return peopleError(err)
	}
	return nil
}

// Block refuses everything from a person.
func (r *roster) Block(ctx context.Context, q string) error {
	id, err := r.people.one(q)
	if err != nil {
		return err
	}
	if err := r.peers.Block(ctx, id); err != nil {
		return peopleError(err)
	}
	return nil
}

// Blocked lists who is blocked, on the list or not any more.
func (r *roster) Blocked(context.Context) ([]api.Peer, error) {
	rows := []api.Peer{}
	for _, p := range r.peers.Blocked() {
		row := r.row(p)
		row.Forgotten = !r.people.known(p.Person)
		rows = append(rows, row)
	}
	return rows, nil
}

// Unblock undoes Block. What is typed means somebody blocked first, who need not be on the list.
func (r *roster) Unblock(ctx context.Context, q string) error {
	id, err := r.blocked(q)
	if err != nil {
		return err
	}
	if err := r.peers.Unblock(ctx, id); err != nil {
		return peopleError(err)
	}
	if !r.people.known(id) {
		r.refresh() // where they are was forgotten
	}
	return nil
}

func (r *roster) blocked(q string) (identity.PersonID, error) {
	rows, err := r.peers.ResolveBlocked(q)
	var unknown *peer.UnknownError
	switch {
	case errors.As(err, &unknown):
		return r.people.one(q)
	case err != nil:
		return identity.PersonID{}, peopleError(err)
	}
	return rows[0].Person, nil
}

// happened tells readers what changed.
func (r *roster) happened(c peer.Change) {
	switch {
	case c.ProblemsChanged:
	case c.Gone:
		r.forget(c.Peer.ID.String())
		r.hub.Publish(api.EventRemoved, api.Removed{Peer: c.Peer.Person.String()})
	case c.Peer.Self:
		r.hub.Publish(api.EventMe, r.Me())
	default:
		if row := r.row(c.Peer); r.isNews(row) {
			r.hub.Publish(api.EventPresence, row)
		}
	}
}

// recall notes the rows of everybody met as they are before there are links.
func (r *roster) recall() {
	for _, p := range r.peers.Peers() {
		r.isNews(r.row(p))
	}
}

// isNews reports whether a row is to be told, and notes that it is. Of who is not seen to be here only a row that differs is: that something is told at
// all would say that somebody invisible came or went.
func (r *roster) isNews(row api.Peer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if row.Link {
		delete(r.absent, row.ID)
		return true
	}
	row.LastSeen = row.LastSeen.Round(0).UTC() // one that was stored is the same moment
	if last, told := r.absent[row.ID]; told && reflect.DeepEqual(last, row) {
		return false
	}
	r.absent[row.ID] = row
	return true
}

// forget drops what was noted of a machine that is off the list.
func (r *roster) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.absent, id)
}

func (r *roster) row(p peer.Peer) api.Peer {
	v := api.Peer{ID: p.ID.String(), Person: p.Person.String(), Name: p.Name, Machine: p.Machine, Presence: p.Presence.Choice.String(), Text: p.Presence.Text,
		Trust: p.Trust.String(), Differed: p.Differed, Addresses: []string{}, Link: p.Linked, LastSeen: p.LastSeen, Lookalike: p.Apart != "", Apart: p.Apart, Copied: p.Clone, KeepsRead: p.Discretion.Read,
		Favourite: p.Marks.Favourite, Groups: p.Marks.Groups, LiveText: liveText(r.live(p.Person)), Card: r.card(p.Person)}
	if p.Ahead != 0 {
		v.Clock = peer.Off(p.Ahead)
	}
	for _, a := range p.Addresses {
		v.Addresses = append(v.Addresses, a.String())
	}
	return v
}

func rosterProblems(all []peer.Problem) []api.Problem {
	var problems []api.Problem
	for _, p := range all {
		one := api.Problem{ID: p.ID, Severity: "warning", Text: p.Sentence, Remedy: p.Remedy}
		if p.Person != (identity.PersonID{}) {
			one.Person = p.Person.String()
		}
		problems = append(problems, one)
	}
	return problems
}
