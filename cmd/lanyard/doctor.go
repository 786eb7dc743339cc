package main

import (
	"context"
	"errors"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

func doctorCommand() command {
	return command{name: "doctor", summary: "Find out what is in the way on this machine and network",
		about: `
Without a running agent the checks of this machine are made all the same. The exit status is 0 whenever it could look, whatever it found:
scripts read "severity" of --json.`,
		run: func(ctx context.Context, c *call) error {
			findings, err := examine(ctx, c.profile)
			if err != nil {
				return err
			}
			return c.print(findings, func() { printFindings(c, findings) })
		}}
}

// examine asks the agent, or looks itself if there is none.
func examine(ctx context.Context, profile string) ([]api.Finding, error) {
	a, err := api.Open(profile)
	if err == nil {
		defer a.Close()
		var findings []api.Finding
		if findings, err = a.Doctor(ctx); err == nil {
			return findings, nil
		}
	}
	if !errors.Is(err, api.ErrNotRunning) {
		return nil, err
	}
	return agent.Examine(ctx, profile, silent()), nil
}

func printFindings(c *call, findings []api.Finding) {
	for _, f := range findings {
		c.say("%-7s  %s%s", f.Severity, f.Text, remedy(f.Remedy))
	}
}
