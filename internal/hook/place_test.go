package hook

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/internal/store"
)

// before keeps a hook with a command as a program did that ran commands in the folder of the profile.
func before(t *testing.T, path, command string) {
	t.Helper()
	db, err := store.Open(path, slog.New(slog.DiscardHandler), store.Part{Name: "hook", Migrations: []string{schema, outgoingSchema}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO hook_outgoing (id, target, command, url, own, made, bookmark, given, failures, stopped, result, tried) VALUES ('0123456789abcdef', 'room', ?, '', 0, 1, x'', 0, 0, 0, '', 0)`, command)
		return err
	})
	end()
	if err := errors.Join(err, <-ended, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestOlderHooksRunWhereTheyDid: a command that was added when they ran in the folder of the profile finds its files there, also after a restart, and a newer one does not run there.
func TestOlderHooksRunWhereTheyDid(t *testing.T) {
	program := script(t, `cat bot.txt >> "$(cat)"`)
	b, k := &bench{path: filepath.Join(t.TempDir(), "lanyard.db")}, &talk{}
	before(t, b.path, `["`+program+`"]`)
	profile := filepath.Dir(b.path)
	if err := os.WriteFile(filepath.Join(profile, "bot.txt"), []byte("here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for run, said := range []string{"first", "second"} {
		b.start(t)
		stop := b.runs(t, k)
		k.say("room", said)
		b.Stir("room")
		o := b.await(t, "it was tried", func(o Outgoing) bool { return o.Given > run || o.Failures > 0 })
		if o.Result != "" {
			t.Errorf("run %d: %s", run, o.Result)
		} else if got := lines(t, filepath.Join(profile, said)); !slices.Equal(got, []string{"here"}) {
			t.Errorf("run %d: it wrote %q", run, got)
		}
		stop()
		b.stop()
	}
	b.start(t)
	defer func() { b.stop() }()
	b.config.Profile, b.config.Folder = "profile", "hooks"
	newer := b.add(t, Outgoing{Target: "room", Command: []string{program}})
	for _, o := range b.Outgoing() {
		if dir, want := b.runner(&o).dir, map[bool]string{true: b.config.Folder, false: b.config.Profile}[o.ID == newer.ID]; dir != want {
			t.Errorf("the hook of %v runs in %q, not %q", o.Made, dir, want)
		}
	}
}
