package agent_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestForwardedUploadStays: what was dropped on the window lies in the profile as long as a message with it, also one that passes it on: it lies nowhere else.
func TestForwardedUploadStays(t *testing.T) {
	anna, ben, carl := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{}), join(t, "Carl", agent.Options{})
	for _, other := range []*person{ben, carl} {
		if _, err := anna.Add(t.Context(), loopback(other)); err != nil {
			t.Fatal(err)
		}
		if _, err := other.SetUnasked(t.Context(), api.Unasked{}); err != nil {
			t.Fatal(err)
		}
	}
	up, err := anna.BeginUpload(t.Context(), api.UploadRequest{Name: "Plan.txt", Bytes: 5, Files: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := anna.UploadFile(t.Context(), up.ID, "", strings.NewReader("hello")); err != nil {
		t.Fatal(err)
	}
	first, err := anna.SendUpload(t.Context(), up.ID, "Ben")
	if err != nil {
		t.Fatal(err)
	}
	second, err := anna.Forward(t.Context(), first.ID, "Carl")
	if err != nil {
		t.Fatal(err)
	}
	take := func(who *person, id string) {
		t.Helper()
		await(t, "it is accepted", func(ctx context.Context) (api.File, error) { return who.AcceptFile(ctx, id) }, func(f api.File) bool { return f.ID == id })
		await(t, "Anna knows that it arrived", anna.Files, func(all []api.File) bool {
			for _, f := range all {
				if f.ID == id {
					return f.State == "received"
				}
			}
			return false
		})
		holds(t, filepath.Join(who.Options.Folder, "Received", "Plan.txt"), "hello")
	}
	take(ben, first.ID)
	anna.End() // nor does a start take it away
	anna.Start()
	take(carl, second.ID)
	anna.End()
	anna.Start()
	third, err := anna.Forward(t.Context(), first.ID, "Carl")
	if err != nil {
		t.Fatal("what everybody has cannot be passed on: ", err)
	}
	for _, id := range []string{first.ID, third.ID, second.ID} {
		if _, err := anna.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "Anna's profile is empty again", func(context.Context) ([]os.DirEntry, error) {
		return os.ReadDir(filepath.Join(anna.Options.Profile, "sent"))
	}, func(left []os.DirEntry) bool { return len(left) == 0 })
}

// TestNoCopyIsSaid: when the copy of what was dropped on the window is gone, that is said of Lanyard, and nobody is told to have moved or deleted something.
func TestNoCopyIsSaid(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	if _, err := anna.Add(t.Context(), loopback(ben)); err != nil {
		t.Fatal(err)
	}
	up, err := anna.BeginUpload(t.Context(), api.UploadRequest{Name: "Film.mp4", Bytes: 5, Files: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := anna.UploadFile(t.Context(), up.ID, "", strings.NewReader("hello")); err != nil {
		t.Fatal(err)
	}
	sent, err := anna.SendUpload(t.Context(), up.ID, "Ben")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(anna.Options.Profile, "sent", up.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.Forward(t.Context(), sent.ID, "Ben"); err == nil || !strings.HasPrefix(err.Error(), "Lanyard keeps no copy of this any more") {
		t.Errorf("passed on: %v", err)
	}
}

// TestUploadOutlivesItsPage: what the window sends as it is closed is offered with its content, or not at all.
func TestUploadOutlivesItsPage(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	for i := range 30 {
		called := fmt.Sprintf("shot-%d.txt", i)
		up, err := anna.BeginUpload(t.Context(), api.UploadRequest{Name: called, Bytes: 5, Files: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := anna.UploadFile(t.Context(), up.ID, "", strings.NewReader("hello")); err != nil {
			t.Fatal(err)
		}
		ctx, gone := context.WithTimeout(t.Context(), time.Duration(i)*200*time.Microsecond)
		if _, err := anna.SendUpload(ctx, up.ID, "Ben"); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
		gone()
	}
	all := await(t, "all to be read", anna.Files, func(all []api.File) bool {
		return !slices.ContainsFunc(all, func(f api.File) bool { return f.State == "preparing" })
	})
	for _, f := range all {
		holds(t, f.Path, "hello")
	}
}
