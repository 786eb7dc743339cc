package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
)

// until asks check now and after each thing that happens at the desk (`lanyard watch`), until it says yes: no polling, no sleeping.
func (d *desk) until(ctx context.Context, what string, check func() (bool, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, d.lanyard, "watch", "--json", "--profile", d.profile)
	lines, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("watch at %s's desk: %w", d.name, err)
	}
	defer func() {
		cancel()
		_ = command.Wait() // ended by us
	}()
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() { // the first line is "ready": from here on nothing is missed
		done, err := check()
		if err != nil {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
		if done {
			return nil
		}
	}
	return fmt.Errorf("waited in vain for %s at %s's desk", what, d.name)
}

// ask runs a command and decodes its JSON into out.
func (d *desk) ask(ctx context.Context, out any, args ...string) error {
	answer, err := d.do(ctx, append(args, "--json")...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("read the answer to lanyard %s: %w", args[0], err)
	}
	return nil
}
