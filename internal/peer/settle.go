package peer

import "time"

// crossingAge is how young both of two links must be to count as dials that crossed each other.
const crossingAge = 5 * time.Second

// contender is what settling looks at in one of two live links to one peer.
type contender struct {
	dialled  bool          // by us
	instance uint64        // the other side's, from its hello
	age      time.Duration // since its hello
}

// verdict says what becomes of two links to one peer.
type verdict int

const (
	keepBoth     verdict = iota // use the fresh one; the other side decides which is closed
	closePresent                // the fresh link replaces the present one
	closeFresh                  // the present link stays
	askPresent                  // ping the present one: an answer means a copied profile, silence a restart
)

// settle decides about a second link to one peer, as docs/protocol.md says under "A second link". weDecide is true on the side with the
// lower peer ID.
func settle(weDecide bool, present, fresh contender) verdict {
	switch {
	case present.instance != fresh.instance:
		return askPresent
	case !weDecide:
		return keepBoth
	case present.dialled != fresh.dialled && present.age < crossingAge && fresh.age < crossingAge:
		if fresh.dialled {
			return closeFresh
		}
		return closePresent
	}
	return closePresent
}
