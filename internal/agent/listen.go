package agent

import (
	"context"
	"slices"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/peer"
	"lanyard/internal/typing"
	"lanyard/sync/share"
)

// listenToParts passes on what happens in the parts: to readers of the local API, to the tray, and to the rule for notifications. The callbacks
// come in order from one goroutine for each part and must not block. It returns what ends it.
func (l *life) listenToParts() (stop func()) {
	stops := []func(){l.peers.Subscribe(l.peerChanged), l.chats.Subscribe(l.chatChanged), l.engine.Subscribe(l.shareChanged)}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

func (l *life) peerChanged(c peer.Change) {
	if c.ProblemsChanged {
		l.problems.set("links", rosterProblems(c.Problems))
	}
	l.roster.happened(c)
	l.talks.alike.met(l.ended)
	switch {
	case c.Peer.Self:
		l.ringer.changed()
	case c.Gone:
		l.writing.typing.Gone(c.Peer.Person)
		l.forgetCard(c.Peer.Person)
	case !c.ProblemsChanged && !c.Peer.Linked:
		l.writing.typing.Gone(c.Peer.Person)
	}
	l.sightings.tell() // being alone is less of a problem once somebody is here
	if !c.ProblemsChanged && !c.Peer.Linked && !l.anybodyLinked() {
		l.refresh() // alone now: perhaps the network changed
	}
	l.painter.touch()
}

// refresh looks on the network for who is there, unless colleagues come by address only.
func (l *life) refresh() {
	if !l.options.Silent {
		l.discoverer.Refresh()
	}
}

// anybodyHere reports whether the list shows somebody as here. What is told goes by that: a link more would give away who is invisible.
func (l *life) anybodyHere() bool {
	return slices.ContainsFunc(l.peers.Peers(), func(p peer.Peer) bool { return p.Linked && !p.Self })
}

func (l *life) anybodyLinked() bool {
	for _, p := range l.peers.Peers() {
		if _, linked := l.peers.Link(p.ID); linked && !p.Self {
			return true
		}
	}
	return false
}

func (l *life) chatChanged(c chat.Change) {
	hub := l.control.Hub()
	switch {
	case c.Message != nil:
		m := l.talks.message(*c.Message)
		l.writing.typing.Ended(typing.Conversation(c.Message.Conversation), c.Message.Author)
		hub.Publish(api.EventMessage, m) // first: who waits for it sees it before it is judged what else comes of it
		if h, rings := ofMessage(m, *c.Message); rings && !c.Message.Stale && !l.chats.Blocks(c.Message.Author) && !l.chats.Quiet(c.Message.Conversation) && (!l.chats.Muted(c.Message.Conversation) || l.chats.Mentioned(c.Message)) {
			id, text := c.Message.ID, h.Text
			h.Words = func() (string, bool) { return l.talks.nowSays(l.ended, id, text) }
			l.ringer.happened(l.inRoom(h, c.Message))
		}
		l.hooks.stir(c.Message.Conversation, c.Message.With)
	case c.Room != nil:
		l.talks.alike.look(l.ended)
		l.roomChanged(c.Room)
	case c.Amended != nil:
		hub.Publish(api.EventAmended, l.talks.message(*c.Amended))
	case c.Reminder != nil:
		m := l.talks.message(*c.Reminder)
		hub.Publish(api.EventReminder, m)
		h, id := ofReminder(m), c.Reminder.ID
		h.Still = func() bool { return l.talks.stillReminds(l.ended, id) }
		l.ringer.happened(h)
	case c.Unsent != nil:
		l.ringer.happened(l.talks.unsent(l.ended, c.Unsent))
	case c.OpenRoomsChanged:
		l.talks.alike.look(l.ended)
		hub.Publish(api.EventRooms, struct{}{})
	case c.LaterChanged:
		hub.Publish(api.EventLater, struct{}{})
	case c.States != nil:
		l.gotFurther(c.States)
	case c.Reach != nil:
		l.reached(c.Reach)
	case c.File != nil:
		l.fileChanged(*c.File)
	case c.Forgotten != (event.ConversationID{}):
		hub.Publish(api.EventRemoved, api.Removed{Room: c.Forgotten.String()})
	case c.FileGone != (event.ID{}):
		hub.Publish(api.EventRemoved, api.Removed{File: c.FileGone.String()})
		l.copies.ask()
	case c.Conversation != nil:
		hub.Publish(api.EventConversation, l.talks.row(*c.Conversation))
		l.hooks.stir(c.Conversation.ID, c.Conversation.With) // a message is told perhaps before it is durable, this after
	case c.ProblemsChanged:
		l.problems.set("conversations", chatProblems(c.Problems))
	}
	l.painter.touch()
}

// gotFurther tells that messages of ours got further. That one was delivered is told before that it was read; who is not to know the second does not learn the moment of it, either.
func (l *life) gotFurther(c *chat.StateChange) {
	state := l.talks.shownState(c.Delivery)
	if c.Delivery == chat.Read && state != c.Delivery.String() {
		return
	}
	conversation, person, through := c.Conversation.String(), l.talks.people.author(c.Person), l.talks.people.authors(c.Through)
	for _, id := range c.Messages {
		l.control.Hub().Publish(api.EventState, api.StateChange{ID: id.String(), Conversation: conversation, Peer: person.ID, Name: person.Name, Apart: person.Apart, State: state, Through: through})
	}
}

// inRoom says in which room something was said.
func (l *life) inRoom(h desktop.Happening, m *chat.Message) desktop.Happening {
	if m.Conversation == event.OfficeID() {
		h.Labels = append([]string{"to everybody in the office"}, h.Labels...)
	} else if person, title, err := l.talks.titled(l.ended, m.Conversation); err == nil && person == "" {
		h.Labels = append([]string{"in " + title}, h.Labels...)
	}
	return h
}

func (l *life) roomChanged(r *chat.RoomChange) {
	change, known := l.talks.roomChange(l.ended, r)
	if !known {
		return
	}
	l.control.Hub().Publish(api.EventRoom, change)
	if change.Who.ID == l.id.Person().String() {
		l.control.Hub().Publish(api.EventRooms, struct{}{}) // which rooms are left
	}
	if h, rings := ofRoom(change, l.id.Person().String()); rings && !l.chats.Quiet(r.Room) && !l.chats.Muted(r.Room) {
		h.Still = l.talks.stillRoom(l.ended, r)
		l.ringer.happened(h)
	}
}

func (l *life) fileChanged(f chat.File) {
	l.control.Hub().Publish(api.EventFile, l.files.row(f))
	if f.Mine && over(f) && l.uploads.holds(f.Path) {
		l.copies.ask()
	}
}

// offerUpload offers what was dropped on the window, also where the page goes meanwhile: only so it is known whether it was offered.
func (l *life) offerUpload(ctx context.Context, to string, paths []string) ([]api.File, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(l.ended, cancel)()
	return l.files.Offer(ctx, to, paths)
}

func (l *life) shareChanged(c share.Change) {
	l.shares.happened(c, l.control.Hub())
	l.heldChanged(c)
	if c.Invitation != nil && !c.Invitation.Again {
		h, id := ofInvitation(*c.Invitation, l.people.hearsay(c.Invitation.From.ID, c.Invitation.From.Name)), c.Invitation.ID
		h.Still = func() bool { return l.shares.stillOffered(id) }
		l.ringer.happened(h)
	}
	if c.Notice != nil {
		if h, rings := ofNotice(*c.Notice, l.id.Person(), l.people.hearsay); rings {
			l.ringer.happened(h)
		}
	}
}

func chatProblems(all []chat.Problem) []api.Problem {
	var problems []api.Problem
	for _, p := range all {
		problems = append(problems, api.Problem{ID: p.ID, Severity: "warning", Text: p.Sentence, Remedy: p.Remedy})
	}
	return problems
}

// looksAt keeps the links to the people on screen lively. What is on screen is a conversation's ID, or a person's where nothing was said yet.
func (l *life) looksAt(open string) {
	with := l.talks.seenBy(l.ended, open)
	for _, p := range l.peers.Peers() {
		if !p.Self {
			l.peers.SetActive(p.ID, slices.Contains(with, p.Person))
		}
	}
}

// clicked opens the window on what a notification was about, where there is no tray program to tell of the click.
func (l *life) clicked(n api.Notification) {
	l.windows.Go(func() {
		if err := l.desk.Show(l.ended, api.Focus{Conversation: n.Conversation, Share: n.Share}); err != nil {
			l.log.Warn("window not opened", "reason", err)
		}
	})
}

func (l *life) trayFacts(ctx context.Context) (me api.Me, peers []api.Peer, rows []api.Conversation, problems []api.Problem, err error) {
	if peers, err = l.roster.Peers(ctx); err != nil {
		return me, nil, nil, nil, err
	}
	if rows, err = l.talks.List(ctx); err != nil {
		return me, nil, nil, nil, err
	}
	return l.roster.Me(), peers, rows, l.problems.list(), nil
}
