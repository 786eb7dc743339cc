package agent

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/name"
)

// records shows what was said as a whole as the local API does.
type records struct{ *conversations }

// Search looks for messages in all conversations.
func (r records) Search(ctx context.Context, q api.SearchQuery) (api.Hits, error) {
	ask := chat.Search{Text: q.Text, Since: q.Since, Until: q.Until, Files: q.Files, Limit: q.Limit}
	for _, to := range q.With {
		in, err := r.find(ctx, to)
		if err != nil {
			return api.Hits{}, err
		}
		ask.In = append(ask.In, in)
	}
	for _, who := range q.From {
		from, err := r.people.writer(who)
		if err != nil {
			return api.Hits{}, err
		}
		ask.From = append(ask.From, from)
	}
	if q.Before != "" {
		before, err := strconv.ParseInt(q.Before, 16, 64)
		if err != nil || before <= 0 {
			return api.Hits{}, told(api.CodeUsage, "before must be the \"next\" of an earlier page, not %s", name.Quote(q.Before))
		}
		ask.Before = before
	}
	found, err := r.chats.Search(ctx, ask)
	if err != nil {
		return api.Hits{}, chatError(err)
	}
	v := api.Hits{Hits: []api.Hit{}, More: found.More, Indexed: found.Indexed.Done, Total: found.Indexed.Total}
	for _, h := range found.Hits {
		in, err := r.chats.Conversation(ctx, h.Conversation)
		if err != nil {
			return api.Hits{}, chatError(err)
		}
		one := api.Hit{Message: r.message(h.Message), Person: otherPerson(in), Name: r.called(in), Apart: r.apart(in), Excerpt: h.Excerpt.Text, Matches: h.Excerpt.Matches}
		if one.Matches == nil {
			one.Matches = [][2]int{}
		}
		if one.File != nil {
			if err := r.fileNow(ctx, h.ID, &one.Message); err != nil {
				return api.Hits{}, err
			}
		}
		v.Hits = append(v.Hits, one)
	}
	if v.More {
		v.Next = strconv.FormatInt(found.Next, 16)
	}
	return v, nil
}

// those returns the conversations that an empty to (all) or a name or ID means.
func (r records) those(ctx context.Context, to string) ([]event.ConversationID, error) {
	if to == "" {
		all, err := r.chats.Everything(ctx)
		return all, chatError(err)
	}
	in, err := r.find(ctx, to)
	return []event.ConversationID{in}, err
}

// Verify verifies the logs of conversations.
func (r records) Verify(ctx context.Context, to string) ([]api.Verification, error) {
	all, err := r.those(ctx, to)
	if err != nil {
		return nil, err
	}
	rows := []api.Verification{}
	for _, id := range all {
		found, err := r.chats.Verify(ctx, id)
		if err != nil {
			return nil, chatError(err)
		}
		person, title, err := r.titled(ctx, id)
		if err != nil {
			return nil, err
		}
		row := api.Verification{Conversation: found.Conversation.String(), Person: person, Name: title, Altered: len(found.Alterations) > 0,
			Logs: found.Logs, Events: found.Events, Dropped: found.Dropped, Gone: api.Gone(found.Gone), Refused: found.Refused, Signatures: found.Signatures, Unverified: found.Unverified,
			Alterations: []api.Alteration{}, More: found.More}
		for _, a := range found.Alterations {
			row.Alterations = append(row.Alterations, api.Alteration{Author: r.people.author(a.Author), Machine: a.Peer.String(), Log: a.Log.String(),
				Event: int(a.Number), Time: a.Time, Text: a.What})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Exported returns the conversations that an export holds, by name.
func (r records) Exported(ctx context.Context, to string) ([]api.Conversation, error) {
	all, err := r.those(ctx, to)
	if err != nil {
		return nil, err
	}
	var rows []api.Conversation
	for _, id := range all {
		one, err := r.chats.Conversation(ctx, id)
		if err != nil {
			return nil, chatError(err)
		}
		rows = append(rows, r.row(one))
	}
	slices.SortStableFunc(rows, func(a, b api.Conversation) int { return strings.Compare(name.Fold(a.Name), name.Fold(b.Name)) })
	return rows, nil
}

// Retention returns for how long messages are kept; with to, those of one conversation.
func (r records) Retention(ctx context.Context, to string) (api.Retention, error) {
	var only event.ConversationID
	if to != "" {
		var err error
		if only, err = r.find(ctx, to); err != nil {
			return api.Retention{}, err
		}
	}
	k, err := r.chats.Keeping(ctx)
	if err != nil {
		return api.Retention{}, chatError(err)
	}
	v := api.Retention{Days: k.All, Conversations: []api.RetentionWith{}}
	for id, days := range k.Except {
		if to != "" && id != only {
			continue
		}
		of, err := r.chats.Conversation(ctx, id)
		if err != nil {
			return api.Retention{}, chatError(err)
		}
		v.Conversations = append(v.Conversations, api.RetentionWith{Conversation: id.String(), Person: otherPerson(of), Name: r.called(of), Days: days})
	}
	slices.SortFunc(v.Conversations, func(a, b api.RetentionWith) int { return strings.Compare(a.Conversation, b.Conversation) })
	return v, nil
}

// SetRetention sets for how long messages are kept, all or those of one conversation.
func (r records) SetRetention(ctx context.Context, b api.RetentionRequest) (api.Retention, error) {
	var err error
	switch {
	case b.Conversation == "" && b.Default:
		return api.Retention{}, told(api.CodeUsage, "default is for a conversation: name one, or give a number of days")
	case b.Conversation == "":
		err = r.chats.KeepAll(ctx, b.Days)
	default:
		in, unknown := r.find(ctx, b.Conversation)
		switch {
		case unknown != nil:
			return api.Retention{}, unknown
		case b.Default:
			err = r.chats.KeepAsAll(ctx, in)
		default:
			err = r.chats.KeepWith(ctx, in, b.Days)
		}
	}
	if err != nil {
		return api.Retention{}, chatError(err)
	}
	return r.Retention(ctx, "")
}
