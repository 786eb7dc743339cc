package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/api"
)

const (
	startTime = 15 * time.Second // for another agent to open its socket after it took the lock
	startLook = 50 * time.Millisecond
)

// ErrEnded says that the agent which held the profile has ended meanwhile.
var ErrEnded = errors.New("the other Lanyard has just ended")

// Running returns a client of the agent that serves the profile, after ErrHeld. That agent may have taken the lock a moment ago, or be
// about to end (ErrEnded): nothing tells when its socket is there, so it is looked for again and again.
func Running(ctx context.Context, profile string) (*api.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		c, err := reach(ctx, profile)
		switch {
		case err == nil:
			return c, nil
		case api.CodeOf(err) == api.CodeStarting: // it says why, and how far it is
			return nil, err
		case !errors.Is(err, api.ErrNotRunning) && api.CodeOf(err) != api.CodeStopping && ctx.Err() == nil:
			return nil, err
		}
		if held, err := isLocked(profile); err != nil {
			return nil, err
		} else if !held {
			return nil, ErrEnded
		}
		select {
		case <-time.After(startLook):
		case <-ctx.Done():
			return nil, fmt.Errorf("another Lanyard holds the profile %s but does not answer yet; wait a minute, and if this stays, end it and start again", profile)
		}
	}
}

func reach(ctx context.Context, profile string) (*api.Client, error) {
	c, err := api.Open(profile)
	if err != nil {
		return nil, err
	}
	if _, err := c.Status(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}
