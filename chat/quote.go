package chat

import (
	"unicode/utf8"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// maxQuote is how many bytes of a text a reply to it quotes.
const maxQuote = 400

// quote completes the replies among messages with what they quote, as it is now, and the starred ones with their star.
func (f *folder) quote(tx *store.Tx, messages []Message) error {
	if err := star(tx, messages); err != nil {
		return err
	}
	for i := range messages {
		if messages[i].Reply == nil {
			continue
		}
		q, err := f.quoteOf(tx, messages[i].Reply.ID)
		if err != nil {
			return err
		}
		messages[i].Reply = &q
	}
	return nil
}

// messageOf makes what people see of a row, with what it quotes.
func (f *folder) messageOf(tx *store.Tx, row *eventRow) (Message, error) {
	m := []Message{*f.chat.messageOfRow(f.v, row)}
	err := f.quote(tx, m)
	return m[0], err
}

// quoteOf is what replies to an event show of it.
func (f *folder) quoteOf(tx *store.Tx, id event.ID) (Quote, error) {
	row, found, err := f.shown(tx, id)
	office := false
	if err == nil && !found {
		row, found, err = f.announced(tx, id)
		office = found
	}
	if err != nil || !found || !row.kind.Speaks() {
		return Quote{ID: id}, err
	}
	m := Message{Kind: row.kind}
	m.fill(row.body)
	m.amend(&row.upshot, identity.PersonID{})
	q := Quote{ID: row.id, Here: true, Author: f.chat.config.Roster.PersonOf(row.branch.log.Peer), Kind: m.Kind, Text: beginning(m.Text), Deleted: m.Deleted, Office: office}
	if m.File != nil {
		q.Text = m.File.Name
	}
	return q, nil
}

// announced is what is shown for an announcement that a reply in a direct conversation may name: by one of the two.
func (f *folder) announced(tx *store.Tx, id event.ID) (eventRow, bool, error) {
	v := f.chat.known(event.OfficeID())
	if !f.v.direct() || v == nil {
		return eventRow{}, false, nil
	}
	all := folder{chat: f.chat, v: v, branches: v.branchKeys()}
	row, found, err := all.shown(tx, id)
	if err != nil || !found {
		return eventRow{}, false, err
	}
	by := all.authorOf(&row)
	return row, by == f.v.with || by == f.chat.config.Identity.Person(), nil
}

// beginning cuts a text before the character that does not fit.
func beginning(text string) string {
	if len(text) <= maxQuote {
		return text
	}
	end := maxQuote
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// quote looks up what the replies of this page quote, for those who are told of them.
func (p *page) quote(tx *store.Tx) error {
	for _, a := range p.arrivals {
		for _, e := range a.events {
			if err := p.quoteFor(tx, e.ID, e.Kind, e.Body); err != nil {
				return err
			}
		}
	}
	for _, f := range p.made.filled {
		if err := p.quoteFor(tx, f.event.ID, f.event.Kind, f.event.Body); err != nil {
			return err
		}
	}
	for _, e := range p.wrote {
		if err := p.quoteFor(tx, e.ID, e.Kind, e.Body); err != nil {
			return err
		}
	}
	for i := range p.made.amended {
		if err := p.quoteFor(tx, p.made.amended[i].id, p.made.amended[i].kind, p.made.amended[i].body); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) quoteFor(tx *store.Tx, id event.ID, kind event.Kind, body []byte) error {
	to, is := event.RepliesTo(kind, body)
	if !is {
		return nil
	}
	q, err := p.folder().quoteOf(tx, to)
	p.made.quotes[id] = &q
	return err
}
