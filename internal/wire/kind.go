package wire

import "fmt"

// Kind says what a frame's body is. Numbers are appended, never used again.
type Kind uint16

// The kinds of version 1. Those called reserved in docs/protocol.md are sent once both sides offer the capability of that name.
const (
	KindHello       Kind = 0x0001
	KindPing        Kind = 0x0002
	KindPong        Kind = 0x0003
	KindProfile     Kind = 0x0004
	KindGossip      Kind = 0x0005
	KindClose       Kind = 0x0006
	KindBulkPlease  Kind = 0x0007
	KindListsPlease Kind = 0x0008
	KindLists       Kind = 0x0009
	KindForward     Kind = 0x0010

	KindVectors Kind = 0x0020
	KindEvents  Kind = 0x0021
	KindStates  Kind = 0x0022
	KindTyping  Kind = 0x0023
	KindDeposit Kind = 0x0024
	KindCollect Kind = 0x0025
	KindRooms   Kind = 0x0026
	KindLive    Kind = 0x0027
	KindPause   Kind = 0x0028

	KindCardOffer  Kind = 0x0029
	KindCardPlease Kind = 0x002a
	KindCard       Kind = 0x002b

	KindOffice  Kind = 0x002c
	KindTips    Kind = 0x002d
	KindCheck   Kind = 0x002e
	KindBygones Kind = 0x002f

	KindMailKeys Kind = 0x0030
	KindMailTold Kind = 0x0031
	KindGaps     Kind = 0x0032
	KindWords    Kind = 0x0033

	KindInvite    Kind = 0x0040
	KindAnswer    Kind = 0x0041
	KindMembers   Kind = 0x0042
	KindKnowledge Kind = 0x0043
	KindRecords   Kind = 0x0044
	KindEditing   Kind = 0x0045

	KindBulkHello Kind = 0x0060
	KindGet       Kind = 0x0061
	KindPiece     Kind = 0x0062
	KindPack      Kind = 0x0063
	KindGone      Kind = 0x0064

	KindChunksPlease Kind = 0x0065
	KindChunks       Kind = 0x0066
)

// Largest bodies, in bytes.
const (
	MaxLinkFrame = 64 << 10      // on a link, and of every unknown kind
	MaxBulkFrame = 1<<20 + 1<<10 // on a bulk connection
)

type kindRow struct {
	kind Kind
	name string
	bulk bool // travels on a bulk connection, not on a link
	cap  int
}

// table is the one of docs/protocol.md; it is never changed.
var table = [...]kindRow{
	{KindHello, "hello", false, 8192},
	{KindPing, "ping", false, 64},
	{KindPong, "pong", false, 64},
	{KindProfile, "profile", false, 8192},
	{KindGossip, "gossip", false, 16384},
	{KindClose, "close", false, 1024},
	{KindBulkPlease, "bulk-please", false, 64},
	{KindListsPlease, "lists-please", false, 64},
	{KindLists, "lists", false, 32768},
	{KindForward, "forward", false, MaxLinkFrame},
	{KindVectors, "vectors", false, MaxLinkFrame},
	{KindEvents, "events", false, MaxLinkFrame},
	{KindStates, "states", false, MaxLinkFrame},
	{KindTyping, "typing", false, 1024},
	{KindDeposit, "deposit", false, MaxLinkFrame},
	{KindCollect, "collect", false, MaxLinkFrame},
	{KindRooms, "rooms", false, MaxLinkFrame},
	{KindLive, "live", false, 36864},
	{KindPause, "pause", false, 256},
	{KindCardOffer, "card-offer", false, 64},
	{KindCardPlease, "card-please", false, 64},
	{KindCard, "card", false, 20480},
	{KindOffice, "office", false, MaxLinkFrame},
	{KindTips, "tips", false, MaxLinkFrame},
	{KindCheck, "check", false, 64},
	{KindBygones, "bygones", false, MaxLinkFrame},
	{KindMailKeys, "mail-keys", false, 32768},
	{KindMailTold, "mail-told", false, 256},
	{KindGaps, "gaps", false, MaxLinkFrame},
	{KindWords, "words", false, MaxLinkFrame},
	{KindInvite, "invite", false, MaxLinkFrame},
	{KindAnswer, "answer", false, 4096},
	{KindMembers, "members", false, MaxLinkFrame},
	{KindKnowledge, "knowledge", false, MaxLinkFrame},
	{KindRecords, "records", false, MaxLinkFrame},
	{KindEditing, "editing", false, 4096},
	{KindBulkHello, "bulk-hello", true, 1024},
	{KindGet, "get", true, MaxLinkFrame},
	{KindPiece, "piece", true, MaxBulkFrame},
	{KindPack, "pack", true, MaxBulkFrame},
	{KindGone, "gone", true, 1024},
	{KindChunksPlease, "chunks-please", true, 1024},
	{KindChunks, "chunks", true, MaxBulkFrame},
}

// String returns the name in docs/protocol.md, and the number of a kind that is not in it.
func (k Kind) String() string {
	if row, known := k.row(); known {
		return row.name
	}
	return fmt.Sprintf("kind 0x%04x", uint16(k))
}

// Cap returns how many bytes a body of this kind may have.
func (k Kind) Cap() int {
	if row, known := k.row(); known {
		return row.cap
	}
	return MaxLinkFrame
}

// Known reports whether the kind is in the table.
func (k Kind) Known() bool {
	_, known := k.row()
	return known
}

// Bulk reports whether frames of this kind travel on bulk connections (true) or on links.
func (k Kind) Bulk() bool {
	row, _ := k.row()
	return row.bulk
}

func (k Kind) row() (kindRow, bool) {
	for _, row := range table {
		if row.kind == k {
			return row, true
		}
	}
	return kindRow{}, false
}
