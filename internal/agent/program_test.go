package agent

import (
	"testing"

	"lanyard/chat/event"
)

// TestProgramsAreToldAndAskedFor: what may run something when it is opened is told as such, and not taken unasked.
func TestProgramsAreToldAndAskedFor(t *testing.T) {
	for _, c := range []struct {
		offer event.Offer
		media string
		limit int64
	}{
		{event.Offer{Name: "Invoice.pdf"}, "", 20_000_000}, {event.Offer{Name: "tone.wav"}, "audio", 20_000_000},
		{event.Offer{Name: "Invoice.pdf.exe"}, "program", 0}, {event.Offer{Name: "setup.sh"}, "program", 0},
	} {
		if got, _ := shownAs(c.offer); got != c.media {
			t.Errorf("%s is told as %q", c.offer.Name, got)
		}
		if got := unasked(c.offer.Name, 20); got != c.limit {
			t.Errorf("%s is taken up to %d bytes", c.offer.Name, got)
		}
	}
}
