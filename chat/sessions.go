package chat

import (
	"maps"
	"slices"

	"lanyard/internal/peer"
)

// sessions is what we know of each link about each conversation, by the link's ID. Those of one conversation are looked up whenever something of it is stored, and for each of its members when a link
// ends: with many rooms and members nobody goes through the others for that.
type sessions map[*conversation]map[uint64]*session

func (all sessions) find(l *peer.Link, v *conversation) *session { return all[v][l.ID()] }

func (all sessions) put(link uint64, s *session) {
	if all[s.v] == nil {
		all[s.v] = map[uint64]*session{}
	}
	all[s.v][link] = s
}

func (all sessions) drop(link uint64, v *conversation) {
	delete(all[v], link)
	if len(all[v]) == 0 {
		delete(all, v)
	}
}

// on returns the sessions of a link.
func (all sessions) on(l *peer.Link) (found []*session) {
	for _, of := range all {
		if s := of[l.ID()]; s != nil {
			found = append(found, s)
		}
	}
	return found
}

// all returns the sessions of all links.
func (all sessions) all() (found []*session) {
	for _, of := range all {
		found = slices.AppendSeq(found, maps.Values(of))
	}
	return found
}
