// Command demo shows Lanyard's main job on one machine and ends by itself: two desks find each other, write both ways, share a folder that both change, one
// desk is killed and comes back, and the folders are compared. It drives the same program and the same commands that a person uses.
//
// Where the machine allows network namespaces, each desk has a network of its own and they find each other by multicast; elsewhere both run on
// loopback and are joined by address. It says which. It needs no root, display, browser or network, and leaves nothing behind.
//
// Usage: demo PATH-OF-LANYARD
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// limit ends a demo that hangs; it takes a few seconds otherwise.
const limit = 2 * time.Minute

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo PATH-OF-LANYARD")
		os.Exit(2)
	}
	// SIGPIPE too: whoever stops reading (make demo | head) must not leave two agents behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	ctx, cancel := context.WithTimeout(ctx, limit)
	err := run(ctx, os.Args[1])
	cancel()
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
		os.Exit(1)
	}
	fmt.Println("\nAll of it worked.")
}

func run(ctx context.Context, lanyard string) (err error) {
	lanyard, err = filepath.Abs(lanyard)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lanyard-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the two desks: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o, err := openOffice(dir, lanyard)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	s := &story{office: o, anna: o.desks[0], ben: o.desks[1], began: time.Now()}
	for _, chapter := range []func(context.Context) error{s.meet, s.talk, s.share, s.crash, s.undo} {
		if err := chapter(ctx); err != nil {
			return errors.Join(err, o.complaints())
		}
	}
	return nil
}
