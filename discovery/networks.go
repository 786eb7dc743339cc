package discovery

import (
	"context"
	"slices"
	"sync"
)

// setup is what posts are built from.
type setup struct {
	port       int
	interfaces []Interface
}

func (s setup) equal(other setup) bool {
	return s.port == other.port && slices.EqualFunc(s.interfaces, other.interfaces, Interface.equal)
}

// networks is the posts on all interfaces, under one label. Only the loop uses it.
type networks struct {
	built setup
	label string // of all posts, announced or not
	posts []*post
	cares []Problem // of the interfaces that have no post
	found chan find // what the posts hear
	epoch int       // rebuilds so far
}

// rebuild replaces all posts by new ones for the setup, under a new label.
func (n *networks) rebuild(ctx context.Context, s setup) (failed []error) {
	n.dismantle()
	n.built, n.label = s, newLabel()
	n.epoch++
	return n.raise(ctx)
}

// raise makes posts on the interfaces that have none.
func (n *networks) raise(ctx context.Context) (failed []error) {
	n.cares = nil
	for _, on := range n.built.interfaces {
		if slices.ContainsFunc(n.posts, func(p *post) bool { return p.on.Index == on.Index }) {
			continue
		}
		p, err := newPost(ctx, on, n.label, n.built.port, n.found)
		if err != nil {
			n.cares = append(n.cares, hindrance(on, err))
			failed = append(failed, err)
			continue
		}
		if p.flaw != nil {
			failed = append(failed, p.flaw)
		}
		n.posts = append(n.posts, p)
	}
	return failed
}

// repair restarts browses that ended by themselves and tries again what did not work. renewed says whether a post was made.
func (n *networks) repair(ctx context.Context) (renewed bool, failed []error) {
	n.posts = slices.DeleteFunc(n.posts, func(p *post) bool {
		if !p.ear.ended() {
			return false
		}
		err := p.listen(ctx, n.found)
		if err != nil {
			failed = append(failed, err)
			p.close()
		}
		return err != nil
	})
	before := len(n.posts)
	if before == len(n.built.interfaces) {
		return false, failed
	}
	failed = append(failed, n.raise(ctx)...)
	return len(n.posts) > before, failed
}

// dismantle closes all posts at the same time.
func (n *networks) dismantle() {
	var closing sync.WaitGroup
	for _, p := range n.posts {
		closing.Go(p.close)
	}
	closing.Wait()
	n.posts = nil
}

// announced returns the label if anybody can hear it.
func (n *networks) announced() string {
	if slices.ContainsFunc(n.posts, func(p *post) bool { return p.responder != nil }) {
		return n.label
	}
	return ""
}

func (n *networks) interfaces() []Interface {
	var all []Interface
	for _, p := range n.posts {
		all = append(all, p.on)
	}
	return all
}

func names(all []Interface) []string {
	var names []string
	for _, i := range all {
		names = append(names, i.Name)
	}
	return names
}
