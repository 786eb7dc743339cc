package agent

import (
	"slices"
	"testing"

	"lanyard/internal/api"
)

// TestAttentionEndsWithTheWindows: what a window showed that crashed is on screen no more once no window is there: it rings again.
func TestAttentionEndsWithTheWindows(t *testing.T) {
	var looked []string
	d := &desk{looks: func(conversation string) { looked = append(looked, conversation) }}
	d.Attend(api.Attention{Window: "one", Conversation: "plans", Focused: true})
	if at := d.open(); at != "plans" {
		t.Fatalf("on screen is %q", at)
	}
	d.Left()
	if at := d.open(); at != "" {
		t.Errorf("with no window %q is on screen", at)
	}
	if want := []string{"plans", ""}; !slices.Equal(looked, want) {
		t.Errorf("told was %q, not %q", looked, want)
	}
	d.Attend(api.Attention{Window: "two", Conversation: "lunch", Focused: true})
	if at := d.open(); at != "lunch" {
		t.Errorf("on screen is %q after the next window came", at)
	}
}
