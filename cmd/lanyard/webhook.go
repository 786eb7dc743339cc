package main

import (
	"context"
	"time"

	"lanyard/internal/api"
)

// hookCommands join conversations with programs of this machine.
func hookCommands() []command {
	return []command{webhookCreateCommand(), webhookListCommand(), webhookRemoveCommand(), hookAddCommand(), hookListCommand(), hookResumeCommand(), hookRemoveCommand()}
}

func webhookCreateCommand() command {
	return command{name: "webhook create", args: "CONVERSATION [--name N]", summary: "Let a program of this computer write into a conversation", flags: []string{"name"}, min: 1, max: 1,
		about: `
Prints an address to which programs of this computer post; keep it like a password, it is shown this once. Then

  curl -d 'The build is green' ADDRESS

posts a message of mine that says through which webhook it came. The body is the text, or {"text": "..."} with Content-Type: application/json, at
most 32 KiB. What stands before the token is the same for all webhooks, and after a restart; lanyard webhook list shows it. A program that must not
show the token in the list of processes posts there and sends it as "Authorization: Bearer TOKEN".

--name N   what is shown beside each message: "through N"`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Webhook, error) {
			return a.CreateWebhook(ctx, c.words[0], c.flags.text("name"))
		}, func(c *call, w api.Webhook) { c.say("%s", w.URL) })}
}

func webhookListCommand() command {
	return command{name: "webhook list", summary: "List my webhooks",
		run: simple(func(ctx context.Context, a *api.Client, _ *call) ([]api.Webhook, error) {
			return a.Webhooks(ctx)
		}, func(c *call, all []api.Webhook) {
			if len(all) == 0 {
				c.say("There is no webhook; lanyard webhook create makes one.")
				return
			}
			table := [][]string{{"ID", "NAME", "INTO", "LAST USED", "ADDRESS"}}
			for _, w := range all {
				table = append(table, []string{w.ID, w.Name, intoOf(w.To), usedOf(w.Used), w.Address + "/TOKEN"})
			}
			c.rows(table)
		})}
}

func webhookRemoveCommand() command {
	return command{name: "webhook remove", args: "ID", summary: "End a webhook", about: "Its address takes nothing from then on.", min: 1, max: 1,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (struct{}, error) {
			return struct{}{}, a.RemoveWebhook(ctx, c.words[0])
		}, func(*call, struct{}) {})}
}

// intoOf is what a conversation is called.
func intoOf(title string) string {
	if title == "" {
		return "(not there any more)"
	}
	return title
}

func usedOf(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format("2006-01-02 15:04")
}
