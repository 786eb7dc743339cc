package mail

import (
	"slices"

	"lanyard/internal/identity"
)

// Limits of what a machine carries.
const (
	MaxOfPerson      = 256     // parcels that one person deposited, with whatever machine
	maxBytesOfPerson = 8 << 20 // the same in bytes
	maxParcels       = 4096    // of all
	maxBytes         = 128 << 20
)

// Boxed is what a carrier looks at of a parcel in its box to decide what it has room for.
type Boxed struct {
	Key       int64 // in the box; rising as mail comes
	Depositor identity.PeerID
	Person    identity.PersonID // the depositor's
	Recipient identity.PeerID
	Number    uint64
	Size      int // bytes
}

// MakeRoom decides about a new parcel: [Kept], [TooMuch] or [Full], and what gives way to it. The oldest parcels of who has most give way, and only to who has less.
// What the new one replaces is not among all.
func MakeRoom(all []Boxed, fresh Boxed) (answer Answer, drop []Boxed) {
	bytes, parcels, total := map[identity.PersonID]int{}, map[identity.PersonID]int{}, fresh.Size
	for _, m := range all {
		bytes[m.Person] += m.Size
		parcels[m.Person]++
		total += m.Size
	}
	bytes[fresh.Person] += fresh.Size
	parcels[fresh.Person]++
	if bytes[fresh.Person] > maxBytesOfPerson || parcels[fresh.Person] > MaxOfPerson {
		return TooMuch, nil
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Boxed) int { return int(a.Key - b.Key) })
	for total > maxBytes || len(all)+1 > maxParcels {
		most := mostOf(bytes, parcels)
		if most == fresh.Person {
			return Full, nil
		}
		i := slices.IndexFunc(all, func(m Boxed) bool { return m.Person == most })
		gone := all[i]
		all = slices.Delete(all, i, i+1)
		bytes[most] -= gone.Size
		parcels[most]--
		total -= gone.Size
		drop = append(drop, gone)
	}
	return Kept, drop
}

// mostOf returns who has most, each share being counted by what is scarcer of it.
func mostOf(bytes, parcels map[identity.PersonID]int) (most identity.PersonID) {
	highest := -1.0
	for who, n := range bytes {
		share := max(float64(n)/maxBytes, float64(parcels[who])/maxParcels)
		if share > highest || share == highest && slices.Compare(who[:], most[:]) < 0 {
			most, highest = who, share
		}
	}
	return most
}
