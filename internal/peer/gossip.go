package peer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Limits of gossip.
const (
	gossipPeers   = 200
	gossipBytes   = 15 << 10 // of one frame, below the cap of its kind
	gossipHead    = 40       // bytes of an entry without addresses, at most
	gossipAddress = 20       // bytes of an address, at most
	gossipEntry   = gossipHead + maxAddresses*gossipAddress
	gossipPause   = time.Second
	gossipRecent  = 30 * 24 * time.Hour // people not seen for longer are not told about
	gossipBurst   = 20                  // frames of one link at once ...
	gossipRate    = 1                   // ... and a second; more are dropped
)

func (r *Roster) wakeGossip() {
	select {
	case r.rumour <- struct{}{}:
	default:
	}
}

// rumour is where one peer can be dialled, and since which round that is so.
type rumour struct {
	peer      identity.PeerID
	addresses []netip.AddrPort
	since     uint64
}

// gossip tells every link the addresses of other peers: all at link-up, changes afterwards, gathered for a second. The maps belong to this loop.
func (r *Roster) gossip(ctx context.Context) {
	rumours := map[identity.PeerID]*rumour{}
	told := map[*Link]cursor{}
	for round := uint64(1); ; round++ {
		select {
		case <-ctx.Done():
			return
		case <-r.rumour:
		}
		pause(ctx, gossipPause)
		links := r.gather(rumours, round)
		maps.DeleteFunc(told, func(l *Link, _ cursor) bool { return l.ctx.Err() != nil })
		for _, l := range links {
			body, upTo, more := pickRumours(rumours, l, told[l])
			if len(body.Peers) > 0 {
				l.say(wire.KindGossip, body)
			}
			told[l] = upTo
			if more {
				r.wakeGossip()
			}
		}
	}
}

// gather brings the rumours up to date and returns the links in use.
func (r *Roster) gather(rumours map[identity.PeerID]*rumour, round uint64) (links []*Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, m := range r.machines {
		if m.up != nil {
			links = append(links, m.up)
		}
		fit := m.met && r.people[m.person].trust != Blocked && (m.up != nil || time.Since(m.lastSeen) < gossipRecent)
		old := rumours[id]
		switch {
		case !fit || len(m.addresses) == 0:
			delete(rumours, id)
		case old == nil || !slices.Equal(old.addresses, m.addresses):
			rumours[id] = &rumour{id, slices.Clone(m.addresses), round}
		}
	}
	maps.DeleteFunc(rumours, func(id identity.PeerID, _ *rumour) bool { return r.machines[id] == nil })
	return links
}

// cursor is how far a link was told: rumours are told in the order of their rounds, and within a round of their peers.
type cursor struct {
	since uint64
	peer  identity.PeerID
}

func (u *rumour) cursor() cursor { return cursor{u.since, u.peer} }

func (c cursor) compare(d cursor) int {
	return cmp.Or(cmp.Compare(c.since, d.since), slices.Compare(c.peer[:], d.peer[:]))
}

// pickRumours makes the next frame for a link that was told everything up to a point.
func pickRumours(rumours map[identity.PeerID]*rumour, l *Link, told cursor) (body gossipBody, upTo cursor, more bool) {
	var fresh []*rumour
	for _, u := range rumours {
		if u.cursor().compare(told) > 0 && u.peer != l.peer {
			fresh = append(fresh, u)
		}
	}
	slices.SortFunc(fresh, func(a, b *rumour) int { return a.cursor().compare(b.cursor()) })
	upTo = told
	size := 0
	for i, u := range fresh {
		if len(body.Peers) >= gossipPeers || size > gossipBytes-gossipEntry {
			return body, upTo, i < len(fresh)
		}
		upTo = u.cursor()
		var packed [][]byte
		for _, at := range u.addresses {
			if !at.Addr().IsLoopback() || l.remote.Addr().IsLoopback() {
				packed = append(packed, packAddress(at))
				size += gossipAddress
			}
		}
		if len(packed) > 0 {
			body.Peers = append(body.Peers, gossipPeer{Peer: u.peer[:], Addresses: packed})
			size += gossipHead
		}
	}
	return body, upTo, false
}

// takeGossip handles a gossip frame: addresses to dial, nothing else is believed.
func (r *Roster) takeGossip(l *Link, body []byte) error {
	var b gossipBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode gossip: %w", err)
	}
	if len(b.Peers) > gossipPeers {
		return fmt.Errorf("gossip of %d peers", len(b.Peers))
	}
	if !l.rumours.take(time.Now()) {
		l.dropped.Add(1)
		return nil
	}
	subnets := r.subnets()
	for _, p := range b.Peers {
		id, addresses, err := p.check(subnets, l.remote.Addr().IsLoopback())
		if err != nil {
			return err
		}
		if len(addresses) > 0 && r.wanted(id) {
			r.dialler.add(key{peer: id}, addresses, SourceGossip, firstDial("", "", chance()))
		}
	}
	r.dialler.nudge()
	return nil
}

func (p gossipPeer) check(subnets []netip.Prefix, overLoopback bool) (id identity.PeerID, addresses []netip.AddrPort, err error) {
	if len(p.Peer) != len(id) || len(p.Addresses) > maxAddresses {
		return id, nil, fmt.Errorf("gossip of a peer with %d addresses", len(p.Addresses))
	}
	copy(id[:], p.Peer)
	for _, packed := range p.Addresses {
		at, err := unpackAddress(packed)
		if err != nil {
			return id, nil, fmt.Errorf("gossip: %w", err)
		}
		if tellable(at, subnets, overLoopback) {
			addresses = append(addresses, at)
		}
	}
	return id, addresses, nil
}

// wanted tells whether a peer that others told us about is worth a dial.
func (r *Roster) wanted(id identity.PeerID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.machines[id]
	return id != r.self && !r.blockedLocked(id) && (m == nil || m.up == nil)
}
