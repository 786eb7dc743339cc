package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// messageCommands do something with one message, named by its ID.
func messageCommands() []command {
	quiet := func(*call, api.Message) {}
	off := `
--off  takes it off again`
	return []command{
		{name: "edit", args: "ID TEXT", summary: "Change the words of a message of yours; all who have it can still see the old ones", min: 2, max: 2,
			run: func(ctx context.Context, c *call) error {
				if err := worded(c.words[1], "changed"); err != nil {
					return err
				}
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
					return a.Edit(ctx, c.words[0], c.words[1])
				}, quiet)(ctx, c)
			}},
		{name: "delete", args: "ID", summary: "Take a message of yours back, for everybody", min: 1, max: 1,
			about: "Its content is dropped by every Lanyard that has it or hears of it. What somebody has seen, copied or received as a file stays with them.",
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
				return a.Delete(ctx, c.words[0])
			}, quiet)},
		{name: "react", args: "ID EMOJI [--off]", summary: "React to a message with an emoji", flags: []string{"off"}, min: 2, max: 2, about: off,
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
				return a.React(ctx, c.words[0], c.words[1], !c.flags.has("off"))
			}, quiet)},
		{name: "pin", args: "ID [--off] | [--list] CONVERSATION", summary: "Pin a message, for everybody in the conversation, or list what is pinned in one", flags: []string{"off", "list"}, min: 1, max: 1,
			about: `
--off   takes it off again
--list  lists what is pinned in a conversation. With its name this may be left
        out; an ID, or 8 and more characters of one, is a message's without it.`,
			run: pin},
		{name: "forward", args: "ID TO", summary: "Pass a message or a file on to a person or into a room", min: 2, max: 2,
			about: `
Prints the new message's ID. The name of who wrote the words, or sent the file, goes with them. A file or folder has to be on this computer as
it came: it is offered anew from there, without a copy, and must stay there until it is taken. System and temporary files in
a folder that are not as they came are left out.`,
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
				m, err := a.Forward(ctx, c.words[0], c.words[1])
				if err == nil {
					warnOfDiffering(ctx, a, c, c.words[1])
				}
				return m, err
			},
				func(c *call, m api.Message) { c.say("%s", m.ID) })},
		{name: "star", args: "[ID [--off]]", summary: "Star a message for yourself alone; without ID, list the starred ones", flags: []string{"off"}, max: 1, about: off,
			run: func(ctx context.Context, c *call) error {
				if len(c.words) == 0 {
					return starred(ctx, c)
				}
				return simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
					return a.Star(ctx, c.words[0], !c.flags.has("off"))
				}, quiet)(ctx, c)
			}},
		{name: "mute", args: "CONVERSATION [--off]", summary: "Have a conversation ring no more; nobody else sees it", flags: []string{"off"}, min: 1, max: 1, about: off,
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Conversation, error) {
				return a.Mute(ctx, c.words[0], !c.flags.has("off"))
			}, func(*call, api.Conversation) {})},
		{name: "unread", args: "CONVERSATION", summary: "Mark a conversation as unread until you read it again; nobody else sees it", min: 1, max: 1,
			run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Conversation, error) {
				return a.MarkUnread(ctx, c.words[0])
			},
				func(*call, api.Conversation) {})},
		{name: "versions", args: "ID", summary: "Show what a message said before it was changed, oldest first, or who deleted it and when; what of yours was refused is marked", min: 1, max: 1,
			run: simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Version, error) {
				return a.Versions(ctx, c.words[0])
			}, printVersions)},
	}
}

// messageID is what messages are named by: an ID or its beginning. The ID of a conversation looks the same.
var messageID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// pin pins a message or lists what is pinned. Without a flag what looks like an ID is a message's and everything else a conversation: which of the two an ID names is never guessed.
func pin(ctx context.Context, c *call) error {
	off, list := c.flags.has("off"), c.flags.has("list")
	switch {
	case off && list:
		return usage("lanyard pin takes --off with a message or --list with a conversation")
	case list || !off && !messageID.MatchString(c.words[0]):
		return simple(func(ctx context.Context, a *api.Client, c *call) ([]api.Message, error) {
			return a.Pinned(ctx, c.words[0])
		}, listed("Nothing is pinned."))(ctx, c)
	}
	return simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
		return a.Pin(ctx, c.words[0], !off)
	}, func(*call, api.Message) {})(ctx, c)
}

func printVersions(c *call, versions []api.Version) {
	table := make([][]string, 0, len(versions))
	if len(versions) == 0 {
		c.say("What this message said is not here.")
	}
	for _, v := range versions {
		if v.Deleted != nil {
			v.Text = "(deleted by " + v.Deleted.Distinct() + ")"
		}
		if v.Refused {
			v.Text = "(refused: only you see it) " + v.Text
		}
		table = append(table, []string{when(v.Time, time.Now()), v.Text})
	}
	c.texts(table, 1)
}

// listed prints messages with their IDs, or that there are none.
func listed(none string) func(*call, []api.Message) {
	return func(c *call, messages []api.Message) {
		if len(messages) == 0 {
			c.say("%s", none)
			return
		}
		table := make([][]string, 0, len(messages))
		for _, m := range messages {
			table = append(table, []string{when(m.Time, time.Now()), m.Author.Distinct(), marked(m), m.ID})
		}
		c.texts(table, 2)
	}
}

// starred prints the starred messages, each with the conversation that it is in.
func starred(ctx context.Context, c *call) error {
	names := map[string]string{}
	return simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Message, error) {
		all, err := a.Conversations(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			names[one.ID] = one.Distinct()
		}
		return a.Starred(ctx)
	}, func(c *call, messages []api.Message) {
		if len(messages) == 0 {
			c.say("Nothing is starred.")
			return
		}
		table := make([][]string, 0, len(messages))
		for _, m := range messages {
			table = append(table, []string{when(m.Time, time.Now()), names[m.Conversation], m.Author.Distinct(), marked(m), m.ID})
		}
		c.texts(table, 3)
	})(ctx, c)
}

// post sends one text with what stands beside it and prints its ID.
func post(ctx context.Context, c *call) error {
	if c.flags.has("stdin") || c.flags.has("wait") || len(c.words) != 2 {
		return usage("lanyard send with --reply or --mention needs: TO TEXT, without --stdin and --wait")
	}
	if err := worded(c.words[1], "sent"); err != nil {
		return err
	}
	return simple(func(ctx context.Context, a *api.Client, c *call) (api.Message, error) {
		m, err := a.Post(ctx, c.words[0], api.PostRequest{Text: c.words[1], ReplyTo: c.flags.text("reply"), Mentions: c.flags["mention"], OnlyInside: true})
		if err == nil {
			warnOfDiffering(ctx, a, c, c.words[0])
		}
		return m, err
	}, func(c *call, m api.Message) { c.say("%s", m.ID) })(ctx, c)
}

// beginnings is how many characters of what was replied to stand before the reply.
const beginnings = 40

// marked is what a message says, with what was done to it. Only its words have line breaks.
func marked(m api.Message) string {
	if m.Deleted {
		return "(deleted)"
	}
	text := said(m)
	if q := m.ReplyTo; q != nil && q.Here && !q.Deleted {
		begin := []rune(q.Text)
		if len(begin) > beginnings {
			begin = append(begin[:beginnings], '…')
		}
		text = fmt.Sprintf("[to %s: %s] %s", name.Quote(q.Author.Distinct()), strings.Join(strings.Fields(string(begin)), " "), text)
	} else if q != nil && q.Here {
		text = "[to a deleted message] " + text
	} else if q != nil {
		text = "[to a message that is not here] " + text
	}
	if m.From != "" {
		text = fmt.Sprintf("[from %s] %s", name.Quote(m.From), text)
	}
	if m.Hook != "" {
		text = fmt.Sprintf("[through %s] %s", name.Quote(m.Hook), text)
	}
	if m.Edits > 0 {
		text += " (edited)"
	}
	if m.RefusedEdits > 0 {
		text += " (edit refused: lanyard versions " + short(m.ID) + ")"
	}
	if m.RefusedDeletion && m.Kind != "unknown" {
		text += " (deletion refused)"
	}
	if m.Pinned {
		text += " (pinned)"
	}
	for _, r := range m.Reactions {
		text += fmt.Sprintf(" %s %d", name.Quote(r.Emoji), r.Count)
	}
	if m.Reacted > 0 {
		text += fmt.Sprintf(" and %d more", m.Reacted)
	}
	return text
}
